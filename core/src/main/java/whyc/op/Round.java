package whyc.op;

/** The nearest integer, ties to even; flat, so without a derivative. */
public record Round() implements Unary, Flat {
  @Override
  public double apply(double x) {
    return Math.rint(x);
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
