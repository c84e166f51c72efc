package whyc.heatmap;

/**
 * A place in an archive where no whole record stands.
 *
 * @param at bytes before it
 * @param reason what a record wants there, and what is there
 * @param cut whether the archive ends within what may have been a record
 */
public record Damage(long at, String reason, boolean cut) {
  @Override
  public String toString() {
    return "damaged at byte %d: %s".formatted(at, reason);
  }
}
