package whyc.accelerator;

/**
 * A number of an accelerator's file, with where it comes from.
 *
 * @param path its place in the file, as a JSON pointer: {@code /memory/energy_pj_per_byte}
 * @param text the publication, or why this value was chosen; empty where the file says nothing
 */
public record Figure(String path, double value, Origin origin, String text) {

  /** What stands behind a number. */
  public enum Origin {
    /** Published: the text says where. */
    SOURCE,

    /** Chosen, for nothing is published: the text says why so. */
    FREE,

    /** The file does not say. */
    UNSAID
  }
}
