package whyc.op;

/** {@code y = -1, 0 or 1}; flat, so without a derivative. */
public record Sign() implements Unary, Flat {
  @Override
  public double apply(double x) {
    return Math.signum(x);
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
