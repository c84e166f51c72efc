package whyc.pass.quantize;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.ArgMax;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Div;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Greater;
import whyc.op.MatMul;
import whyc.op.Max;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Min;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Pad;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceSum;
import whyc.op.Relu;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Slice;
import whyc.op.Squeeze;
import whyc.op.Sub;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Where;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * What the lines of a prepared graph are to its integers, and which values share a scale.
 *
 * <p>A line that only picks, moves or zeroes numbers keeps their scale, so all values that such
 * lines connect are one family.
 */
final class Roles {
  /** What a line is when numbers become codes. */
  enum Role {
    /** A product with a known weight: sums of products of codes. */
    PRODUCT,
    /** A bias: known numbers that are added to such sums. */
    BIAS,
    /** Sums and differences of two numbers. */
    SUM,
    /** Multiplied by known numbers. */
    FACTOR,
    /** Multiplied by each other. */
    PRODUCT_OF_TWO,
    /** Sums over axes, windows, or all that was routed to a place. */
    TOTAL,
    /** Codes that stay what they are, picked or moved. */
    KEEPS,
    /** A truth value or an index. */
    DECISION,
    /** Anything else; where real numbers go in or come out, they stay real. */
    OTHER
  }

  private final Graph g;
  private final boolean[] varies;
  private final int[] uses;
  private final Role[] roles;

  /** For each line another of its family, itself for the family's first. */
  private final int[] families;

  Roles(Graph prepared) {
    this.g = prepared;
    this.varies = g.dependingOnInputs();
    int lines = g.nodes().size();
    this.uses = new int[lines];
    g.nodes().forEach(n -> n.operands().forEach(v -> uses[v.index()]++));
    // An output is used by whoever runs the program, besides.
    g.outputs().values().forEach(v -> uses[v.index()] += 2);
    this.roles = new Role[lines];
    this.families = IntStream.range(0, lines).toArray();
    for (int i = 0; i < lines; i++) {
      roles[i] = isReal(new Value(i)) || isDecision(g.nodes().get(i)) ? role(i) : Role.OTHER;
      join(new Value(i));
    }
  }

  private void join(Value line) {
    if (roles[line.index()] == Role.KEEPS) {
      for (Value kept : kept(line)) {
        if (isReal(kept)) {
          families[family(kept)] = family(line);
        }
      }
    }
  }

  Role of(Value v) {
    return roles[v.index()];
  }

  /** The family of a value, named by one of its lines. */
  int family(Value v) {
    int i = v.index();
    while (families[i] != i) {
      i = families[i];
    }
    return i;
  }

  /** Whether a value is real numbers that depend on the image. */
  boolean isReal(Value v) {
    return varies[v.index()] && g.type(v).element() == ElementType.FLOAT32;
  }

  boolean isKnown(Value v) {
    return g.node(v).op() instanceof Constant;
  }

  Optional<Tensor> known(Value v) {
    return g.node(v).op() instanceof Constant c ? Optional.of(c.value()) : Optional.empty();
  }

  /** Whether a value is used by one line and by nobody else. */
  boolean isUsedOnce(Value v) {
    return uses[v.index()] == 1;
  }

  private boolean isDecision(Node n) {
    return n.operands().stream().anyMatch(this::isReal)
        && (n.op() instanceof Greater
            || n.op() instanceof ArgMax
            || n.op() instanceof MaxPoolSwitches);
  }

  private Role role(int line) {
    Node n = g.nodes().get(line);
    return switch (n.op()) {
      case Conv c when hasWeight(n) -> Role.PRODUCT;
      case MatMul m when hasWeight(n) && g.type(n.operands().get(1)).shape().rank() == 2 ->
          Role.PRODUCT;
      case ConvTranspose c when isSpread(c, n) -> Role.KEEPS;
      case ConvTranspose c when hasWeight(n) -> Role.PRODUCT;
      case Add a when isBias(n) -> Role.BIAS;
      case Add a -> Role.SUM;
      case Sub s -> Role.SUM;
      case Mul m -> isFactor(n, 1) || isFactor(n, 0) ? Role.FACTOR : ofTwo(n);
      case Div d when isFactor(n, 1) -> Role.FACTOR;
      case Neg m -> Role.FACTOR;
      case ReduceSum r -> Role.TOTAL;
      case ReduceMean r -> Role.TOTAL;
      case SumPool p -> Role.TOTAL;
      case MaxPoolRoute r -> isTiling(r.window()) ? Role.KEEPS : Role.TOTAL;
      case Greater x -> Role.DECISION;
      case ArgMax x -> Role.DECISION;
      case MaxPoolSwitches x -> Role.DECISION;
      case Relu x -> Role.KEEPS;
      case Clip x -> Role.KEEPS;
      case Gate x -> Role.KEEPS;
      case Where x -> Role.KEEPS;
      case Max x -> Role.KEEPS;
      case Min x -> Role.KEEPS;
      case MaxPool x -> Role.KEEPS;
      case ReduceMax x -> Role.KEEPS;
      case Reshape x -> Role.KEEPS;
      case ReshapeAs x -> Role.KEEPS;
      case Squeeze x -> Role.KEEPS;
      case Unsqueeze x -> Role.KEEPS;
      case Transpose x -> Role.KEEPS;
      case Slice x -> Role.KEEPS;
      case Pad x -> Role.KEEPS;
      case Expand x -> Role.KEEPS;
      case ExpandAs x -> Role.KEEPS;
      case Concat x -> Role.KEEPS;
      case Gather x -> Role.KEEPS;
      case GatherElements x -> Role.KEEPS;
      default -> Role.OTHER;
    };
  }

  /** The operands whose numbers a line keeps; some may be known. */
  List<Value> kept(Value line) {
    Node n = g.node(line);
    return switch (n.op()) {
      case Gate x -> n.operands().subList(1, 2);
      case MaxPoolRoute x -> n.operands().subList(1, 2);
      case Where x -> n.operands().subList(1, 3);
      case Max x -> n.operands();
      case Min x -> n.operands();
      case Concat x -> n.operands();
      default -> n.operands().subList(0, 1);
    };
  }

  private boolean hasWeight(Node n) {
    return isReal(n.operands().get(0)) && isKnown(n.operands().get(1));
  }

  private Role ofTwo(Node n) {
    return n.operands().stream().allMatch(this::isReal) ? Role.PRODUCT_OF_TWO : Role.OTHER;
  }

  /** Zeros between numbers: each of them goes to one place, as it is. */
  private boolean isSpread(ConvTranspose c, Node n) {
    return c.window().area() == 1
        && c.groups() == n.type().shape().dim(1)
        && known(n.operands().get(1))
            .filter(w -> Arrays.stream(w.doubles()).allMatch(x -> x == 1))
            .isPresent();
  }

  private static boolean isTiling(Window w) {
    return w.strideY() >= w.dilationY() * (w.height() - 1) + 1
        && w.strideX() >= w.dilationX() * (w.width() - 1) + 1;
  }

  /** Whether an operand is known numbers, and the other ones keep their shape. */
  private boolean isFactor(Node n, int operand) {
    Value known = n.operands().get(operand);
    Value other = n.operands().get(1 - operand);
    return isKnown(known)
        && isReal(other)
        && g.type(known).shape().broadcastsTo(g.type(other).shape());
  }

  /**
   * Known numbers, one for each output or one for all, added to a product that has no other use.
   */
  private boolean isBias(Node n) {
    return bias(n).isPresent();
  }

  private Optional<Integer> bias(Node n) {
    return IntStream.range(0, 2)
        .filter(k -> isFactor(n, k) && isBias(n.operands().get(1 - k), n.operands().get(k)))
        .boxed()
        .findFirst();
  }

  /** The operand of a bias line that is the bias. */
  int biasOperand(Node n) {
    return bias(n).orElseThrow();
  }

  private boolean isBias(Value product, Value bias) {
    Role role = roles[product.index()];
    return (role == Role.PRODUCT || role == Role.BIAS)
        && isUsedOnce(product)
        && isPerOutput(g.node(product), g.type(bias).shape().dims());
  }

  /** Whether extents are 1 but for the axis of a product's outputs. */
  private boolean isPerOutput(Node sums, List<Integer> dims) {
    int axis = outputAxis(sums) - sums.type().shape().rank() + dims.size();
    return IntStream.range(0, dims.size()).allMatch(i -> i == axis || dims.get(i) == 1);
  }

  /** Of a product, or of one with biases: images have their channels second, matrices last. */
  private int outputAxis(Node sums) {
    return switch (sums.op()) {
      case Conv c -> 1;
      case ConvTranspose c -> 1;
      case MatMul m -> sums.type().shape().rank() - 1;
      default -> outputAxis(g.node(sums.operands().get(1 - biasOperand(sums))));
    };
  }

  /** Values whose range decides a family's scale. */
  List<Value> measured() {
    List<Value> real =
        IntStream.range(0, roles.length)
            .mapToObj(Value::new)
            .filter(v -> isReal(v) && !isAbsorbed(v))
            .toList();
    Set<Integer> read =
        real.stream().filter(this::isRead).map(this::family).collect(Collectors.toSet());
    return real.stream().filter(v -> isRead(v) || !read.contains(family(v))).toList();
  }

  /** Whether a value is sums that wait for their bias. */
  private boolean isAbsorbed(Value v) {
    return users(v).anyMatch(i -> roles[i] == Role.BIAS) && isUsedOnce(v);
  }

  private IntStream users(Value v) {
    return IntStream.range(v.index(), roles.length)
        .filter(i -> g.nodes().get(i).operands().contains(v));
  }

  /**
   * Whether something reads a value's numbers and not only hands them on: of what a ReLU or a gate
   * takes away the size does not matter. Decisions depend on signs and order alone.
   */
  private boolean isRead(Value v) {
    return g.outputs().containsValue(v) || users(v).anyMatch(i -> reads(new Value(i), v));
  }

  private boolean reads(Value line, Value v) {
    return switch (of(line)) {
      case KEEPS -> !kept(line).contains(v) && !isShapeOnly(line);
      case DECISION, BIAS -> false;
      case PRODUCT, SUM, FACTOR, PRODUCT_OF_TWO, TOTAL, OTHER -> true;
    };
  }

  private boolean isShapeOnly(Value line) {
    return g.node(line).op() instanceof ReshapeAs || g.node(line).op() instanceof ExpandAs;
  }

  /** Whether integers are made of a value's codes; otherwise they are results. */
  boolean isComputedWith(Value v) {
    return users(v)
        .anyMatch(i ->
            switch (roles[i]) {
              case PRODUCT, SUM, FACTOR, PRODUCT_OF_TWO, TOTAL -> true;
              case BIAS, KEEPS, DECISION, OTHER -> false;
            });
  }
}
