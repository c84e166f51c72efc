package whyc.tensor;

/** What is known of a tensor before it is computed. */
public record TensorType(ElementType element, Shape shape) {

  public static TensorType of(ElementType element, int... dims) {
    return new TensorType(element, Shape.of(dims));
  }

  /** Number of bytes that the elements take. */
  public long bytes() {
    return (long) element.bytes() * shape.size();
  }

  public TensorType with(Shape other) {
    return new TensorType(element, other);
  }

  public TensorType with(ElementType other) {
    return new TensorType(other, shape);
  }

  @Override
  public String toString() {
    return element.name().toLowerCase(java.util.Locale.ROOT) + shape;
  }
}
