package whyc.rtl;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.ArgMax;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Constant;
import whyc.op.Expand;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.Greater;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Op;
import whyc.op.Pad;
import whyc.op.Product;
import whyc.op.ReduceSum;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.Reshape;
import whyc.op.Slice;
import whyc.op.Squeeze;
import whyc.op.Sub;
import whyc.op.SumPool;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.quantize.Quantized;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Finds the operations that a graph of integers consists of: each begins with a line that sums or
 * reads all over a value and goes on with those that only that line's result is for.
 */
final class Selection {
  private final Graph g;
  private final ArrayProduct array;
  private final List<List<Value>> readers = new ArrayList<>();
  private final Set<Value> outputs;
  private final boolean[] varies;

  /** Lines that an operation has taken. */
  private final Set<Value> taken = new HashSet<>();

  private final List<Operation> operations = new ArrayList<>();

  private Selection(Graph g, ArrayProduct array) {
    this.g = g;
    this.array = array;
    this.outputs = new HashSet<>(g.outputs().values());
    this.varies = g.dependingOnInputs();
    g.nodes().forEach(n -> readers.add(new ArrayList<>()));
    for (int i = 0; i < g.nodes().size(); i++) {
      Value line = new Value(i);
      g.nodes().get(i).operands().stream()
          .distinct()
          .forEach(x -> readers.get(x.index()).add(line));
    }
  }

  /**
   * Finds them, in the graph's order.
   *
   * @param g integers alone; what is known are constants
   * @param array by which the core multiplies
   */
  static List<Operation> of(Graph g, ArrayProduct array) {
    Selection s = new Selection(g, array);
    IntStream.range(0, g.nodes().size()).mapToObj(Value::new).forEach(s::visit);
    return List.copyOf(s.operations);
  }

  private void visit(Value line) {
    boolean runs = varies[line.index()] && !(op(line) instanceof Input);
    if (runs && !taken.contains(line) && view(line).isEmpty()) {
      sparseAddend(line).ifPresent(s -> new Chain(s).take());
      new Chain(line).take();
    }
  }

  /**
   * The transpose of a convolution with gaps between its windows that the result of another's is
   * added to, where it could be computed before. It is zero at most positions, and the other one
   * then need not be drained once more at these for the sum alone.
   */
  private Optional<Value> sparseAddend(Value heart) {
    if (!(op(heart) instanceof IntegerConvTranspose) || isSparse(heart)) {
      return Optional.empty();
    }
    Value last = heart;
    for (Optional<Value> next = soleReader(last); next.isPresent(); next = soleReader(last)) {
      last = next.orElseThrow();
      if (op(last) instanceof Add) {
        return g.node(last).operands().stream()
            .flatMap(x -> heartOf(x).stream())
            .filter(x -> isSparse(x) && !taken.contains(x))
            .filter(x -> isThere(g.node(x).operands().getFirst()))
            .findFirst();
      }
      if (!(op(last) instanceof Requantize) && view(last).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The line with the sums that a value's codes are made of. */
  private Optional<Value> heartOf(Value codes) {
    Value owner = owner(g, codes);
    return op(owner) instanceof Requantize
        ? Optional.of(owner(g, g.node(owner).operands().getFirst()))
        : Optional.empty();
  }

  private boolean isSparse(Value line) {
    return op(line) instanceof IntegerConvTranspose c
        && (c.window().strideY() > c.window().height()
            || c.window().strideX() > c.window().width());
  }

  // Views.

  /** The operand whose memory a line only reads in another way. */
  Optional<Value> view(Value line) {
    return view(g, line);
  }

  static Optional<Value> view(Graph g, Value line) {
    Node n = g.node(line);
    boolean isView =
        switch (n.op()) {
          case Cast _, Reshape _, Squeeze _, Unsqueeze _, Neg _ -> true;
          case Mul _ -> n.operands().stream().anyMatch(x -> isPowerOfTwo(g, x));
          case Gather _ -> g.node(n.operands().getFirst()).op() instanceof Constant;
          default -> false;
        };
    if (!isView) {
      return Optional.empty();
    }
    int known = n.op() instanceof Gather || isKnownFactor(g, n) ? 1 : 0;
    return Optional.of(n.operands().get(known));
  }

  private static boolean isKnownFactor(Graph g, Node n) {
    return n.op() instanceof Mul && isPowerOfTwo(g, n.operands().getFirst());
  }

  private static boolean isPowerOfTwo(Graph g, Value v) {
    return g.node(v).op() instanceof Constant c
        && c.value().size() == 1
        && c.value().at(0) != 0
        && isPowerOfTwo(Math.abs(c.value().longs()[0]));
  }

  private static boolean isPowerOfTwo(long x) {
    return x > 0 && Long.bitCount(x) == 1;
  }

  /** The value in whose memory another lies. */
  static Value owner(Graph g, Value v) {
    Value owner = v;
    for (Optional<Value> next = view(g, owner); next.isPresent(); next = view(g, owner)) {
      owner = next.orElseThrow();
    }
    return owner;
  }

  private Op op(Value v) {
    return g.node(v).op();
  }

  private Optional<Tensor> known(Value v) {
    return op(v) instanceof Constant c ? Optional.of(c.value()) : Optional.empty();
  }

  private Optional<Value> soleReader(Value v) {
    List<Value> all = readers.get(v.index());
    return all.size() == 1 && !outputs.contains(v) ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /** Whether a value is stored before a line runs that no operation has taken yet. */
  private boolean isThere(Value v) {
    Value owner = owner(g, v);
    return op(owner) instanceof Input
        || operations.stream()
            .filter(o -> !(o.source() instanceof Source.Winner))
            .anyMatch(o ->
                o.result().equals(owner)
                    || o.mask().filter(owner::equals).isPresent()
                    || o.switches().filter(owner::equals).isPresent());
  }

  private String name(Value line) {
    Node n = g.node(line);
    return n.label().isEmpty() ? n.op().name() : n.op().name() + " \"" + n.label() + "\"";
  }

  private RtlException refused(Value line, String rule) {
    return new RtlException(
        "RTL: %s, got %s : %s at line %s"
            .formatted(rule, name(line), g.type(line), "%" + line.index()));
  }

  /** An operation in the making. */
  private final class Chain {
    private final List<Value> lines = new ArrayList<>();
    private final Value heart;
    private Value last;
    private Product product = Product.exact();
    private Optional<Tensor> bias = Optional.empty();
    private Tensor factor = Tensor.scalar(ElementType.INT32, 1);
    private int shift;
    private Optional<Epilogue.Residual> residual = Optional.empty();
    private boolean relu;
    private Optional<Value> gate = Optional.empty();
    private OptionalInt ceiling = OptionalInt.empty();
    private Optional<Value> mask = Optional.empty();
    private Optional<Value> switches = Optional.empty();

    Chain(Value heart) {
      this.heart = heart;
      this.last = heart;
    }

    void take() {
      Source source = source();
      if (!(source instanceof Source.Winner)) {
        follow();
        decide();
      }
      checkStored();
      taken.addAll(lines);
      mask.ifPresent(taken::add);
      operations.add(
          new Operation(
              lines,
              label(),
              source,
              product,
              new Epilogue(bias, factor, shift, residual, relu, gate, ceiling),
              last,
              mask,
              switches));
    }

    /** The model's tensor, of which these are the codes. */
    private String label() {
      String label =
          lines.reversed().stream()
              .map(l -> g.node(l).label())
              .filter(l -> !l.isEmpty())
              .findFirst()
              .orElseGet(() -> op(heart).name());
      return label.endsWith(Quantized.CODES)
          ? label.substring(0, label.length() - Quantized.CODES.length())
          : label;
    }

    private void append(Value line) {
      lines.add(line);
      last = line;
    }

    private void checkStored() {
      ElementType e = g.type(last).element();
      boolean isCode = e == ElementType.INT8 || e == ElementType.INT16;
      if (!isCode && !(op(last) instanceof ArgMax)) {
        throw refused(last, "sums want to become codes of 8 or 16 bits before they are stored");
      }
      if (!Plane.takes(g.type(last).shape())) {
        throw refused(last, "values want to be [1,C,h,w] or [1,C]");
      }
    }

    // What sums.

    private Source source() {
      Node n = g.node(heart);
      List<Value> x = n.operands();
      append(heart);
      return switch (n.op()) {
        case IntegerConv c -> {
          multiplies(c.product());
          if (c.padding() != 0) {
            throw refused(heart, "padding wants to be zeros");
          }
          yield new Source.Convolution(image(x.get(0)), weight(x.get(1)), c.window(), c.groups());
        }
        case IntegerConvTranspose c -> {
          multiplies(c.product());
          yield new Source.Transposed(image(x.get(0)), weight(x.get(1)), c.window(), c.groups());
        }
        case IntegerMatMul m -> {
          multiplies(m.product());
          yield matrix(x.get(0), weight(x.get(1)));
        }
        case ReduceSum r -> total(r.axes(), x.getFirst());
        case SumPool p -> new Source.Total(image(x.getFirst()), p.window());
        case MaxPool p -> largest(p.window(), x.getFirst());
        case MaxPoolSwitches p -> switches(p, x.getFirst());
        case MaxPoolRoute r -> new Source.Routed(image(x.get(1)), owner(g, x.get(0)), r.window());
        case Mul _ -> overChannels(x);
        case ArgMax a -> {
          if (a.axis() != 1) {
            throw refused(heart, "the class is looked for along axis 1");
          }
          yield new Source.Winner(owner(g, x.getFirst()));
        }
        case Slice _, Pad _ -> picked();
        case Requantize r -> {
          requantize(r, x.get(1));
          yield codes(x.get(0));
        }
        case Relu _ -> {
          relu = true;
          yield codes(x.getFirst());
        }
        case Clip c -> {
          clip(c);
          yield codes(x.getFirst());
        }
        case Gate _ -> {
          gate = Optional.of(mask(x.getFirst()));
          yield codes(x.get(1));
        }
        case Add _ -> pair(x);
        case Expand _ -> repeated(x.getFirst());
        default -> throw refused(heart, "an operator wants to be one that the core has");
      };
    }

    /** Two circuits would be two arrays; exact products are at hand on any. */
    private void multiplies(Product p) {
      if (!p.equals(Product.exact()) && !p.equals(array.product())) {
        throw refused(
            heart,
            "products want to be exact or those of the core's array, " + array + ", not " + p);
      }
      product = p;
    }

    private Tensor weight(Value v) {
      return known(v).orElseThrow(() -> refused(heart, "weights want to be known"));
    }

    /** A stored value that is read as it lies there. */
    private Value image(Value v) {
      Value owner = owner(g, v);
      boolean isItself = g.type(owner).shape().size() == g.type(v).shape().size();
      if (!isItself || factorOf(v) != 1 || op(owner) instanceof ArgMax) {
        throw refused(heart, "operands want to be read as they are stored");
      }
      return owner;
    }

    /** A product with a matrix is a convolution whose window is all of the image. */
    private Source matrix(Value x, Tensor w) {
      Value owner = image(x);
      Plane plane = Plane.of(g.type(owner).shape(), 1);
      int outputs = w.shape().dim(1);
      int depth = w.shape().dim(0);
      if (depth != plane.positions() * plane.channels()) {
        throw refused(heart, "a matrix wants a row for each number of the image");
      }
      double[] turned = new double[w.size()];
      for (int o = 0; o < outputs; o++) {
        for (int k = 0; k < depth; k++) {
          turned[o * depth + k] = w.at(k * outputs + o);
        }
      }
      Shape shape = Shape.of(outputs, plane.channels(), plane.rows(), plane.columns());
      return new Source.Convolution(
          owner,
          Tensor.of(w.type().with(shape), turned),
          Window.of(plane.rows(), plane.columns(), 1),
          1);
    }

    private Source total(List<Integer> axes, Value x) {
      Value owner = image(x);
      if (!axes.equals(List.of(2, 3))) {
        throw refused(heart, "sums over axes want to be over all positions");
      }
      Shape in = g.type(owner).shape();
      return new Source.Total(owner, Window.of(in.dim(2), in.dim(3), 1));
    }

    private Source largest(Window window, Value x) {
      readers.get(x.index()).stream()
          .filter(r -> op(r) instanceof MaxPoolSwitches s && s.window().equals(window))
          .findFirst()
          .ifPresent(r -> {
            lines.add(r);
            switches = Optional.of(r);
          });
      last = heart;
      return new Source.Largest(image(x), window);
    }

    /** Switches may come before the values that they go with. */
    private Source switches(MaxPoolSwitches p, Value x) {
      Value pool =
          readers.get(x.index()).stream()
              .filter(r -> op(r) instanceof MaxPool m && m.window().equals(p.window()))
              .findFirst()
              .orElseThrow(() -> refused(heart, "switches want the pooling that they are of"));
      switches = Optional.of(heart);
      append(pool);
      return new Source.Largest(image(x), p.window());
    }

    /** A number for each channel times the image, summed over channels. */
    private Source overChannels(List<Value> x) {
      int small = g.type(x.get(0)).shape().size() <= g.type(x.get(1)).shape().size() ? 0 : 1;
      Optional<Value> sum = soleReader(heart);
      if (sum.isPresent() && op(sum.orElseThrow()) instanceof Cast) {
        append(sum.orElseThrow());
        sum = soleReader(last);
      }
      Value line =
          sum.filter(s -> op(s) instanceof ReduceSum r && r.axes().equals(List.of(1)))
              .orElseThrow(
                  () -> refused(heart, "products of two values want to be summed over channels"));
      append(line);
      Value operand = image(x.get(1 - small));
      Optional<Tensor> rows = row(x.get(small));
      return rows.isPresent()
          ? new Source.ByClass(operand, rows.orElseThrow())
          : new Source.Weighted(operand, numbers(x.get(small), operand));
    }

    private Value numbers(Value v, Value operand) {
      Value owner = image(v);
      Plane numbers = Plane.of(g.type(owner).shape(), 1);
      int channels = Plane.of(g.type(operand).shape(), 1).channels();
      if (numbers.positions() != 1 || numbers.channels() != channels) {
        throw refused(heart, "one factor wants to be a number for each channel");
      }
      return owner;
    }

    /** The table of which a value is the class's row. */
    private Optional<Tensor> row(Value v) {
      for (Value x = v; view(x).isPresent(); x = view(x).orElseThrow()) {
        if (op(x) instanceof Gather) {
          return known(g.node(x).operands().getFirst()).filter(t -> t.shape().rank() == 2);
        }
      }
      return Optional.empty();
    }

    private Source codes(Value x) {
      return row(x)
          .<Source>map(rows -> new Source.Row(owner(g, x), rows))
          .orElseGet(() -> new Source.Codes(image(x)));
    }

    private Source repeated(Value x) {
      return row(x)
          .<Source>map(rows -> new Source.Row(owner(g, x), rows))
          .orElseGet(() -> {
            Value owner = image(x);
            if (Plane.of(g.type(owner).shape(), 1).positions() != 1) {
              throw refused(heart, "what is repeated wants to be a number for each channel");
            }
            return new Source.Repeated(owner);
          });
    }

    /** Positions and channels that are picked, moved or set apart: a convolution of ones. */
    private Source picked() {
      Picks picks = Picks.of(g.type(g.node(heart).operands().getFirst()).shape());
      picks = picks.then(op(heart)).orElseThrow(() -> refusedPick(heart));
      for (Optional<Value> next = soleReader(last); next.isPresent(); next = soleReader(last)) {
        Optional<Picks> more = picks.then(op(next.orElseThrow()));
        if (more.isEmpty()) {
          break;
        }
        picks = more.orElseThrow();
        append(next.orElseThrow());
      }
      return new Source.Convolution(
          image(g.node(heart).operands().getFirst()), picks.weight(), picks.window(), 1);
    }

    private RtlException refusedPick(Value line) {
      return refused(line, "slices want steps forward, and borders zeros around channels");
    }

    /** Two stored values. */
    private Source pair(List<Value> x) {
      Term a = term(x.get(0));
      Term b = term(x.get(1));
      if (!isThere(a.owner) || !isThere(b.owner)) {
        throw refused(heart, "sums want stored values");
      }
      Value sum = heart;
      lines.removeLast();
      if (!add(a, b, sum)) {
        throw refused(heart, "a sum of two values wants to be rounded to codes next");
      }
      return new Source.Total(a.owner, Window.of(1, 1, 1));
    }

    // What makes codes.

    private void follow() {
      soleReader(last)
          .filter(r -> op(r) instanceof Add && isSum(last))
          .flatMap(r -> bias(r).map(t -> Map.entry(r, t)))
          .ifPresent(e -> {
            bias = Optional.of(e.getValue());
            append(e.getKey());
          });
      if (isSum(last)) {
        soleReader(last)
            .filter(r -> op(r) instanceof Cast && g.type(r).element() == ElementType.INT64)
            .ifPresent(this::append);
        Value r =
            soleReader(last)
                .filter(v -> op(v) instanceof Requantize)
                .orElseThrow(() -> refused(last, "sums want to be rounded to codes next"));
        requantize((Requantize) op(r), g.node(r).operands().get(1));
        append(r);
      }
      residual();
      for (Optional<Value> next = soleReader(last).filter(this::continues);
          next.isPresent();
          next = soleReader(last).filter(this::continues)) {
        append(next.orElseThrow());
      }
    }

    private boolean isSum(Value v) {
      ElementType e = g.type(v).element();
      return e == ElementType.INT32 || e == ElementType.INT64;
    }

    private Optional<Tensor> bias(Value add) {
      List<Value> x = g.node(add).operands();
      return known(x.get(0)).or(() -> known(x.get(1))).filter(this::isPerChannel);
    }

    private boolean isPerChannel(Tensor t) {
      return t.size() == 1 || t.size() == Plane.of(g.type(heart).shape(), 1).channels();
    }

    private void requantize(Requantize r, Value multiplier) {
      factor = known(multiplier).orElseThrow(() -> refused(last, "factors want to be known"));
      shift = r.shift();
    }

    /** A stored value that is added before anything is decided. */
    private void residual() {
      if (residual.isPresent()) {
        return;
      }
      List<Value> path = new ArrayList<>();
      Value v = last;
      Optional<Value> next = soleReader(v);
      while (next.isPresent() && view(next.orElseThrow()).filter(v::equals).isPresent()) {
        v = next.orElseThrow();
        path.add(v);
        next = soleReader(v);
      }
      if (next.isEmpty() || !isSumOfTwo(next.orElseThrow())) {
        return;
      }
      Value sum = next.orElseThrow();
      List<Value> x = g.node(sum).operands();
      int own = x.get(0).equals(v) ? 0 : 1;
      if (x.get(0).equals(x.get(1)) || !isThere(term(x.get(1 - own)).owner)) {
        return;
      }
      Term mine = new Term(last, factorOf(v, last) * sign(sum, own), 0);
      Term other = term(x.get(1 - own)).times(sign(sum, 1 - own));
      if (path.stream().allMatch(l -> op(l) instanceof Cast || op(l) instanceof Mul)) {
        List<Value> before = List.copyOf(lines);
        lines.addAll(path);
        if (!add(mine, other, sum)) {
          lines.clear();
          lines.addAll(before);
        }
      }
    }

    private boolean isSumOfTwo(Value line) {
      Op op = op(line);
      return (op instanceof Add || op instanceof Sub)
          && g.node(line).operands().stream().allMatch(x -> varies[x.index()]);
    }

    private long sign(Value sum, int operand) {
      return op(sum) instanceof Sub && operand == 1 ? -1 : 1;
    }

    /** Whether the sum becomes codes next, as the core wants it. */
    private boolean add(Term own, Term other, Value sum) {
      Optional<Value> rounded = soleReader(sum).filter(r -> op(r) instanceof Requantize);
      Optional<Tensor> factor =
          rounded
              .flatMap(r -> known(g.node(r).operands().get(1)))
              .filter(t -> t.size() == 1 && isPowerOfTwo((long) t.at(0)));
      if (factor.isEmpty() || own.right != 0 || !isSameShape(other, sum)) {
        return false;
      }
      int more = Long.numberOfTrailingZeros((long) factor.orElseThrow().at(0));
      Requantize r = (Requantize) op(rounded.orElseThrow());
      residual =
          Optional.of(
              new Epilogue.Residual(
                  other.owner,
                  more + Long.numberOfTrailingZeros(own.factor),
                  own.factor < 0,
                  more + Long.numberOfTrailingZeros(other.factor),
                  other.right,
                  other.factor < 0,
                  r.shift()));
      lines.add(sum);
      append(rounded.orElseThrow());
      return true;
    }

    private boolean isSameShape(Term term, Value sum) {
      return g.type(term.owner).shape().equals(g.type(sum).shape());
    }

    private boolean continues(Value line) {
      List<Value> x = g.node(line).operands();
      return switch (op(line)) {
        case Relu _ -> {
          relu = true;
          yield true;
        }
        case Gate _ when x.get(1).equals(last) && gate.isEmpty() && isMask(x.get(0)) -> {
          gate = Optional.of(mask(x.getFirst()));
          yield true;
        }
        case Clip c -> {
          clip(c);
          yield true;
        }
        default -> false;
      };
    }

    private boolean isMask(Value v) {
      return g.type(v).element() == ElementType.BOOL && isThere(v);
    }

    private Value mask(Value v) {
      if (!isMask(v)) {
        throw refused(heart, "a gate wants a decision that was made before");
      }
      return v;
    }

    private void clip(Clip c) {
      if (c.low() != 0 || c.high() != Math.rint(c.high()) || ceiling.isPresent()) {
        throw refused(heart, "a clip wants to be from 0 to a code");
      }
      relu = true;
      ceiling = OptionalInt.of((int) c.high());
    }

    // What is decided of the codes.

    private void decide() {
      List<Value> of = new ArrayList<>(readers.get(last.index()));
      if (op(last) instanceof Relu) {
        of.addAll(readers.get(g.node(last).operands().getFirst().index()));
      }
      List<Value> decisions = of.stream().filter(this::isAboveZero).distinct().toList();
      if (decisions.size() > 1) {
        throw refused(decisions.getLast(), "codes want to be compared with zero once");
      }
      decisions.stream()
          .findFirst()
          .ifPresent(d -> {
            mask = Optional.of(d);
            lines.add(d);
          });
    }

    private boolean isAboveZero(Value line) {
      return op(line) instanceof Greater
          && known(g.node(line).operands().get(1))
              .filter(t -> t.size() == 1 && t.at(0) == 0)
              .isPresent();
    }
  }

  /**
   * A stored value as an addend.
   *
   * @param factor a power of two, or its negative
   * @param right binary places that are rounded off before
   */
  private record Term(Value owner, long factor, int right) {
    Term times(long sign) {
      return new Term(owner, factor * sign, right);
    }
  }

  private Term term(Value v) {
    return new Term(owner(g, v), factorOf(v), 0);
  }

  private long factorOf(Value v) {
    return factorOf(v, owner(g, v));
  }

  /** What views multiply a value by on their way. */
  private long factorOf(Value v, Value upto) {
    long factor = 1;
    for (Value x = v; !x.equals(upto); x = view(x).orElseThrow()) {
      Node n = g.node(x);
      factor *=
          switch (n.op()) {
            case Mul _ ->
                n.operands().stream()
                    .flatMap(o -> known(o).stream())
                    .mapToLong(t -> t.longs()[0])
                    .reduce(1, (a, b) -> a * b);
            case Neg _ -> -1;
            default -> 1;
          };
    }
    return factor;
  }
}
