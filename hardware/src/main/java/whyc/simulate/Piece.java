package whyc.simulate;

/**
 * The part of a layer that one core computes at a time: a rectangle of the output, and some of its
 * channels.
 *
 * @param groups of channels, each with all of its inputs
 * @param outputs channels of each group
 */
public record Piece(Range groups, Range outputs, Range rows, Range columns) {

  /** Numbers from one up to, and without, another. */
  public record Range(int from, int to) {
    public Range {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException(
            "a range wants 0 <= from <= to, got " + from + ".." + to);
      }
    }

    public int size() {
      return to - from;
    }

    boolean holds(int i) {
      return i >= from && i < to;
    }
  }

  /** Values that it computes. */
  public long size() {
    return (long) groups.size() * outputs.size() * rows.size() * columns.size();
  }

  /** All of a layer. */
  public static Piece all(Loops l) {
    return new Piece(
        new Range(0, l.groups()),
        new Range(0, l.outputChannels()),
        new Range(0, l.output().height()),
        new Range(0, l.output().width()));
  }
}
