package whyc.op;

/** The result of one line of one graph. */
public record Value(int index) {
  @Override
  public String toString() {
    return "%" + index;
  }
}
