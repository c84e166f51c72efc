package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import whyc.graph.Node;
import whyc.op.Abs;
import whyc.op.Add;
import whyc.op.And;
import whyc.op.Clip;
import whyc.op.Div;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Greater;
import whyc.op.Max;
import whyc.op.Min;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Relu;
import whyc.op.Sqrt;
import whyc.op.Sub;
import whyc.op.Value;
import whyc.op.Where;
import whyc.schedule.Step;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * The tail of a step: its text, and which values its operands and results are.
 *
 * @param operands the values that the tail reads besides the heart, in the order of the tail
 * @param results likewise
 * @param shape of the heart's result
 */
record FusedTail(Tail tail, List<Value> operands, List<Value> results, Layout.Image shape) {

  /**
   * Reads the lines of a step.
   *
   * @param heart the line whose result comes as a vector; absent where all lines are the tail's
   */
  static FusedTail of(Arrangement a, Step step, Optional<Value> heart) {
    return new Reading(a, step, heart).read();
  }

  /** Adds where everything lies to a routine's arguments. */
  void bind(Map<String, Integer> arguments, Arrangement a, Weights weights, Recipe.Places places) {
    bind(arguments, a, weights, places, Function.identity());
  }

  /**
   * The same for a kernel that gives some places only, at equal distances.
   *
   * @param rows where its rows and columns lie
   */
  void bind(
      Map<String, Integer> arguments,
      Arrangement a,
      Weights weights,
      Recipe.Places places,
      Axis rows,
      Axis columns) {
    bind(
        arguments,
        a,
        weights,
        places,
        p -> p.every(rows.first(), rows.step(), columns.first(), columns.step()));
  }

  private void bind(
      Map<String, Integer> arguments,
      Arrangement a,
      Weights weights,
      Recipe.Places places,
      Function<Tail.Place, Tail.Place> some) {
    List<Tail.Place> from = new ArrayList<>();
    for (Value v : operands) {
      from.add(some.apply(a.isConstant(v) ? constantPlace(a, weights, v) : place(a, v, places)));
    }
    List<Tail.Place> to = new ArrayList<>();
    for (Value v : results) {
      to.add(some.apply(place(a, v, places)));
    }
    tail.bind(arguments, from, to);
    if (tail.masked()) {
      arguments.put("lanes", lanes(weights));
    }
  }

  /** What needs zeros around it. */
  List<RoutineKernel.Bordered> bordered(Arrangement a, Recipe.Places places) {
    List<RoutineKernel.Bordered> bordered = new ArrayList<>();
    for (Value v : results) {
      if (a.bank(v) == Arrangement.Bank.VALUES && !a.image(v).border().isNone()) {
        bordered.add(new RoutineKernel.Bordered(a.image(v), places.offset(v)));
      }
    }
    return bordered;
  }

  /** Ones where a lane is a channel. */
  private int lanes(Weights weights) {
    int channels = shape.channels();
    return weights.place(
        List.of("lanes", channels, shape.pixelStride()),
        shape.pixelStride(),
        (data, at) -> java.util.Arrays.fill(data, at, at + channels, 1));
  }

  private Tail.Place place(Arrangement a, Value v, Recipe.Places places) {
    Layout.Image image = a.image(v);
    int unit = a.bank(v) == Arrangement.Bank.BITS ? a.lanes().count() : 1;
    int origin = a.bank(v) == Arrangement.Bank.BITS ? 0 : image.origin();
    Layout.Image strides = a.bank(v) == Arrangement.Bank.BITS ? image.withoutBorder() : image;
    return new Tail.Place(
        places.offset(v) + origin,
        image.images() == 1 ? 0 : strides.imageStride() / unit,
        image.height() == 1 ? 0 : strides.rowStride() / unit,
        image.width() == 1 ? 0 : strides.pixelStride() / unit);
  }

  /** Constants are packed as images of one row per pixel that differs. */
  private Tail.Place constantPlace(Arrangement a, Weights weights, Value v) {
    Tensor t = a.constant(v).value();
    Shape s = Reading.aligned(t.shape(), shape.shape().rank());
    int stride = s.dim(1) == 1 ? 1 : shape.pixelStride();
    int height = s.rank() == 4 ? s.dim(2) : 1;
    int width = s.rank() == 4 ? s.dim(3) : 1;
    int offset =
        weights.place(
            List.of("image", a.constant(v), stride, s),
            s.dim(0) * height * width * stride,
            (data, at) -> {
              int from = 0;
              for (int n = 0; n < s.dim(0); n++) {
                for (int c = 0; c < s.dim(1); c++) {
                  for (int p = 0; p < height * width; p++) {
                    data[at + (n * height * width + p) * stride + c] = (float) t.at(from++);
                  }
                }
              }
            });
    return new Tail.Place(
        offset,
        s.dim(0) == 1 ? 0 : height * width * stride,
        height == 1 ? 0 : width * stride,
        width == 1 ? 0 : stride);
  }

  private static final class Reading {
    private final Arrangement a;
    private final Step step;
    private final Optional<Value> heart;
    private final List<Tail.Line> lines = new ArrayList<>();
    private final Map<Value, Tail.Ref> refs = new HashMap<>();
    private final List<Tail.Operand> reads = new ArrayList<>();
    private final List<Value> operands = new ArrayList<>();

    /** Values that are zero in the lanes beyond the channels. */
    private final Map<Value, Boolean> zero = new HashMap<>();

    Reading(Arrangement a, Step step, Optional<Value> heart) {
      this.a = a;
      this.step = step;
      this.heart = heart;
    }

    FusedTail read() {
      heart.ifPresent(h -> {
        refs.put(h, Tail.Ref.HEART);
        zero.put(h, true);
      });
      for (Value line : step.lines()) {
        if (heart.isPresent() && heart.get().equals(line)) {
          continue;
        }
        Node n = a.graph().node(line);
        List<Tail.Ref> of = new ArrayList<>();
        for (int i = 0; i < shapeless(n); i++) {
          of.add(ref(n.operands().get(i)));
        }
        lines.add(new Tail.Line(n.op(), of));
        refs.put(line, Tail.Ref.line(lines.size() - 1));
        zero.put(line, keepsZero(n));
      }
      Layout.Image image = a.image(step.lines().getFirst());
      List<Tail.Result> stored = new ArrayList<>();
      boolean masked = false;
      for (Value v : step.results()) {
        stored.add(new Tail.Result(ref(v), bank(v)));
        masked |= image.channels() != image.pixelStride() && !zero.getOrDefault(v, false);
      }
      return new FusedTail(new Tail(lines, reads, stored, masked), operands, step.results(), image);
    }

    /** Operands that matter by more than their shape. */
    private static int shapeless(Node n) {
      return n.op() instanceof ExpandAs ? 1 : n.operands().size();
    }

    private Tail.Bank bank(Value v) {
      return a.bank(v) == Arrangement.Bank.BITS ? Tail.Bank.BITS : Tail.Bank.VALUES;
    }

    private Tail.Ref ref(Value v) {
      return refs.computeIfAbsent(
          v,
          x -> {
            boolean constant = a.isConstant(v);
            Shape s = a.graph().type(v).shape();
            int rank = a.graph().type(step.heart()).shape().rank();
            int channels = constant ? aligned(s, rank).dim(1) : s.dim(1);
            int all = a.graph().type(step.heart()).shape().dim(1);
            boolean perLane = channels == all && (all > 1 || !constant);
            reads.add(new Tail.Operand(constant ? Tail.Bank.WEIGHTS : bank(v), perLane));
            operands.add(v);
            zero.put(v, perLane);
            return Tail.Ref.operand(reads.size() - 1);
          });
    }

    /** A shape with ones in front. */
    static Shape aligned(Shape s, int rank) {
      List<Integer> dims = new ArrayList<>(s.dims());
      while (dims.size() < rank) {
        dims.addFirst(1);
      }
      return new Shape(dims);
    }

    private boolean zero(Node n, int operand) {
      return zero.getOrDefault(n.operands().get(operand), false);
    }

    /** Whether the result is zero, or false, in lanes where operands are known to be zero. */
    private boolean keepsZero(Node n) {
      return switch (n.op()) {
        case Add _, Sub _, Max _, Min _ -> zero(n, 0) && zero(n, 1);
        case Mul _, And _ -> zero(n, 0) && finite(n, 1) || zero(n, 1) && finite(n, 0);
        case Div _ -> zero(n, 0) && nonZeroConstant(n.operands().get(1));
        case Relu _, Neg _, Abs _, Sqrt _, Expand _, ExpandAs _ -> zero(n, 0);
        case Clip c -> zero(n, 0) && c.low() <= 0 && c.high() >= 0;
        case Gate _ -> zero(n, 1);
        case Where _ -> zero(n, 1) && zero(n, 2);
        case Greater _ -> zero(n, 0) && (zero(n, 1) || constantAtLeast(n.operands().get(1), 0));
        default -> false;
      };
    }

    /** A runtime number for all channels may be infinite, and zero times that is no zero. */
    private boolean finite(Node n, int operand) {
      Value v = n.operands().get(operand);
      return a.isConstant(v) || zero(n, operand) || a.graph().type(v).element() == ElementType.BOOL;
    }

    private boolean nonZeroConstant(Value v) {
      return a.isConstant(v)
          && a.graph().type(v).shape().size() == 1
          && a.constant(v).value().at(0) != 0;
    }

    private boolean constantAtLeast(Value v, double bound) {
      return a.isConstant(v)
          && a.graph().type(v).shape().size() == 1
          && a.constant(v).value().at(0) >= bound;
    }
  }
}
