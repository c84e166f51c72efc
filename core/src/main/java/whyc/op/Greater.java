package whyc.op;

/** Whether {@code a > b}. */
public record Greater() implements Binary, Flat {
  @Override
  public double apply(double a, double b) {
    return a > b ? 1 : 0;
  }

  @Override
  public boolean isPredicate() {
    return true;
  }
}
