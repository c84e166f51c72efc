package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import whyc.graph.Node;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * What no kernel is written for: the operator's own definition, on tensors made for the purpose. It
 * is always right, it is slow, and it allocates.
 */
record ReferenceRecipe(Arrangement a, Step step) implements Recipe {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Kernel bind(Places places) {
    Node n = a.graph().node(step.heart());
    List<Source> operands = new ArrayList<>();
    for (Value v : n.operands()) {
      operands.add(
          a.isConstant(v) ? banks -> a.constant(v).value() : place(v, places.offset(v))::read);
    }
    return new Evaluation(
        (Primitive) n.op(), operands, place(step.heart(), places.offset(step.heart())));
  }

  private Place place(Value v, int offset) {
    return new Place(
        a.graph().type(v), a.layout(v), a.bank(v), a.planes(v), a.lanes().count(), offset);
  }

  private interface Source {
    Tensor read(Banks banks);
  }

  /** A value in an arena, as a tensor. */
  record Place(
      TensorType type, Layout layout, Arrangement.Bank bank, int planes, int lanes, int offset) {
    Tensor read(Banks banks) {
      int n = type.shape().size();
      return switch (bank) {
        case VALUES -> {
          float[] x = new float[n];
          for (int i = 0; i < n; i++) {
            x[i] = banks.values()[offset + layout.at(i)];
          }
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

    private int bitsAt(Banks banks, int i) {
      int at = bitIndex(i);
      int value = 0;
      for (int p = 0; p < planes; p++) {
        int bits = banks.bits()[offset + at / lanes * planes + p];
        value |= (bits >> at % lanes & 1) << p;
      }
      return value;
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

    void write(Banks banks, Tensor t) {
      int n = type.shape().size();
      switch (bank) {
        case VALUES -> {
          java.util.Arrays.fill(banks.values(), offset, offset + layout.size(), 0);
          for (int i = 0; i < n; i++) {
            banks.values()[offset + layout.at(i)] = (float) t.at(i);
          }
        }
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

  private record Evaluation(Primitive op, List<Source> operands, Place result) implements Kernel {
    @Override
    public int units() {
      return 1;
    }

    @Override
    public void run(Banks banks, int from, int to) {
      result.write(banks, op.evaluate(operands.stream().map(s -> s.read(banks)).toList()));
    }
  }
}
