package whyc.op;

/** Whether both hold. */
public record And() implements Binary, Flat {
  @Override
  public double apply(double a, double b) {
    return a != 0 && b != 0 ? 1 : 0;
  }

  @Override
  public boolean isPredicate() {
    return true;
  }
}
