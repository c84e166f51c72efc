package whyc.app.report;

/** A page of text, and of pictures where there are any. */
final class PlainPage {
  private PlainPage() {}

  static String of(String title, String text) {
    return of(title, text, "");
  }

  /**
   * A page.
   *
   * @param more what follows the text, as HTML
   */
  static String of(String title, String text, String more) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>
    body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:68em;padding:0 1em;color:#1a1a1a}
    h1{font-size:22px} h2{font-size:18px;margin:2em 0 0} p{margin:.3em 0 1em;color:#555}
    pre{font-size:13px;white-space:pre-wrap;background:#f6f6f6;padding:1em} svg{width:100%%;height:auto}
    table{border-collapse:collapse} td,th{padding:.2em 1em;text-align:right} td:first-child,th:first-child{text-align:left}
    tr:nth-child(even){background:#f6f6f6}
    </style></head>
    <body><h1>%s</h1><pre>%s</pre>
    %s</body></html>
    """
        .formatted(Markup.text(title), Markup.text(title), Markup.text(text), more);
  }
}
