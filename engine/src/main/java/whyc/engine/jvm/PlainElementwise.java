package whyc.engine.jvm;

import java.util.List;
import java.util.stream.Stream;
import whyc.op.Binary;
import whyc.op.Gate;
import whyc.op.Primitive;
import whyc.op.QuantizeLinear;
import whyc.op.Requantize;
import whyc.op.Unary;
import whyc.op.Where;
import whyc.tensor.ElementType;

/** Operators that work element by element, by their definition on doubles. A unit is a row. */
final class PlainElementwise {
  private PlainElementwise() {}

  static Kernel of(Primitive op, List<Cells> operands, Cells result) {
    Rows rows =
        Rows.over(
            result.shape(),
            Stream.concat(Stream.of(result), operands.stream()).map(Cells::shape).toList());
    return switch (op) {
      case Unary u -> new OfOne(u, operands.get(0), result, rows);
      case Binary b -> new OfTwo(b, operands.get(0), operands.get(1), result, rows);
      case Where _ -> new Choice(operands.get(0), operands.get(1), operands.get(2), result, rows);
      case Gate _ -> new Gating(operands.get(0), operands.get(1), result, rows);
      case QuantizeLinear _ ->
          new Quantizing(operands.get(0), operands.get(1), operands.get(2), result, rows);
      case Requantize r -> new Requantizing(r, operands.get(0), operands.get(1), result, rows);
      // A cast and what only repeats: the element as it is, rounded to the result's type.
      default -> new Same(operands.get(0), result, rows);
    };
  }

  private record OfOne(Unary op, Cells x, Cells y, Rows rows) implements Kernel {
    @Override
    public int units() {
      return rows.count();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int row = from; row < to; row++) {
        int yAt = rows.start(0, row);
        int xAt = rows.start(1, row);
        for (int i = 0; i < rows.length(); i++) {
          y.set(banks, yAt + i * rows.step(0), op.apply(x.get(banks, xAt + i * rows.step(1))));
        }
      }
    }
  }

  private record OfTwo(Binary op, Cells a, Cells b, Cells y, Rows rows) implements Kernel {
    @Override
    public int units() {
      return rows.count();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int row = from; row < to; row++) {
        int yAt = rows.start(0, row);
        int aAt = rows.start(1, row);
        int bAt = rows.start(2, row);
        for (int i = 0; i < rows.length(); i++) {
          double left = a.get(banks, aAt + i * rows.step(1));
          double right = b.get(banks, bAt + i * rows.step(2));
          y.set(banks, yAt + i * rows.step(0), op.apply(left, right));
        }
      }
    }
  }

  private record Choice(Cells condition, Cells a, Cells b, Cells y, Rows rows) implements Kernel {
    @Override
    public int units() {
      return rows.count();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int row = from; row < to; row++) {
        int yAt = rows.start(0, row);
        int cAt = rows.start(1, row);
        int aAt = rows.start(2, row);
        int bAt = rows.start(3, row);
        for (int i = 0; i < rows.length(); i++) {
          boolean first = condition.get(banks, cAt + i * rows.step(1)) != 0;
          double x =
              first ? a.get(banks, aAt + i * rows.step(2)) : b.get(banks, bAt + i * rows.step(3));
          y.set(banks, yAt + i * rows.step(0), x);
        }
      }
    }
  }

  private record Gating(Cells condition, Cells x, Cells y, Rows rows) implements Kernel {
    @Override
    public int units() {
      return rows.count();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int row = from; row < to; row++) {
        int yAt = rows.start(0, row);
        int cAt = rows.start(1, row);
        int xAt = rows.start(2, row);
        for (int i = 0; i < rows.length(); i++) {
          boolean open = condition.get(banks, cAt + i * rows.step(1)) > 0;
          y.set(banks, yAt + i * rows.step(0), open ? x.get(banks, xAt + i * rows.step(2)) : 0);
        }
      }
    }
  }

  private record Quantizing(Cells x, Cells scale, Cells zero, Cells y, Rows rows)
      implements Kernel {
    @Override
    public int units() {
      return rows.count();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      boolean single = x.element() == ElementType.FLOAT32;
      double min = y.element().min();
      double max = y.element().max();
      for (int row = from; row < to; row++) {
        int yAt = rows.start(0, row);
        int xAt = rows.start(1, row);
        int sAt = rows.start(2, row);
        int zAt = rows.start(3, row);
        for (int i = 0; i < rows.length(); i++) {
          double quotient =
              x.get(banks, xAt + i * rows.step(1)) / scale.get(banks, sAt + i * rows.step(2));
          double rounded = Math.rint(single ? (float) quotient : quotient);
          double shifted = rounded + zero.get(banks, zAt + i * rows.step(3));
          y.set(banks, yAt + i * rows.step(0), Math.clamp(shifted, min, max));
        }
      }
    }
  }

  private record Requantizing(Requantize op, Cells x, Cells multiplier, Cells y, Rows rows)
      implements Kernel {
    @Override
    public int units() {
      return rows.count();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int row = from; row < to; row++) {
        int yAt = rows.start(0, row);
        int xAt = rows.start(1, row);
        int mAt = rows.start(2, row);
        for (int i = 0; i < rows.length(); i++) {
          long sum = x.integer(banks, xAt + i * rows.step(1));
          long factor = multiplier.integer(banks, mAt + i * rows.step(2));
          y.setInteger(banks, yAt + i * rows.step(0), op.of(sum, factor));
        }
      }
    }
  }

  private record Same(Cells x, Cells y, Rows rows) implements Kernel {
    @Override
    public int units() {
      return rows.count();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int row = from; row < to; row++) {
        int yAt = rows.start(0, row);
        int xAt = rows.start(1, row);
        x.copy(banks, xAt, rows.step(1), y, yAt, rows.step(0), rows.length());
      }
    }
  }
}
