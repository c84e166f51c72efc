package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.ExpandAs;
import whyc.op.Input;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * A graph whose every value has a layout. Where a line wants a value in another layout than it has,
 * a line stands between that changes nothing but the layout: a {@link Reshape} to the same shape.
 */
record Arrangement(Graph graph, List<Layout> layouts, List<Family> families, Setting setting) {
  Arrangement {
    layouts = List.copyOf(layouts);
    families = List.copyOf(families);
  }

  static Arrangement of(Graph graph, Setting setting) {
    return new Arranging(graph, setting).run();
  }

  Lanes lanes() {
    return setting.lanes();
  }

  Core core() {
    return Core.of(setting.lanes());
  }

  Layout layout(Value value) {
    return layouts.get(value.index());
  }

  /** Who computes a line. Of inputs and constants it says nothing. */
  Family family(Value line) {
    return families.get(line.index());
  }

  Layout.Image image(Value value) {
    return (Layout.Image) layout(value);
  }

  boolean isImage(Value value) {
    return layout(value) instanceof Layout.Image;
  }

  boolean isConstant(Value value) {
    return graph.node(value).op() instanceof Constant;
  }

  Constant constant(Value value) {
    return (Constant) graph.node(value).op();
  }

  /** How fast weights come, in bytes for a nanosecond: from memory, or from a third cache. */
  double weightBandwidth() {
    return weightsFillCaches() ? core().memoryBandwidth() : core().cacheBandwidth();
  }

  /** Whether weights are so many that they will not stay in a cache of 32 MiB once transformed. */
  boolean weightsFillCaches() {
    return graph.nodes().stream()
            .filter(n -> n.op() instanceof Constant)
            .mapToLong(n -> n.type().shape().size())
            .sum()
        > 2 << 20;
  }

  /** Whether a value may be expected to hold many zeros. */
  boolean hasZeros(Value value) {
    return ZeroRich.is(graph, value);
  }

  /** The array that a value lies in. */
  Bank bank(Value value) {
    return switch (graph.type(value).element()) {
      case FLOAT32, FLOAT16 -> Bank.VALUES;
      case BOOL -> isImage(value) ? Bank.BITS : Bank.VALUES;
      case UINT8 -> isImage(value) ? Bank.BITS : Bank.INTEGERS;
      case FLOAT64, INT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> Bank.INTEGERS;
    };
  }

  /** Truth values for each element: one, or the bits of a pool's switch. */
  int planes(Value value) {
    return switch (graph.node(value).op()) {
      case whyc.op.MaxPoolSwitches s -> switchBits(s.window().area());
      default -> 1;
    };
  }

  /** Bits that tell the taps of a window apart, and a window that sees nothing. */
  static int switchBits(int taps) {
    return 32 - Integer.numberOfLeadingZeros(taps);
  }

  enum Bank {
    VALUES,
    BITS,
    INTEGERS
  }

  private static final class Arranging {
    private final Graph graph;
    private static final Family NO_FAMILY = new PlainFamily();

    private final Setting setting;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Boolean> images = new ArrayList<>();
    private final List<Family> families = new ArrayList<>();
    private final List<Value> moved = new ArrayList<>();
    private final Map<Value, Value> converted = new HashMap<>();

    Arranging(Graph graph, Setting setting) {
      this.graph = graph;
      this.setting = setting;
    }

    Arrangement run() {
      for (Node n : graph.nodes()) {
        List<Value> operands = n.operands().stream().map(v -> moved.get(v.index())).toList();
        moved.add(isGiven(n) ? append(n, NO_FAMILY, isImageInput(n)) : line(n, operands));
      }
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      graph.outputs().forEach((name, v) -> outputs.put(name, moved.get(v.index())));
      Graph arranged = new Graph(nodes, outputs);
      return new Arrangement(arranged, layouts(arranged), families, setting);
    }

    private static boolean isGiven(Node n) {
      return n.op() instanceof Input || n.op() instanceof Constant;
    }

    private static boolean isImageInput(Node n) {
      return n.op() instanceof Input && n.type().shape().rank() == 4 && Families.isNumber(n);
    }

    private Value line(Node n, List<Value> operands) {
      Family.Context context =
          new Family.Context(
              operands.stream().map(v -> nodes.get(v.index())).toList(),
              operands.stream().anyMatch(v -> images.get(v.index())));
      Family family = Families.of(n, context);
      int read = readsShape(n) ? 1 : operands.size();
      List<Value> given = new ArrayList<>();
      for (int i = 0; i < operands.size(); i++) {
        given.add(i < read ? in(operands.get(i), family.onImages()) : operands.get(i));
      }
      return append(new Node(n.op(), given, n.type(), n.label()), family, family.givesImages());
    }

    /** Whether only the shape of the second operand counts. */
    private static boolean readsShape(Node n) {
      return n.op() instanceof ReshapeAs || n.op() instanceof ExpandAs;
    }

    private Value append(Node n, Family family, boolean image) {
      nodes.add(n);
      images.add(image);
      families.add(family);
      return new Value(nodes.size() - 1);
    }

    private boolean isConstant(Value v) {
      return nodes.get(v.index()).op() instanceof Constant;
    }

    /** A value in the layout that is asked for. */
    private Value in(Value v, boolean image) {
      if (isConstant(v) || images.get(v.index()) == image) {
        return v;
      }
      Node n = nodes.get(v.index());
      return converted.computeIfAbsent(
          v,
          x ->
              append(
                  new Node(new Reshape(n.type().shape().dims()), List.of(x), n.type(), ""),
                  new MoveFamily(image),
                  image));
    }

    private List<Layout> layouts(Graph g) {
      List<Border> borders = new ArrayList<>();
      boolean[] vectors = new boolean[nodes.size()];
      for (int i = 0; i < nodes.size(); i++) {
        borders.add(Border.NONE);
      }
      for (int line = 0; line < nodes.size(); line++) {
        Node n = nodes.get(line);
        Family family = families.get(line);
        for (int i = 0; i < n.operands().size(); i++) {
          Value v = n.operands().get(i);
          if (images.get(v.index()) && !isConstant(v)) {
            borders.set(v.index(), borders.get(v.index()).union(family.border(n, i, g)));
            vectors[v.index()] |= !family.readsNumbers();
          }
        }
      }
      List<Layout> layouts = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        layouts.add(layout(nodes.get(i), images.get(i), borders.get(i), vectors[i]));
      }
      return layouts;
    }

    private Layout layout(Node n, boolean image, Border border, boolean vectors) {
      Shape s = n.type().shape();
      if (!image) {
        return new Layout.Plain(s);
      }
      int channels = s.dim(1);
      int lanes = setting.lanes().count();
      boolean dense = n.op() instanceof Input && channels < lanes && !vectors;
      return new Layout.Image(s, dense ? channels : Math.ceilDiv(channels, lanes) * lanes, border);
    }
  }

  /** Whether a line only reads its operand's memory with another shape. */
  boolean isView(Value line) {
    Node n = graph.node(line);
    if (!MoveFamily.isReshaping(n) || isConstant(n.operands().getFirst())) {
      return false;
    }
    Value from = n.operands().getFirst();
    if (bank(line) != bank(from)) {
      return false;
    }
    return switch (layout(line)) {
      case Layout.Plain _ ->
          switch (layout(from)) {
            case Layout.Plain _ -> true;
            case Layout.Image f ->
                isPixel(f) && (f.images() == 1 || f.channels() == f.pixelStride());
          };
      case Layout.Image to ->
          switch (layout(from)) {
            case Layout.Plain _ -> isPixel(to) && to.channels() == to.pixelStride();
            case Layout.Image f ->
                isPixel(f)
                    && isPixel(to)
                    && f.pixelStride() == to.pixelStride()
                    && f.channels() == to.channels();
          };
    };
  }

  /** Whether an image is one pixel with nothing around it: its channels, and then zeros. */
  private static boolean isPixel(Layout.Image i) {
    return i.height() * i.width() == 1 && i.border().isNone();
  }
}
