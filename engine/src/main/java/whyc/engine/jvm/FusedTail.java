package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Node;
import whyc.op.Abs;
import whyc.op.Add;
import whyc.op.And;
import whyc.op.Cast;
import whyc.op.Ceil;
import whyc.op.Clip;
import whyc.op.Constant;
import whyc.op.Div;
import whyc.op.Erf;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Floor;
import whyc.op.Gate;
import whyc.op.Greater;
import whyc.op.Max;
import whyc.op.Min;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Relu;
import whyc.op.Round;
import whyc.op.Sign;
import whyc.op.Sqrt;
import whyc.op.Sub;
import whyc.op.Tanh;
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
 * @param layout of the heart's result
 */
record FusedTail(Tail tail, List<Value> operands, List<Value> results, Layout layout) {

  /**
   * Reads the lines of a step.
   *
   * @param heart the line whose result comes as a vector; absent where all lines are the tail's
   */
  static FusedTail of(Arrangement a, Step step, Optional<Value> heart) {
    return new Reading(a, step, heart).read();
  }

  /** The layout of the heart's result, an image. */
  Layout.Image shape() {
    return (Layout.Image) layout;
  }

  /** A value in memory. */
  private static final class Strided {
    private final int offset;

    /** Along the axes of the layout, the lanes last, in numbers; 0 where it is repeated. */
    private final int[] strides;

    /** Numbers to an element of its array: a vector's truth values are one. */
    private final int unit;

    Strided(int offset, int[] strides, int unit) {
      this.offset = offset;
      this.strides = strides;
      this.unit = unit;
    }

    int[] strides() {
      return strides;
    }

    Tail.Place place(int[] s) {
      return new Tail.Place(offset, s[0] / unit, s[1] / unit, s[2] / unit);
    }
  }

  /** Adds where everything lies to a routine's arguments. */
  void bind(Map<String, Integer> arguments, Arrangement a, Weights weights, Recipe.Places places) {
    bind(arguments, a, weights, places, s -> s.place(aligned(s.strides)));
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
        s ->
            s.place(aligned(s.strides))
                .every(rows.first(), rows.step(), columns.first(), columns.step()));
  }

  /** The same for a routine to which a batch of matrices' rows is a row of pixels. */
  void bindRows(
      Map<String, Integer> arguments, Arrangement a, Weights weights, Recipe.Places places) {
    bind(arguments, a, weights, places, s -> s.place(new int[] {0, 0, s.strides[0], s.strides[3]}));
  }

  private void bind(
      Map<String, Integer> arguments,
      Arrangement a,
      Weights weights,
      Recipe.Places places,
      Function<Strided, Tail.Place> place) {
    tail.bind(
        arguments,
        operands.stream().map(v -> operand(a, weights, v, places)).map(place).toList(),
        results.stream().map(v -> strided(a, v, places)).map(place).toList());
    if (tail.masked()) {
      arguments.put("lanes", lanes(weights));
    }
  }

  private static int[] aligned(int[] strides) {
    int[] four = new int[4];
    System.arraycopy(strides, 0, four, 4 - strides.length, strides.length);
    return four;
  }

  /**
   * Adds where everything lies, for loops that run over joined axes.
   *
   * @return the loops: three axes and the innermost one, whose numbers lie side by side
   */
  int[] bindJoined(
      Map<String, Integer> arguments, Arrangement a, Weights weights, Recipe.Places places) {
    List<Strided> from = operands.stream().map(v -> operand(a, weights, v, places)).toList();
    List<Strided> to = results.stream().map(v -> strided(a, v, places)).toList();
    List<int[]> arrays = new ArrayList<>();
    Stream.concat(from.stream(), to.stream()).map(Strided::strides).forEach(arrays::add);
    if (tail.masked()) {
      // Which lanes are channels is told for one pixel: no vector may go on into the next.
      arrays.add(new int[] {0, 0, 0, 1});
    }
    Axes axes = new Axes(extents(), arrays);
    tail.bind(
        arguments,
        IntStream.range(0, from.size())
            .mapToObj(i -> from.get(i).place(axes.strides(i, 4)))
            .toList(),
        IntStream.range(0, to.size())
            .mapToObj(i -> to.get(i).place(axes.strides(from.size() + i, 4)))
            .toList());
    if (tail.masked()) {
      arguments.put("lanes", lanes(weights));
    }
    return axes.extents(4);
  }

  private int[] extents() {
    return switch (layout) {
      case Layout.Plain p -> p.shape().dims().stream().mapToInt(i -> i).toArray();
      case Layout.Image i -> new int[] {i.images(), i.height(), i.width(), i.pixelStride()};
    };
  }

  /** What needs zeros around it. */
  List<RoutineKernel.Bordered> bordered(Arrangement a, Recipe.Places places) {
    List<RoutineKernel.Bordered> bordered = new ArrayList<>();
    for (Value v : results) {
      if (a.isImage(v) && a.bank(v) == Arrangement.Bank.VALUES && !a.image(v).border().isNone()) {
        bordered.add(new RoutineKernel.Bordered(a.image(v), places.offset(v)));
      }
    }
    return bordered;
  }

  /** Ones where a lane is a channel. */
  private int lanes(Weights weights) {
    int channels = shape().channels();
    return weights.place(
        List.of("lanes", channels, shape().pixelStride()),
        shape().pixelStride(),
        (data, at) -> java.util.Arrays.fill(data, at, at + channels, 1));
  }

  private Strided operand(Arrangement a, Weights weights, Value v, Recipe.Places places) {
    if (!a.isConstant(v)) {
      return strided(a, v, places);
    }
    return switch (layout) {
      case Layout.Plain p ->
          new Strided(
              plainConstant(weights, a.constant(v)),
              a.graph().type(v).shape().stridesWithin(p.shape()),
              1);
      case Layout.Image i -> imageConstant(weights, a.constant(v), i);
    };
  }

  private Strided strided(Arrangement a, Value v, Recipe.Places places) {
    return switch (a.layout(v)) {
      case Layout.Plain p ->
          new Strided(places.offset(v), p.shape().stridesWithin(layout.shape()), 1);
      case Layout.Image image -> {
        boolean bits = a.bank(v) == Arrangement.Bank.BITS;
        Layout.Image strides = bits ? image.withoutBorder() : image;
        yield new Strided(
            places.offset(v) + (bits ? 0 : image.origin()),
            new int[] {
              image.images() == 1 ? 0 : strides.imageStride(),
              image.height() == 1 ? 0 : strides.rowStride(),
              image.width() == 1 ? 0 : strides.pixelStride(),
              image.channels() == shape().channels() ? 1 : 0
            },
            bits ? a.lanes().count() : 1);
      }
    };
  }

  /** A constant in its own order. */
  static int plainConstant(Weights weights, Constant constant) {
    Tensor t = constant.value();
    return weights.place(
        List.of("plain", constant),
        t.size(),
        (data, at) -> {
          for (int i = 0; i < t.size(); i++) {
            data[at + i] = (float) t.at(i);
          }
        });
  }

  /** Constants are packed as images of one row per pixel that differs. */
  private static Strided imageConstant(Weights weights, Constant constant, Layout.Image shape) {
    Tensor t = constant.value();
    Shape s = Reading.aligned(t.shape(), shape.shape().rank());
    int stride = s.dim(1) == 1 ? 1 : shape.pixelStride();
    int height = s.rank() == 4 ? s.dim(2) : 1;
    int width = s.rank() == 4 ? s.dim(3) : 1;
    int offset =
        weights.place(
            List.of("image", constant, stride, s),
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
    return new Strided(
        offset,
        new int[] {
          s.dim(0) == 1 ? 0 : height * width * stride,
          height == 1 ? 0 : width * stride,
          width == 1 ? 0 : stride,
          s.dim(1) == 1 ? 0 : 1
        },
        1);
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
      Layout layout = a.layout(step.heart());
      boolean padded = layout instanceof Layout.Image i && i.channels() != i.pixelStride();
      List<Tail.Result> stored = new ArrayList<>();
      boolean masked = false;
      for (Value v : step.results()) {
        stored.add(new Tail.Result(ref(v), bank(v)));
        masked |= padded && !zero.getOrDefault(v, false);
      }
      return new FusedTail(
          new Tail(lines, reads, stored, masked), operands, step.results(), layout);
    }

    /** Operands that matter by more than their shape. */
    private static int shapeless(Node n) {
      return n.op() instanceof ExpandAs ? 1 : n.operands().size();
    }

    private Tail.Bank bank(Value v) {
      if (a.bank(v) == Arrangement.Bank.BITS) {
        return Tail.Bank.BITS;
      }
      boolean truth = a.graph().type(v).element() == ElementType.BOOL;
      if (a.isConstant(v)) {
        return truth ? Tail.Bank.KNOWN_TRUTHS : Tail.Bank.WEIGHTS;
      }
      return truth ? Tail.Bank.TRUTHS : Tail.Bank.VALUES;
    }

    /** Whether lanes hold different elements of an operand, not one that is repeated. */
    private boolean perLane(Value v) {
      Shape s = a.graph().type(v).shape();
      Shape all = a.graph().type(step.heart()).shape();
      if (a.isImage(step.heart())) {
        int channels = (a.isConstant(v) ? aligned(s, all.rank()) : s).dim(1);
        return channels == all.dim(1) && (channels > 1 || !a.isConstant(v));
      }
      int innermost = all.rank() - 1;
      while (heart.isEmpty() && innermost > 0 && all.dim(innermost) == 1) {
        innermost--;
      }
      return innermost >= 0 && s.stridesWithin(all)[innermost] != 0;
    }

    /** Whether lanes beyond the channels are zero in memory. */
    private boolean isZeroBeyond(Value v) {
      return a.isConstant(v)
          || !(a.layout(v) instanceof Layout.Image i)
          || i.pixelStride() % a.lanes().count() == 0;
    }

    /** Whether a constant is the same at all pixels of all images. */
    private boolean isEverywhere(Value v) {
      Shape s = a.graph().type(v).shape();
      return a.isConstant(v)
          && a.isImage(step.heart())
          && (s.size() == 1
              || aligned(s, a.graph().type(step.heart()).shape().rank()).dim(1) == s.size());
    }

    private Tail.Ref ref(Value v) {
      return refs.computeIfAbsent(
          v,
          x -> {
            boolean perLane = perLane(v);
            reads.add(new Tail.Operand(bank(v), perLane, isEverywhere(v)));
            operands.add(v);
            zero.put(v, perLane && isZeroBeyond(v));
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
        case Mul _, And _ -> (zero(n, 0) && finite(n, 1)) || (zero(n, 1) && finite(n, 0));
        case Div _ -> zero(n, 0) && nonZeroConstant(n.operands().get(1));
        case Relu _, Neg _, Abs _, Sqrt _, Expand _, ExpandAs _, Cast _ -> zero(n, 0);
        case Tanh _, Erf _, Floor _, Ceil _, Round _, Sign _ -> zero(n, 0);
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
