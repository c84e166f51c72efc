package whyc.app.report;

/** A page of text, for what needs no picture. */
final class PlainPage {
  private PlainPage() {}

  static String of(String title, String text) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}
    pre{font-size:13px;overflow-x:auto}</style></head>
    <body><h1>%s</h1><pre>%s</pre></body></html>
    """
        .formatted(escaped(title), escaped(title), escaped(text));
  }

  static String escaped(String s) {
    return s.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
