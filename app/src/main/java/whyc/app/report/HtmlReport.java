package whyc.app.report;

import java.util.List;

/** {@code index.html}: all images and methods side by side, for a browser without a server. */
public final class HtmlReport {
  /** Marks a page, and with it a folder, as whyc's. */
  static final String GENERATOR = "<meta name=\"generator\" content=\"whyc";

  private HtmlReport() {}

  public static String of(Run run, List<ImageResult> images) {
    StringBuilder s = new StringBuilder();
    s.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
        .append(GENERATOR)
        .append("\">");
    for (ImageResult i : images) {
      s.append("<h2>").append(i.folder()).append("</h2>");
      for (MethodResult m : i.methods()) {
        s.append("<img src=\"")
            .append(i.folder())
            .append('/')
            .append(m.folder())
            .append("/overlay.png\">");
      }
    }
    return s.append(run.engine()).toString();
  }
}
