package whyc.pass.quantize;

import whyc.tensor.ElementType;

/** Bits of a signed code. */
public enum Width {
  INT8(ElementType.INT8),
  INT16(ElementType.INT16);

  private final ElementType element;

  Width(ElementType element) {
    this.element = element;
  }

  public ElementType element() {
    return element;
  }

  /** The largest code; weights and scales are symmetric. */
  long top() {
    return (long) element.max();
  }
}
