package whyc.app.report;

/** The report of a simulation on many cores, with pictures. */
record ManyCorePage(String title, ManyCoreOutcome outcome, String text) {
  String html() {
    return PlainPage.of(title, text);
  }
}
