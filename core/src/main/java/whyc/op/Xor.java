package whyc.op;

/** Whether just one holds. */
public record Xor() implements Binary, Flat {
  @Override
  public double apply(double a, double b) {
    return (a != 0) != (b != 0) ? 1 : 0;
  }

  @Override
  public boolean isPredicate() {
    return true;
  }
}
