package whyc.engine.ort;

import java.util.List;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.Add;
import whyc.op.Binary;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Equal;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.MatMul;
import whyc.op.MaxPool;
import whyc.op.Mul;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.ReduceMean;
import whyc.op.Relu;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Sigmoid;
import whyc.op.Slice;
import whyc.op.Squeeze;
import whyc.op.Sub;
import whyc.op.SumPool;
import whyc.op.Tanh;
import whyc.op.Transpose;
import whyc.op.Unary;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Where;
import whyc.pass.LowerForOnnx;
import whyc.tensor.Shape;
import whyc.tensor.TensorType;

/**
 * What ONNX Runtime takes for a program, from its lines: a roofline (Williams, Waterman, Patterson
 * 2009) with a rate for each kind of kernel, and a fee for each call of one.
 *
 * <pre>{@code
 * time = sum over kernels of fee + max(multiply-adds / A(kind), elementary / E, bytes / B(kind))
 * }</pre>
 *
 * It follows what the runtime does to a graph: additions, factors and activations behind a
 * convolution become part of it, unless somebody else reads what lies between; convolutions want
 * channels in blocks, and what comes from elsewhere or goes elsewhere is put into another order.
 * The rates are of one core of a Zen 3 with ONNX Runtime 1.28.0, read off the runtime's own profile
 * of eight networks and their saliency. Only ratios of times are worth telling: {@code whyc bench
 * cost} prints them beside what it measures.
 */
public final class OrtTime {
  // Multiply-adds in a nanosecond.
  private static final double DENSE = 40;
  private static final double FEW_CHANNELS = 22;

  /** Where the weight is no constant of the file, so that it is not packed beforehand. */
  private static final double UNPACKED = 36;

  private static final double DEPTHWISE = 9;
  private static final double TRANSPOSED = 29;
  private static final double TRANSPOSED_DEPTHWISE = 1.4;

  /** What a group of a transposed convolution costs on top: each is a product of its own. */
  private static final double TRANSPOSED_GROUP = 300;

  private static final double ELEMENTARY = 10;

  // Bytes in a nanosecond.
  private static final double STREAMED = 30;
  private static final double MOVED = 15;
  private static final double WEIGHTS = 20;

  /** From codes of 8 bits to floats, which the runtime does anew in every run. */
  private static final double DEQUANTISED = 16;

  /** To look up a kernel, take its memory and call it, in nanoseconds. */
  private static final double CALL = 1000;

  /** To enter the runtime with an image and to come back with results. */
  private static final double RUN = 30_000;

  /** To hand out one result. */
  private static final double OUTPUT = 3000;

  /** Convolutions of fewer input channels read them as they are. */
  private static final int BLOCK = 8;

  private final Graph graph;
  private final int opset;
  private final boolean[] varies;
  private final boolean[] needed;
  private final int[] uses;

  /** For each line whether it is done by the convolution before it, and which that is. */
  private final int[] within;

  private final boolean[] blocked;
  private final boolean[] reordered;

  private OrtTime(Graph graph, int opset) {
    int n = graph.nodes().size();
    this.graph = graph;
    this.opset = opset;
    this.varies = graph.dependingOnInputs();
    this.needed = graph.neededFor(graph.outputs().values());
    this.uses = new int[n];
    this.within = new int[n];
    this.blocked = new boolean[n];
    this.reordered = new boolean[n];
    graph.outputs().values().forEach(v -> uses[v.index()]++);
    for (int i = 0; i < n; i++) {
      if (needed[i]) {
        graph.nodes().get(i).operands().forEach(v -> uses[v.index()]++);
      }
    }
  }

  /**
   * Nanoseconds for one image on the core that the rates are of.
   *
   * @param program the model's graph, or one with lines added
   */
  public static double predict(Model model, Graph program) {
    Graph lowered = new LowerForOnnx().apply(program);
    Graph single = model.dynamicBatch() ? lowered.withBatch(1) : lowered;
    return new OrtTime(single, model.file().opset()).sum();
  }

  private double sum() {
    double time = RUN;
    for (int i = 0; i < varies.length; i++) {
      within[i] = i;
      Node n = graph.nodes().get(i);
      if (needed[i] && varies[i] && n.op() instanceof Primitive p && !(p instanceof Input)) {
        time += line(i, n, p);
      }
    }
    for (Value v : graph.outputs().values()) {
      time += OUTPUT + inOrder(v);
    }
    return time;
  }

  private double line(int i, Node n, Primitive op) {
    int convolution = convolutionThatDoes(n);
    if (convolution >= 0) {
      within[i] = convolution;
      blocked[i] = true;
      return n.op() instanceof Add ? residual(n) / STREAMED : 0;
    }
    double time = calls(op) * CALL + dequantised(n) / DEQUANTISED;
    if (keepsBlocks(op) && n.operands().stream().filter(this::isImage).allMatch(this::isBlocked)) {
      blocked[i] = true;
    } else if (op instanceof Conv c) {
      blocked[i] = true;
      Value x = n.operands().getFirst();
      if (graph.type(x).shape().dim(1) / c.groups() >= BLOCK || c.groups() > 1) {
        time += inBlocks(x);
      }
    } else {
      for (Value v : n.operands()) {
        time += inOrder(v);
      }
    }
    return time + Math.max(arithmetic(n, op), bytes(n) / rate(op));
  }

  /** The convolution that a line becomes part of, or -1. */
  private int convolutionThatDoes(Node n) {
    boolean arithmetic = n.op() instanceof Add || n.op() instanceof Sub || n.op() instanceof Mul;
    boolean activation =
        n.op() instanceof Relu
            || n.op() instanceof Clip
            || n.op() instanceof Sigmoid
            || n.op() instanceof Tanh;
    if (!arithmetic && !activation) {
      return -1;
    }
    List<Value> images = n.operands().stream().filter(v -> varies[v.index()]).toList();
    boolean isSum = n.op() instanceof Add && images.stream().allMatch(this::isBlocked);
    if (images.size() > 1 && !isSum) {
      return -1;
    }
    return images.stream()
        .mapToInt(Value::index)
        .filter(v -> uses[v] == 1 && graph.nodes().get(within[v]).op() instanceof Conv)
        .filter(v -> activation || !isActivated(v))
        .filter(v -> !hasDequantisedWeight(graph.nodes().get(within[v])))
        .map(v -> within[v])
        .findFirst()
        .orElse(-1);
  }

  private boolean isActivated(int v) {
    return graph.nodes().get(v).op() instanceof Unary;
  }

  /** Weights of few bits are left so in a file, and nothing is multiplied into them. */
  private boolean hasDequantisedWeight(Node convolution) {
    Node weight = graph.node(convolution.operands().get(1));
    return !(weight.op() instanceof Constant) && !weight.label().isEmpty();
  }

  /** Bytes that are read and written to have the weight of a convolution in floats. */
  private double dequantised(Node n) {
    return n.op() instanceof Conv && hasDequantisedWeight(n)
        ? 1.25 * graph.type(n.operands().get(1)).bytes()
        : 0;
  }

  private boolean isImage(Value v) {
    return varies[v.index()] && graph.type(v).shape().rank() == 4;
  }

  private boolean isBlocked(Value v) {
    return blocked[v.index()];
  }

  private static boolean keepsBlocks(Primitive op) {
    return op instanceof Relu
        || op instanceof Sigmoid
        || op instanceof Tanh
        || op instanceof Add
        || op instanceof Mul
        || op instanceof Gate
        || op instanceof MaxPool
        || op instanceof SumPool
        || op instanceof ReduceMean
        || (op instanceof Concat c && c.axis() == 1);
  }

  /** What it takes to have a value's channels in blocks. */
  private double inBlocks(Value v) {
    return blocked[v.index()] ? 0 : reorder(v);
  }

  /** What it takes to have a value in the order that its type says. */
  private double inOrder(Value v) {
    return blocked[v.index()] ? reorder(v) : 0;
  }

  private double reorder(Value v) {
    if (reordered[v.index()] || !varies[v.index()]) {
      return 0;
    }
    reordered[v.index()] = true;
    return CALL + 2.0 * graph.type(v).bytes() / STREAMED;
  }

  /** Bytes of what is added to a convolution's own sum. */
  private double residual(Node n) {
    return n.operands().stream().allMatch(v -> varies[v.index()]) ? n.type().bytes() : 0;
  }

  private double arithmetic(Node n, Primitive op) {
    List<TensorType> types = n.operands().stream().map(graph::type).toList();
    double multiplyAdds = op.cost(types).multiplyAdds();
    double elementary = op.cost(types).elementary() / ELEMENTARY;
    return switch (op) {
      case Conv c when types.get(1).shape().dim(1) == 1 && c.groups() > 1 ->
          multiplyAdds / DEPTHWISE;
      case Conv c when hasDequantisedWeight(n) -> multiplyAdds / UNPACKED;
      case Conv c -> multiplyAdds / (fewChannels(types.get(1).shape()) ? FEW_CHANNELS : DENSE);
      case ConvTranspose c when c.groups() > 1 ->
          multiplyAdds / TRANSPOSED_DEPTHWISE + c.groups() * TRANSPOSED_GROUP;
      case ConvTranspose c -> multiplyAdds / TRANSPOSED;
      case MatMul m -> multiplyAdds / DENSE;
      default -> multiplyAdds / DENSE + elementary;
    };
  }

  private static boolean fewChannels(Shape weight) {
    return Math.min(weight.dim(0), weight.dim(1)) < BLOCK;
  }

  /**
   * Kernels that a line is written as, where that is more than one: old operator sets lack some.
   */
  private int calls(Primitive op) {
    return switch (op) {
      case Gate g -> 2;
      case Where w when opset < 9 -> 6;
      case Equal e when opset < 11 -> 5;
      default -> 1;
    };
  }

  /** Operands read and results written; of what is gathered only the picked part. */
  private double bytes(Node n) {
    if (isView(n)) {
      return 0;
    }
    double own = n.type().bytes();
    if (n.op() instanceof Gather || n.op() instanceof GatherElements) {
      return 2 * own + graph.type(n.operands().get(1)).bytes();
    }
    if (n.op() instanceof Slice || n.op() instanceof Expand || n.op() instanceof ExpandAs) {
      return 2 * own;
    }
    double bytes = own;
    for (Value v : n.operands()) {
      bytes += graph.type(v).bytes();
    }
    return n.op() instanceof Gate ? bytes + 2 * own : bytes;
  }

  private static double rate(Primitive op) {
    return switch (op) {
      case Conv c -> WEIGHTS;
      case ConvTranspose c -> WEIGHTS;
      case MatMul m -> WEIGHTS;
      case Where w -> MOVED;
      case Pad p -> MOVED;
      case Slice s -> MOVED;
      case Transpose t -> MOVED;
      case Gather g -> MOVED;
      case GatherElements g -> MOVED;
      case Cast c -> STREAMED;
      case Equal e -> STREAMED;
      case Unary u -> STREAMED;
      case Binary b -> STREAMED;
      default -> MOVED * 2;
    };
  }

  private static boolean isView(Node n) {
    return n.op() instanceof Reshape
        || n.op() instanceof ReshapeAs
        || n.op() instanceof Squeeze
        || n.op() instanceof Unsqueeze;
  }
}
