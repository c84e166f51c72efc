package whyc.app.report;

/**
 * Milliseconds for one image.
 *
 * @param inference median of the plain program's runs
 * @param explained median of the explained program's runs
 * @param runs of each, in turn
 * @param batch images that were run at once; the milliseconds are for one of them
 * @param engine who ran them
 * @param unchanged whether the model's own outputs had the same bits in both programs
 */
public record Timing(
    double inference, double explained, int runs, int batch, String engine, boolean unchanged) {

  /** What the explanations add. */
  public double explanation() {
    return explained - inference;
  }

  public String how() {
    return ("median of %d run%s each of the explained and of the plain program, in turn, after a first run of each;"
            + " explanation = explained - plain; batch %d, divided by it")
        .formatted(runs, runs == 1 ? "" : "s", batch);
  }
}
