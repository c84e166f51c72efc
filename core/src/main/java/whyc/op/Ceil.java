package whyc.op;

/** The smallest integer not below x; flat, so without a derivative. */
public record Ceil() implements Unary, Flat {
  @Override
  public double apply(double x) {
    return Math.ceil(x);
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
