package whyc.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.op.MaxPoolGradient;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.TensorType;

/**
 * Writes the derivative of max-pooling in comparisons, for targets that keep no switches.
 *
 * <p>The image is padded and split into its phases, the places that are equal modulo the stride, so
 * that each tap of the window is a contiguous piece of one phase. The taps are asked in order: the
 * first that equals the maximum takes the cotangent, and what was taken is gone for the taps after
 * it. So the first winner gets all, exactly as {@link MaxPoolGradient} says, ties included. The
 * pieces are added up phase by phase and woven together again.
 */
public final class CompareInsteadOfSwitches extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    return op instanceof MaxPoolGradient m
        ? Optional.of(new Unrolled(b, m.window(), operands).write())
        : Optional.empty();
  }

  private static final class Unrolled {
    private final Builder b;
    private final Window w;
    private final Shape image;
    private final Shape pooled;
    private final Value x;
    private final Value y;
    private final Value dy;

    /** Rows and columns of one phase. */
    private final int rows;

    private final int columns;

    Unrolled(Builder b, Window w, List<Value> operands) {
      this.b = b;
      this.w = w;
      this.dy = operands.get(2);
      // Integers have no infinity to pad with.
      TensorType real = b.type(dy);
      this.x = b.cast(operands.get(0), real.element());
      this.y = b.cast(operands.get(1), real.element());
      this.image = b.shape(x);
      this.pooled = b.shape(y);
      this.rows =
          extent(
              image.dim(2), w.top(), pooled.dim(2), w.strideY(), w.dilationY() * (w.height() - 1));
      this.columns =
          extent(
              image.dim(3), w.left(), pooled.dim(3), w.strideX(), w.dilationX() * (w.width() - 1));
    }

    private static int extent(int image, int before, int pooled, int stride, int reach) {
      return Math.ceilDiv(Math.max(before + image, (pooled - 1) * stride + reach + 1), stride);
    }

    Value write() {
      Value padded =
          pad(
              x,
              w.top(),
              w.left(),
              rows * w.strideY() - w.top() - image.dim(2),
              columns * w.strideX() - w.left() - image.dim(3),
              Double.NEGATIVE_INFINITY);
      Value phases = split(padded);
      List<Optional<Value>> sums = new ArrayList<>();
      for (int i = 0; i < w.strideY() * w.strideX(); i++) {
        sums.add(Optional.empty());
      }
      Value left = dy;
      Value zero = b.scalar(0, dy);
      for (int u = 0; u < w.height(); u++) {
        for (int v = 0; v < w.width(); v++) {
          int offsetY = u * w.dilationY();
          int offsetX = v * w.dilationX();
          int phase = offsetY % w.strideY() * w.strideX() + offsetX % w.strideX();
          int row = offsetY / w.strideY();
          int column = offsetX / w.strideX();
          Value wins = b.equal(piece(phases, phase, row, column), y);
          Value taken = b.where(wins, left, zero);
          boolean last = u == w.height() - 1 && v == w.width() - 1;
          left = last ? left : b.where(wins, zero, left);
          Value placed =
              pad(
                  taken,
                  row,
                  column,
                  rows - row - pooled.dim(2),
                  columns - column - pooled.dim(3),
                  0);
          sums.set(phase, Optional.of(sums.get(phase).map(s -> b.add(s, placed)).orElse(placed)));
        }
      }
      Value none = b.zerosLike(pad(dy, 0, 0, rows - pooled.dim(2), columns - pooled.dim(3), 0));
      Value woven = weave(sums.stream().map(s -> s.orElse(none)).toList());
      return crop(crop(woven, 2, w.top(), image.dim(2)), 3, w.left(), image.dim(3));
    }

    private Value pad(Value v, int top, int left, int bottom, int right, double value) {
      return top + left + bottom + right == 0
          ? v
          : b.emit(new Pad(List.of(0, 0, top, left), List.of(0, 0, bottom, right), value), v);
    }

    private Value crop(Value v, int axis, int start, int length) {
      return b.shape(v).dim(axis) == length ? v : b.slice(v, axis, start, start + length, 1);
    }

    /**
     * [n,c,rows*sy,columns*sx] to [n,c,rows,sy,sx,columns]: one axis moves outwards by one place,
     * which runtimes do at the speed of memory; a general permutation is several times slower.
     */
    private Value split(Value v) {
      Value grid = b.reshape(v, 0, 0, rows, w.strideY(), columns, w.strideX());
      return b.transpose(grid, 0, 1, 2, 3, 5, 4);
    }

    private Value piece(Value phases, int phase, int row, int column) {
      Value ofRow = crop(phases, 3, phase / w.strideX(), 1);
      Value one = b.squeeze(crop(ofRow, 4, phase % w.strideX(), 1), 3, 4);
      return crop(crop(one, 2, row, pooled.dim(2)), 3, column, pooled.dim(3));
    }

    /** The inverse of {@link #split}. */
    private Value weave(List<Value> phases) {
      List<Value> rowPhases = new ArrayList<>();
      for (int y = 0; y < w.strideY(); y++) {
        List<Value> ofRow = phases.subList(y * w.strideX(), (y + 1) * w.strideX());
        Value stacked = b.concat(3, ofRow.stream().map(p -> b.unsqueeze(p, 3)).toList());
        Value woven = b.transpose(stacked, 0, 1, 2, 4, 3);
        rowPhases.add(b.reshape(woven, 0, 0, rows, 1, columns * w.strideX()));
      }
      return b.reshape(b.concat(3, rowPhases), 0, 0, rows * w.strideY(), columns * w.strideX());
    }
  }
}
