package whyc.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Cast;
import whyc.op.Ceil;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Div;
import whyc.op.Expand;
import whyc.op.Floor;
import whyc.op.Gate;
import whyc.op.MatMul;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.QuantizeLinear;
import whyc.op.Reshape;
import whyc.op.Round;
import whyc.op.Sub;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A batch normalisation behind a convolution costs nothing: its scale goes into the weight, its
 * shift becomes the bias.
 *
 * <pre>{@code
 * (conv(x, w) + b) * s + t  =  conv(x, w * s) + (b * s + t)      s along w's output channels
 * convTranspose(dy * s, w)  =  convTranspose(dy, w * s)          s along w's axis of dy's channels
 * gate(y, x) * s            =  gate(y, x * s)
 * (x * s + t) * s' + t'     =  x * (s * s') + (t * s' + t')
 * }</pre>
 *
 * So a product ({@link Conv}, {@link ConvTranspose}, {@link MatMul}) has at most one addition of
 * known numbers after it, of [1,c,1,1], and a normalisation without a product before it is one
 * multiplication and one addition.
 *
 * <p>Applies to known factors and terms that are the same but for the channel, where what they are
 * applied to has no other use, and to products of a known weight. Not applied to one number for all
 * channels that follows no product, which would save nothing; nor to a factor of what is rounded to
 * integers later: there, a sum that is rounded otherwise may fall to the other side of a tie.
 *
 * <p>The numbers are the same but for their rounding. So this is for an engine that promises the
 * model's numbers up to rounding; an ONNX file keeps the model's bits and is not folded.
 */
public record FoldBatchNorm() implements Pass {
  @Override
  public Graph apply(Graph g) {
    return new Folding(new RemoveDead().apply(g)).run();
  }

  /** What a scale is multiplied into when a value is written. */
  private interface Core {
    Value write(Optional<Value> scale);
  }

  /**
   * The value {@code core * scale + shift}; scale and shift are vectors of an element for each
   * channel, or of one for all.
   *
   * @param free whether a scale costs nothing, as the core has a weight to take it
   * @param axis the axis of the value that its channels run along
   */
  private record Form(
      Core core,
      boolean free,
      Shape shape,
      int axis,
      Optional<Value> scale,
      Optional<Value> shift) {

    static Form of(Core core, boolean free, Shape shape, int axis) {
      return new Form(core, free, shape, axis, Optional.empty(), Optional.empty());
    }

    /** A value that is written already; rows of a matrix have their channels where images do. */
    static Form of(Builder b, Value v) {
      Shape shape = b.shape(v);
      return of(
          scale -> scale.map(s -> b.mul(v, along(b, s, shape.rank(), 1))).orElse(v),
          false,
          shape,
          1);
    }

    boolean isPlain() {
      return scale.isEmpty() && shift.isEmpty();
    }

    Form times(Builder b, Value factor) {
      return new Form(
          core,
          free,
          shape,
          axis,
          Optional.of(scale.map(s -> b.mul(s, factor)).orElse(factor)),
          shift.map(s -> b.mul(s, factor)));
    }

    Form plus(Builder b, Value term) {
      Value whole = b.emit(new Expand(List.of(shape.dim(axis))), term);
      return new Form(
          core,
          free,
          shape,
          axis,
          scale,
          Optional.of(shift.map(s -> b.add(s, term)).orElse(whole)));
    }

    Value write(Builder b) {
      Value scaled = core.write(scale);
      return shift.map(t -> b.add(scaled, along(b, t, shape.rank(), axis))).orElse(scaled);
    }
  }

  /** A vector as a tensor of some rank that broadcasts over all axes but one. */
  private static Value along(Builder b, Value vector, int rank, int axis) {
    List<Integer> dims = new ArrayList<>(Collections.nCopies(rank, 1));
    dims.set(axis, b.shape(vector).size());
    return b.emit(new Reshape(dims), vector);
  }

  /** {@code weight * scale} along an axis of the weight. */
  private static Value along(Builder b, Value weight, Value scale, int axis) {
    return b.mul(weight, along(b, scale, b.shape(weight).rank(), axis));
  }

  /**
   * {@code weight * scale} for a weight [o,c/groups,kh,kw] and a scale of all c channels, each
   * group of which belongs to as many of the o.
   */
  private static Value alongGroups(Builder b, Value weight, Value scale, int groups) {
    if (groups == 1 || b.shape(scale).size() == 1) {
      return along(b, weight, scale, 1);
    }
    Shape w = b.shape(weight);
    Value grouped = b.reshape(weight, groups, w.dim(0) / groups, w.dim(1), w.dim(2), w.dim(3));
    Value factor = b.reshape(scale, groups, 1, w.dim(1), 1, 1);
    return b.emit(new Reshape(w.dims()), b.mul(grouped, factor));
  }

  private static final class Folding {
    private final Graph g;
    private final int[] uses;

    /** The last line that uses each. */
    private final int[] user;

    private final boolean[] varies;

    /** Lines that something rounded depends on. */
    private final boolean[] exact;

    private final Builder b = new Builder();

    /** What stands for each line; until it is written it waits for the one line that uses it. */
    private final List<Form> forms = new ArrayList<>();

    private final List<Optional<Value>> written = new ArrayList<>();

    Folding(Graph g) {
      this.g = g;
      this.uses = new int[g.nodes().size()];
      this.user = new int[uses.length];
      this.varies = g.dependingOnInputs();
      for (int i = 0; i < uses.length; i++) {
        for (Value operand : g.nodes().get(i).operands()) {
          uses[operand.index()]++;
          user[operand.index()] = i;
        }
      }
      // Twice: an output is written whatever uses it besides.
      g.outputs().values().forEach(v -> uses[v.index()] += 2);
      this.exact =
          g.neededFor(
              IntStream.range(0, uses.length)
                  .filter(i -> isRounding(g.nodes().get(i)))
                  .mapToObj(Value::new)
                  .toList());
    }

    private boolean isRounding(Node n) {
      return switch (n.op()) {
        case QuantizeLinear q -> true;
        case Round r -> true;
        case Floor f -> true;
        case Ceil c -> true;
        case Cast c ->
            !c.element().isFloating() && g.type(n.operands().getFirst()).element().isFloating();
        default -> false;
      };
    }

    Graph run() {
      for (int i = 0; i < uses.length; i++) {
        Node n = g.nodes().get(i);
        Optional<Form> folded = folded(n, exact[i]);
        forms.add(folded.orElseGet(() -> kept(n)));
        written.add(Optional.empty());
        if (!isTaken(i, folded)) {
          value(new Value(i));
        }
      }
      return b.finish(Builder.mapped(g.outputs(), this::value));
    }

    /** Whether the one line that uses a form folds it; else it is written where it stands. */
    private boolean isTaken(int line, Optional<Form> form) {
      Node n = g.nodes().get(user[line]);
      Value v = new Value(line);
      return form.isPresent()
          && uses[line] == 1
          && switch (n.op()) {
            case Neg m -> true;
            case Mul m -> hasKnown(n);
            case Div d -> hasKnown(n);
            case Add a -> hasKnown(n);
            case Sub s -> hasKnown(n);
            case Gate gate -> n.operands().get(1).equals(v) && isTaken(user[line], form);
            case Conv c -> isScaled(form);
            case ConvTranspose c -> isScaled(form);
            case MatMul m -> isScaled(form);
            default -> false;
          };
    }

    private static boolean isScaled(Optional<Form> form) {
      return form.flatMap(Form::scale).isPresent();
    }

    private boolean hasKnown(Node n) {
      return n.operands().stream().anyMatch(v -> !varies[v.index()]);
    }

    private Form kept(Node n) {
      return Form.of(b, b.emit(n.op(), n.operands().stream().map(this::value).toList()));
    }

    /** What is written for a line; from then on it is a value like any other. */
    private Value value(Value line) {
      return written
          .get(line.index())
          .orElseGet(() -> {
            Value v = forms.get(line.index()).write(b);
            b.name(v, g.node(line).label());
            forms.set(line.index(), Form.of(b, v));
            written.set(line.index(), Optional.of(v));
            return v;
          });
    }

    private Form form(Node n, int operand) {
      return forms.get(n.operands().get(operand).index());
    }

    private boolean isKnown(Node n, int operand) {
      return written.get(n.operands().get(operand).index()).filter(b::isKnown).isPresent();
    }

    private Optional<Form> folded(Node n, boolean exactly) {
      if (!n.type().element().isFloating()) {
        return Optional.empty();
      }
      return switch (n.op()) {
        case Conv c ->
            product(n, 1, (w, s) -> along(b, w, s, 0), (w, s) -> alongGroups(b, w, s, c.groups()));
        case ConvTranspose c ->
            product(n, 1, (w, s) -> alongGroups(b, w, s, c.groups()), (w, s) -> along(b, w, s, 0));
        case MatMul m ->
            product(
                n,
                n.type().shape().rank() - 1,
                (w, s) -> along(b, w, s, 1),
                (w, s) -> along(b, w, s, 0));
        case Gate gate -> gated(n);
        case Add a -> known(n).flatMap(k -> plus(n, k, exactly));
        case Mul m when !exactly ->
            known(n).flatMap(k -> vector(n, k).map(f -> form(n, 1 - k).times(b, f)));
        case Div d when !exactly ->
            known(n)
                .filter(k -> k == 1)
                .flatMap(k -> vector(n, k))
                .map(f -> form(n, 0).times(b, b.div(b.scalar(1, f), f)));
        case Sub s when !exactly -> known(n).flatMap(k -> minus(n, k));
        case Neg m when !exactly && form(n, 0).free -> Optional.of(negative(n, 0));
        default -> Optional.empty();
      };
    }

    private interface Scaling {
      Value apply(Value weight, Value scale);
    }

    /** A product of a known weight: it takes the scale of its operand, and will take its own. */
    private Optional<Form> product(Node n, int axis, Scaling ofResult, Scaling ofOperand) {
      if (isKnown(n, 0)
          || !isKnown(n, 1)
          || (n.op() instanceof MatMul && form(n, 1).shape.rank() != 2)) {
        return Optional.empty();
      }
      Form x = form(n, 0);
      Value w = value(n.operands().get(1));
      boolean takes = x.shift.isEmpty() && x.scale.isPresent() && x.axis == axis;
      Value operand = takes ? x.core.write(Optional.empty()) : value(n.operands().get(0));
      Value weight = takes ? ofOperand.apply(w, x.scale.orElseThrow()) : w;
      Core core =
          scale ->
              b.emit(n.op(), operand, scale.map(s -> ofResult.apply(weight, s)).orElse(weight));
      return Optional.of(Form.of(core, true, n.type().shape(), axis));
    }

    /** What a gate lets through is scaled before it or behind it. */
    private Optional<Form> gated(Node n) {
      Form x = form(n, 1);
      if ((!x.free && x.scale.isEmpty())
          || x.shift.isPresent()
          || !x.shape.equals(n.type().shape())) {
        return Optional.empty();
      }
      Value condition = value(n.operands().getFirst());
      Core core = scale -> b.gate(condition, x.core.write(scale));
      return Optional.of(new Form(core, x.free, x.shape, x.axis, x.scale, x.shift));
    }

    /** The one operand of two that is known. */
    private Optional<Integer> known(Node n) {
      return isKnown(n, 0) == isKnown(n, 1) ? Optional.empty() : Optional.of(isKnown(n, 0) ? 0 : 1);
    }

    /** A known operand as a vector, if it is the same but for the channels of the other operand. */
    private Optional<Value> vector(Node n, int operand) {
      Form other = form(n, 1 - operand);
      Value v = value(n.operands().get(operand));
      Shape s = b.shape(v);
      boolean worthIt =
          other.free || !other.isPlain() || (s.size() > 1 && isChannelled(other.shape));
      return worthIt && s.broadcastsTo(other.shape) && isVector(s, other)
          ? Optional.of(b.reshape(v, s.size()))
          : Optional.empty();
    }

    private static boolean isVector(Shape s, Form other) {
      int axis = other.axis - other.shape.rank() + s.rank();
      return s.size() == (axis < 0 ? 1 : s.dim(axis));
    }

    /** Images [n,c,h,w] and rows [n,c]; where the channels of others run is not known. */
    private static boolean isChannelled(Shape s) {
      return s.rank() == 4 || s.rank() == 2;
    }

    /** Exactly is a term that is moved past nothing. */
    private Optional<Form> plus(Node n, int known, boolean exactly) {
      Form x = form(n, 1 - known);
      return exactly && !x.isPlain() ? Optional.empty() : vector(n, known).map(t -> x.plus(b, t));
    }

    /** {@code x - t}, or {@code t - x} as {@code x * -1 + t}. */
    private Optional<Form> minus(Node n, int known) {
      Form x = form(n, 1 - known);
      if (known == 1) {
        return vector(n, 1).map(t -> x.plus(b, b.neg(t)));
      }
      return x.free || !x.isPlain()
          ? vector(n, 0).map(t -> negative(n, 1).plus(b, t))
          : Optional.empty();
    }

    private Form negative(Node n, int operand) {
      Tensor minusOne = Tensor.filled(n.type().with(Shape.of(1)), -1);
      return form(n, operand).times(b, b.constant(minusOne));
    }
  }
}
