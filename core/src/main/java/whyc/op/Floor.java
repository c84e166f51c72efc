package whyc.op;

/** The largest integer not above x; flat, so without a derivative. */
public record Floor() implements Unary, Flat {
  @Override
  public double apply(double x) {
    return Math.floor(x);
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
