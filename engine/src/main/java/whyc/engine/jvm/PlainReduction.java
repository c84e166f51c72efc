package whyc.engine.jvm;

import java.util.List;
import whyc.op.Reduction;
import whyc.op.Softmax;
import whyc.tensor.Shape;

/** Operators that fold along axes, in doubles and in row-major order. */
final class PlainReduction {
  private PlainReduction() {}

  static Kernel of(Reduction op, Cells x, Cells y) {
    int[] kept = x.shape().dims().stream().mapToInt(i -> i).toArray();
    int[] folded = kept.clone();
    for (int axis = 0; axis < kept.length; axis++) {
      if (op.axes().contains(axis)) {
        kept[axis] = 1;
      } else {
        folded[axis] = 1;
      }
    }
    List<int[]> strides = List.of(x.shape().strides());
    return new Fold(op, x, y, new Rows(kept, strides), new Rows(folded, strides));
  }

  /** A unit is an element of the result. */
  private record Fold(Reduction op, Cells x, Cells y, Rows kept, Rows folded) implements Kernel {
    @Override
    public int units() {
      return kept.size();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        int start = kept.at(0, i);
        double sum = op.start();
        for (int row = 0; row < folded.count(); row++) {
          int at = start + folded.start(0, row);
          for (int k = 0; k < folded.length(); k++) {
            sum = op.fold(sum, x.get(banks, at + k * folded.step(0)));
          }
        }
        y.set(banks, i, op.finish(sum, folded.size()));
      }
    }
  }

  static Kernel softmax(Softmax op, Cells x, Cells y) {
    Shape s = x.shape();
    return new Exponentials(x, y, s.dim(op.axis()), s.product(op.axis() + 1, s.rank()));
  }

  /** A unit is a row along the axis. */
  private record Exponentials(Cells x, Cells y, int extent, int step) implements Kernel {
    @Override
    public int units() {
      return x.shape().size() / extent;
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        int start = i / step * extent * step + i % step;
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < extent; k++) {
          largest = Math.max(largest, x.get(banks, start + k * step));
        }
        double sum = 0;
        for (int k = 0; k < extent; k++) {
          sum += Math.exp(x.get(banks, start + k * step) - largest);
        }
        for (int k = 0; k < extent; k++) {
          int at = start + k * step;
          y.set(banks, at, Math.exp(x.get(banks, at) - largest) / sum);
        }
      }
    }
  }
}
