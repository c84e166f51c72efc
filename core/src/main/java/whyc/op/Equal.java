package whyc.op;

/** Whether both are the same. */
public record Equal() implements Binary, Flat {
  @Override
  public double apply(double a, double b) {
    return a == b ? 1 : 0;
  }

  @Override
  public boolean isPredicate() {
    return true;
  }
}
