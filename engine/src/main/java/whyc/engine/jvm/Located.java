package whyc.engine.jvm;

import whyc.op.MaxPoolSwitches;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A value and where it lies: how tensors go into an arena and come out. */
record Located(
    TensorType type, Layout layout, Arrangement.Bank bank, int planes, int lanes, int offset) {
  static Located of(Arrangement a, Value v, int offset) {
    return new Located(
        a.graph().type(v), a.layout(v), a.bank(v), a.planes(v), a.lanes().count(), offset);
  }

  /** Copies numbers in, row-major; allocates nothing. */
  void write(Banks banks, float[] elements) {
    refuseUnlessNumbers(elements.length);
    layout.write(elements, banks.values(), offset);
  }

  /** Copies whole numbers in, row-major; allocates nothing. */
  void write(Banks banks, long[] elements) {
    if (type.element() != ElementType.INT64 || elements.length != type.shape().size()) {
      throw new IllegalArgumentException(
          "%s wants as many whole numbers, got %d".formatted(type, elements.length));
    }
    System.arraycopy(elements, 0, banks.integers(), offset, elements.length);
  }

  /** Copies numbers out, row-major; allocates nothing. */
  void read(Banks banks, float[] elements) {
    refuseUnlessNumbers(elements.length);
    layout.read(banks.values(), offset, elements);
  }

  private void refuseUnlessNumbers(int length) {
    if (type.element() != ElementType.FLOAT32 || length != type.shape().size()) {
      throw new IllegalArgumentException("%s wants as many floats, got %d".formatted(type, length));
    }
  }

  Tensor read(Banks banks) {
    int n = type.shape().size();
    return switch (bank) {
      case VALUES -> {
        float[] x = new float[n];
        layout.read(banks.values(), offset, x);
        yield type.element() == ElementType.FLOAT32
            ? Tensor.of(type.shape(), x)
            : Tensor.of(type.shape(), x).cast(type.element());
      }
      case BITS -> {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
          x[i] = bitsAt(banks, i);
        }
        yield Tensor.of(type, x);
      }
      case INTEGERS -> {
        if (type.element() == ElementType.FLOAT64) {
          double[] x = new double[n];
          for (int i = 0; i < n; i++) {
            x[i] = Double.longBitsToDouble(banks.integers()[offset + i]);
          }
          yield Tensor.of(type, x);
        }
        long[] x = new long[n];
        System.arraycopy(banks.integers(), offset, x, 0, n);
        yield Tensor.of(type, x);
      }
    };
  }

  /** Bits of truth values lie without a border. */
  private int bitIndex(int i) {
    return ((Layout.Image) layout).withoutBorder().at(i);
  }

  /** All ones in a switch's planes say that no tap won. */
  private int bitsAt(Banks banks, int i) {
    int at = bitIndex(i);
    int value = 0;
    for (int p = 0; p < planes; p++) {
      int bits = banks.bits()[offset + at / lanes * planes + p];
      value |= (bits >> at % lanes & 1) << p;
    }
    boolean none = type.element() == ElementType.UINT8 && value == (1 << planes) - 1;
    return none ? MaxPoolSwitches.NONE : value;
  }

  private void setBits(Banks banks, int i, int value) {
    int at = bitIndex(i);
    for (int p = 0; p < planes; p++) {
      int word = offset + at / lanes * planes + p;
      int bit = 1 << at % lanes;
      int bits = banks.bits()[word];
      banks.bits()[word] = (short) ((value >> p & 1) == 1 ? bits | bit : bits & ~bit);
    }
  }

  /** One element that is a number or a truth value, in row-major order. */
  double get(Banks banks, int i) {
    return switch (bank) {
      case VALUES -> banks.values()[offset + layout.at(i)];
      case BITS -> bitsAt(banks, i);
      case INTEGERS -> banks.integers()[offset + i];
    };
  }

  void set(Banks banks, int i, double x) {
    switch (bank) {
      case VALUES -> banks.values()[offset + layout.at(i)] = (float) x;
      case BITS -> setBits(banks, i, (int) x);
      case INTEGERS -> banks.integers()[offset + i] = (long) x;
    }
  }

  /** Zeros wherever no element is going to be. */
  void clear(Banks banks) {
    if (bank == Arrangement.Bank.VALUES && layout instanceof Layout.Image) {
      java.util.Arrays.fill(banks.values(), offset, offset + layout.size(), 0);
    }
  }

  void write(Banks banks, Tensor t) {
    int n = type.shape().size();
    switch (bank) {
      case VALUES ->
          layout.write(
              t.element() == ElementType.FLOAT32
                  ? t.floats()
                  : t.cast(ElementType.FLOAT32).floats(),
              banks.values(),
              offset);
      case BITS -> {
        for (int i = 0; i < n; i++) {
          setBits(banks, i, (int) t.at(i));
        }
      }
      case INTEGERS -> {
        if (type.element() == ElementType.FLOAT64) {
          for (int i = 0; i < n; i++) {
            banks.integers()[offset + i] = Double.doubleToRawLongBits(t.at(i));
          }
        } else {
          System.arraycopy(t.longs(), 0, banks.integers(), offset, n);
        }
      }
    }
  }
}
