package whyc.target.c;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.ArgMax;
import whyc.op.Binary;
import whyc.op.Cast;
import whyc.op.Composite;
import whyc.op.Concat;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MatMul;
import whyc.op.MaxPool;
import whyc.op.MaxPoolGradient;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.OneHot;
import whyc.op.Op;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.QuantizeLinear;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceProduct;
import whyc.op.ReduceSum;
import whyc.op.Reduction;
import whyc.op.Requantize;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Slice;
import whyc.op.Softmax;
import whyc.op.Squeeze;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Unary;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Where;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** For every primitive the loops and the kernel that compute it: the switch of this target. */
final class Hearts {
  /** Elements of a row of truth values, at most, where no kernel says how long rows are. */
  static final int ROW = 512;

  /** Places at once for which a convolution by one tap takes an image as one row. */
  private static final int PLANE_AS_ROW = 256;

  private static final List<String> VARIABLES = List.of("n", "c", "y", "x", "i", "j", "k", "l");

  private final Graph graph;
  private final Step step;
  private final Operands operands;
  private final Kernels kernels;
  private final Weights weights;
  private final Node node;
  private final Shape out;

  Hearts(Graph graph, Step step, Operands operands, Kernels kernels, Weights weights) {
    this.graph = graph;
    this.step = step;
    this.operands = operands;
    this.kernels = kernels;
    this.weights = weights;
    this.node = graph.node(step.heart());
    this.out = node.type().shape();
  }

  /** Whether a line is computed from one element of each operand at the same place. */
  static boolean isPointwise(Op op) {
    return op instanceof QuantizeLinear || whyc.schedule.RowMajorStorage.isElementwise(op);
  }

  Heart of() {
    return switch (node.op()) {
      case Primitive p -> of(p);
      case Composite c -> throw unexpected();
    };
  }

  private Heart of(Primitive op) {
    return switch (op) {
      case Unary u -> pointwise();
      case Binary b -> pointwise();
      case Where w -> pointwise();
      case Gate g -> pointwise();
      case Cast c -> pointwise();
      case Requantize r -> pointwise();
      case QuantizeLinear q -> pointwise();
      case Expand e -> moved(within(), 0);
      case ExpandAs e -> moved(within(), 0);
      case Transpose t ->
          moved(t.permutation().stream().mapToInt(p -> strides(x())[p]).toArray(), 0);
      case Slice s -> slice(s);
      case Concat c -> concat(c);
      case Pad p -> pad(p);
      case Gather g -> gather(g);
      case GatherElements g -> gatherElements(g);
      case OneHot o -> oneHot();
      case ArgMax a -> argMax(a);
      case Reduction r -> reduction(r);
      case MaxPool m -> maxPoolRows(m.window());
      case MaxPoolSwitches m -> pool(kernels.maxPoolSwitch(operands.type(x())), m.window());
      case SumPool s -> pool(kernels.sumPool(operands.type(x())), s.window());
      case MaxPoolRoute m -> route(m);
      case Softmax s -> softmax(s);
      case MatMul m -> matMul(Product.exact());
      case IntegerMatMul m -> matMul(m.product());
      case Conv c ->
          isTiled(c.groups(), c.window())
              ? new ConvTiles(c).heart()
              : convRows(c.window(), c.groups(), Product.exact(), 0);
      case IntegerConv c -> convRows(c.window(), c.groups(), c.product(), c.padding());
      case ConvTranspose c ->
          isTiled(c.groups(), c.window())
              ? new ConvTransposeTiles(c).heart()
              : convTransposeRows(c, Product.exact());
      case IntegerConvTranspose c -> convTransposeRows(c.transposed(), c.product());
      case MaxPoolGradient m ->
          throw TargetException.at(
              node, "windows of at most 255 taps", m.window().area() + " taps");
      case Constant c -> throw unexpected();
      case Input i -> throw unexpected();
      case Reshape r -> throw unexpected();
      case ReshapeAs r -> throw unexpected();
      case Squeeze s -> throw unexpected();
      case Unsqueeze u -> throw unexpected();
    };
  }

  private IllegalStateException unexpected() {
    return new IllegalStateException("no step computes " + node.op().name());
  }

  private Value x() {
    return node.operands().getFirst();
  }

  private int[] strides(Value v) {
    return operands.shape(v).strides();
  }

  private int[] within() {
    return operands.shape(x()).stridesWithin(out);
  }

  /** Strides along the result of what lines read and write element by element. */
  private List<int[]> tail() {
    return Stream.concat(
            step.operands().stream().filter(this::isReadInPlace), step.results().stream())
        .map(v -> operands.shape(v).stridesWithin(out))
        .toList();
  }

  private boolean isReadInPlace(Value v) {
    return step.lines().stream()
        .filter(line -> isPointwise(graph.node(line).op()))
        .anyMatch(line -> graph.node(line).operands().contains(v));
  }

  private Heart pointwise() {
    return expression(Axes.joined(out, tail()), List.of(), Optional.empty());
  }

  /** Elements of one operand in another place. */
  private Heart moved(int[] strides, long offset) {
    List<int[]> all = new ArrayList<>(tail());
    all.add(strides);
    Axes axes = Axes.joined(out, all);
    String position = Axes.position(axes.along(strides), nest(axes).at(), offset);
    return expression(axes, List.of(), Optional.of(operands.element(x(), position)));
  }

  private Heart slice(Slice s) {
    int[] strides = strides(x());
    long offset = (long) s.start() * strides[s.axis()];
    strides[s.axis()] *= s.step();
    return moved(strides, offset);
  }

  /** Loops over all axes, and the place that they are at. */
  private record Nest(List<Loop> loops, List<String> at, List<String> start) {}

  private Nest nest(Axes axes) {
    return nest(axes, IntStream.range(0, axes.count()).map(axes::extent).toArray(), hasPacked());
  }

  private boolean hasPacked() {
    return Stream.concat(step.operands().stream(), step.results().stream())
        .anyMatch(v -> operands.bits(v).isPresent());
  }

  private static Nest nest(Axes axes, int[] extents, boolean inRows) {
    List<Loop> loops = new ArrayList<>();
    List<String> at = new ArrayList<>(Collections.nCopies(extents.length, "0"));
    int last = axes.innermost();
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] > 1 && i != last) {
        at.set(i, variable(i));
        loops.add(Loop.to(variable(i), extents[i]));
      }
    }
    List<String> start = new ArrayList<>(at);
    String v = variable(last);
    if (inRows && extents[last] > ROW) {
      loops.add(new Loop("row", String.valueOf(extents[last]), ROW));
      String rest = "%d - row".formatted(extents[last]);
      loops.add(new Loop(v, "(%1$s < %2$d ? %1$s : %2$d)".formatted(rest, ROW), 1));
      at.set(last, "row + " + v);
      start.set(last, "row");
    } else {
      loops.add(Loop.to(v, extents[last]));
      at.set(last, v);
    }
    return new Nest(loops, at, start);
  }

  private static String variable(int axis) {
    return axis < VARIABLES.size() ? VARIABLES.get(axis) : "i" + axis;
  }

  private Heart expression(Axes axes, List<String> prelude, Optional<String> heart) {
    Nest nest = nest(axes);
    return new Heart(
        axes,
        operands.type(step.heart()),
        0,
        List.of(new Part(List.of(), List.of(), nest.loops, nest.at, nest.start, prelude, heart)));
  }

  private Heart concat(Concat c) {
    Axes axes = Axes.each(out);
    List<Part> parts = new ArrayList<>();
    int before = 0;
    for (Value v : node.operands()) {
      Shape shape = operands.shape(v);
      int[] extents = IntStream.range(0, out.rank()).map(shape::dim).toArray();
      Nest nest = nest(axes, extents, hasPacked());
      String position = Axes.position(shape.stridesWithin(shape), nest.at, 0);
      parts.add(
          new Part(
              List.of(),
              List.of(),
              nest.loops,
              shifted(nest.at, c.axis(), before),
              shifted(nest.start, c.axis(), before),
              List.of(),
              Optional.of(operands.element(v, position))));
      before += shape.dim(c.axis());
    }
    return new Heart(axes, operands.type(step.heart()), 0, parts);
  }

  private static List<String> shifted(List<String> at, int axis, int by) {
    if (by == 0) {
      return at;
    }
    List<String> shifted = new ArrayList<>(at);
    shifted.set(axis, at.get(axis).equals("0") ? String.valueOf(by) : by + " + " + at.get(axis));
    return shifted;
  }

  private Heart pad(Pad p) {
    Axes axes = Axes.each(out);
    List<String> at = nest(axes).at();
    int[] strides = strides(x());
    List<String> within = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < strides.length; i++) {
      int before = p.before().get(i);
      offset -= (long) before * strides[i];
      if (before > 0) {
        within.add("%s >= %d".formatted(at.get(i), before));
      }
      if (p.after().get(i) > 0) {
        within.add("%s < %d".formatted(at.get(i), before + operands.shape(x()).dim(i)));
      }
    }
    String element = operands.element(x(), Axes.position(strides, at, offset));
    String border = operands.type(x()).literal(p.value());
    return expression(
        axes,
        List.of(),
        Optional.of(
            within.isEmpty()
                ? element
                : "%s ? %s : %s".formatted(String.join(" && ", within), element, border)));
  }

  private Heart gather(Gather g) {
    Axes axes = Axes.each(out);
    List<String> at = nest(axes).at();
    Value index = node.operands().get(1);
    Shape from = operands.shape(x());
    int picked = operands.shape(index).rank();
    List<String> places = new ArrayList<>(at.subList(0, g.axis()));
    places.add("picked");
    places.addAll(at.subList(g.axis() + picked, out.rank()));
    String where = Axes.position(strides(index), at.subList(g.axis(), g.axis() + picked), 0);
    return expression(
        axes,
        List.of(picked(index, where, from.dim(g.axis()))),
        Optional.of(operands.element(x(), Axes.position(from.strides(), places, 0))));
  }

  private String picked(Value index, String where, int extent) {
    return "const int picked = %s(%s, %d);"
        .formatted(kernels.place(), operands.element(index, where), extent);
  }

  private Heart gatherElements(GatherElements g) {
    Axes axes = Axes.each(out);
    List<String> at = nest(axes).at();
    Value index = node.operands().get(1);
    List<String> places = new ArrayList<>(at);
    places.set(g.axis(), "picked");
    return expression(
        axes,
        List.of(
            picked(index, Axes.position(strides(index), at, 0), operands.shape(x()).dim(g.axis()))),
        Optional.of(operands.element(x(), Axes.position(strides(x()), places, 0))));
  }

  private Heart oneHot() {
    Axes axes = Axes.each(out);
    List<String> at = nest(axes).at();
    int[] strides = Arrays.copyOf(strides(x()), out.rank());
    return expression(
        axes,
        List.of(),
        Optional.of(
            "%s == %s"
                .formatted(operands.element(x(), Axes.position(strides, at, 0)), at.getLast())));
  }

  private Heart argMax(ArgMax a) {
    Axes axes = Axes.each(out);
    String first = Axes.position(strides(x()), nest(axes).at(), 0);
    return expression(
        axes,
        List.of(),
        Optional.of(
            "%s(%s, %d, %d)"
                .formatted(
                    kernels.argMax(operands.type(x())),
                    from(x(), first),
                    operands.shape(x()).dim(a.axis()),
                    strides(x())[a.axis()])));
  }

  /** The address of an element. */
  private String from(Value v, String position) {
    String pointer = operands.pointer(v);
    return position.equals("0") ? pointer : pointer + " + " + position;
  }

  private Heart reduction(Reduction r) {
    Axes axes = Axes.each(out);
    CType type = operands.type(x());
    String wide = type.isReal() ? "double" : "int64_t";
    List<String> at = new ArrayList<>(nest(axes).at());
    StringBuilder loops = new StringBuilder();
    for (int axis : r.axes()) {
      String v = "r" + axis;
      at.set(axis, v);
      loops.append(Loop.to(v, operands.shape(x()).dim(axis)).head()).append(' ');
    }
    String element = operands.element(x(), Axes.position(strides(x()), at, 0));
    int count = operands.shape(x()).size() / out.size();
    return switch (r) {
      case ReduceSum s -> folded(axes, wide, "0", loops + "sum += " + element, "sum");
      case ReduceMean s -> folded(axes, wide, "0", loops + "sum += " + element, "sum / " + count);
      case ReduceProduct s -> folded(axes, wide, "1", loops + "sum *= " + element, "sum");
      case ReduceMax s ->
          folded(
              axes,
              type.text(),
              type.lowest(),
              loops
                  + "{ const %s e = %s; if (e > sum%s) sum = e; }"
                      .formatted(type.text(), element, type.isReal() ? " || e != e" : ""),
              "sum");
    };
  }

  private Heart folded(Axes axes, String type, String start, String loops, String result) {
    return expression(
        axes,
        List.of("%s sum = %s;".formatted(type, start), loops.endsWith("}") ? loops : loops + ";"),
        Optional.of("(%s)(%s)".formatted(operands.type(step.heart()).text(), result)));
  }

  /** Strides of the planes of an image [n,c,h,w]: one index for all of a plane. */
  private static int[] planes(Shape image) {
    int[] strides = image.strides();
    strides[2] = 0;
    strides[3] = 0;
    return strides;
  }

  private static String text(Window w) {
    return "(struct window){%d, %d, %d, %d, %d, %d, %d, %d}"
        .formatted(
            w.height(),
            w.width(),
            w.strideY(),
            w.strideX(),
            w.top(),
            w.left(),
            w.dilationY(),
            w.dilationX());
  }

  /** Where a window begins. */
  private static String begin(String at, int stride, int before) {
    String scaled =
        stride == 1 || at.equals("0")
            ? at
            : "%s * %d".formatted(at.contains(" ") ? "(" + at + ")" : at, stride);
    return before == 0
        ? scaled
        : "%s %s %d".formatted(scaled, before > 0 ? "-" : "+", Math.abs(before));
  }

  private Heart pool(String kernel, Window w) {
    Axes axes = Axes.each(out);
    List<String> at = nest(axes).at();
    Shape image = operands.shape(x());
    return expression(
        axes,
        List.of(),
        Optional.of(
            "%s(%s, %s, %d, %d, %s, %s)"
                .formatted(
                    kernel,
                    from(x(), Axes.position(planes(image), at, 0)),
                    text(w),
                    image.dim(2),
                    image.dim(3),
                    begin(at.get(2), w.strideY(), w.top()),
                    begin(at.get(3), w.strideX(), w.left()))));
  }

  private Heart route(MaxPoolRoute m) {
    Axes axes = Axes.each(out);
    List<String> at = nest(axes).at();
    Value dy = node.operands().get(1);
    Shape pooled = operands.shape(dy);
    String plane = Axes.position(planes(pooled), at, 0);
    return expression(
        axes,
        List.of(),
        Optional.of(
            "%s(%s, %d, %s, %s, %s, %d, %d, %s, %s)"
                .formatted(
                    kernels.maxPoolRoute(operands.type(dy)),
                    operands.name(x()),
                    operands.bits(x()).orElse(8),
                    plane,
                    from(dy, plane),
                    text(m.window()),
                    pooled.dim(2),
                    pooled.dim(3),
                    at.get(2),
                    at.get(3))));
  }

  /** One call for each row of some axes, and loops over the rest, along which rows lie. */
  private Heart rows(Axes axes, int outer, CType type, String call) {
    List<Loop> around = new ArrayList<>();
    List<Loop> inner = new ArrayList<>();
    List<String> at = new ArrayList<>();
    int elements = 1;
    for (int i = 0; i < axes.count(); i++) {
      boolean loops = axes.extent(i) > 1 || i == axes.count() - 1;
      at.add(loops ? variable(i) : "0");
      if (loops) {
        (i < outer ? around : inner).add(Loop.to(variable(i), axes.extent(i)));
      }
      elements *= i < outer ? 1 : axes.extent(i);
    }
    int[] strides = new int[axes.count()];
    int stride = 1;
    for (int i = axes.count() - 1; i >= outer; i--) {
      strides[i] = stride;
      stride *= axes.extent(i);
    }
    List<String> start = new ArrayList<>(at);
    start.set(at.size() - 1, "0");
    String element = "%s[%s]".formatted(Heart.ROWS, Axes.position(strides, at, 0));
    return new Heart(
        axes,
        type,
        elements,
        List.of(
            new Part(around, List.of(call), inner, at, start, List.of(), Optional.of(element))));
  }

  private Heart softmax(Softmax s) {
    Axes axes = Axes.each(out);
    int[] strides = strides(x());
    Arrays.fill(strides, s.axis(), strides.length, 0);
    String call =
        "%s(%s, %s, %d, %d);"
            .formatted(
                kernels.softmax(operands.type(x())),
                Heart.ROWS,
                from(x(), Axes.position(strides, names(axes), 0)),
                out.dim(s.axis()),
                out.product(s.axis() + 1, out.rank()));
    return rows(axes, s.axis(), operands.type(x()), call);
  }

  /** The index along each axis where all but single ones have loops. */
  private static List<String> names(Axes axes) {
    return IntStream.range(0, axes.count())
        .mapToObj(i -> axes.extent(i) > 1 ? variable(i) : "0")
        .toList();
  }

  private Heart matMul(Product product) {
    Axes axes = Axes.each(out);
    Value b = node.operands().get(1);
    CType sums = operands.type(step.heart());
    int depth = operands.shape(x()).dim(-1);
    int columns = out.dim(-1);
    int[] left = matrices(operands.shape(x()), depth);
    int[] right = matrices(operands.shape(b), 0);
    String call =
        "%s(%s, %s, %s, %d, %d);"
            .formatted(
                kernels.matMulRow(operands.type(x()), operands.type(b), sums, product),
                Heart.ROWS,
                from(x(), Axes.position(left, names(axes), 0)),
                from(b, Axes.position(right, names(axes), 0)),
                depth,
                columns);
    return rows(axes, axes.count() - 1, sums, call);
  }

  /** Strides of one operand's matrices along the result's leading axes, and of its rows. */
  private int[] matrices(Shape operand, int row) {
    int[] strides = new int[out.rank()];
    int[] own = operand.strides();
    int shift = out.rank() - operand.rank();
    for (int i = 0; i < operand.rank() - 2; i++) {
      strides[i + shift] = operand.dim(i) == 1 ? 0 : own[i];
    }
    strides[out.rank() - 2] = row;
    return strides;
  }

  private Heart maxPoolRows(Window w) {
    Axes axes = Axes.each(out);
    Shape image = operands.shape(x());
    List<String> at = names(axes);
    String call =
        "%s(%s, %s, %s, %d, %d, %s, %d);"
            .formatted(
                kernels.maxPoolRow(operands.type(x()), w),
                Heart.ROWS,
                from(x(), Axes.position(planes(image), at, 0)),
                text(w),
                image.dim(2),
                image.dim(3),
                at.get(2),
                out.dim(3));
    return rows(axes, 3, operands.type(x()), call);
  }

  private Heart convRows(Window w, int groups, Product product, int padding) {
    Axes axes = Axes.each(out);
    Value weight = node.operands().get(1);
    CType sums = operands.type(step.heart());
    Shape image = operands.shape(x());
    Shape taps = operands.shape(weight);
    List<String> at = names(axes);
    String kernel =
        kernels.convRow(
            operands.type(x()),
            operands.type(weight),
            sums,
            product,
            w,
            padding != 0 || !product.equals(Product.exact()));
    int perGroup = out.dim(1) / groups;
    String from = group(at, image, groups, perGroup, taps.dim(1));
    String call =
        "%s(%s, %s, %s, %s, %d, %d, %d, %s, %d, %s);"
            .formatted(
                kernel,
                Heart.ROWS,
                from(x(), from),
                from(weight, Axes.position(new int[] {taps.product(1, 4)}, at.subList(1, 2), 0)),
                text(w),
                taps.dim(1),
                image.dim(2),
                image.dim(3),
                at.get(2),
                out.dim(3),
                operands.type(x()).literal(padding));
    return rows(axes, 3, sums, call);
  }

  /** Where the channels that one channel of the result looks at begin. */
  private static String group(
      List<String> at, Shape image, int groups, int perGroup, int channels) {
    String channel =
        groups == 1 || at.get(1).equals("0")
            ? "0"
            : perGroup == 1 ? at.get(1) : "(%s / %d)".formatted(at.get(1), perGroup);
    return Axes.position(
        new int[] {image.product(1, 4), channels * image.product(2, 4)},
        List.of(at.get(0), channel),
        0);
  }

  private Heart convTransposeRows(ConvTranspose c, Product product) {
    Axes axes = Axes.each(out);
    Value weight = node.operands().get(1);
    CType sums = operands.type(step.heart());
    Shape image = operands.shape(x());
    Shape taps = operands.shape(weight);
    List<String> at = names(axes);
    int perGroup = taps.dim(1);
    int inputs = image.dim(1) / c.groups();
    String channel = at.get(1);
    String group =
        c.groups() == 1 || channel.equals("0") ? "0" : "(%s / %d)".formatted(channel, perGroup);
    String within =
        c.groups() == 1 || channel.equals("0")
            ? channel
            : "(%s %% %d)".formatted(channel, perGroup);
    String taken =
        Axes.position(
            new int[] {inputs * taps.product(1, 4), taps.product(2, 4)}, List.of(group, within), 0);
    String call =
        "%s(%s, %s, %s, %s, %d, %d, %d, %s, %d, %d);"
            .formatted(
                kernels.convTransposeRow(operands.type(x()), operands.type(weight), sums, product),
                Heart.ROWS,
                from(x(), group(at, image, c.groups(), perGroup, inputs)),
                from(weight, taken),
                text(c.window()),
                inputs,
                image.dim(2),
                image.dim(3),
                at.get(2),
                out.dim(3),
                taps.product(1, 4));
    return rows(axes, 3, sums, call);
  }

  /** Whether a convolution runs in registers: one group of floats, weights that are known. */
  private boolean isTiled(int groups, Window w) {
    return groups == 1
        && operands.type(x()) == CType.FLOAT
        && operands.isKnown(node.operands().get(1))
        && out.dim(1) > 1
        && (node.op() instanceof Conv || (w.dilationY() == 1 && w.dilationX() == 1));
  }

  private Tensor weight() {
    return ((Constant) graph.node(node.operands().get(1)).op()).value();
  }

  /** Room for rows of which kernels compute more places than there are. */
  private static int padded(int columns) {
    return Math.ceilDiv(columns, TiledWeights.COLUMNS) * TiledWeights.COLUMNS;
  }

  /** The loops of a block of channels around its rows, and the place of an element in them. */
  private record BlockLoops(List<Loop> outer, String n, String channel, int channels) {}

  private BlockLoops loops(TiledWeights.Block b) {
    List<Loop> outer = new ArrayList<>();
    if (out.dim(0) > 1) {
      outer.add(Loop.to("n", out.dim(0)));
    }
    if (b.isLoop()) {
      outer.add(new Loop("o", String.valueOf(b.end()), b.outputs()));
    }
    String channel = b.isLoop() ? "o + k" : b.first() == 0 ? "k" : b.first() + " + k";
    return new BlockLoops(
        outer, out.dim(0) > 1 ? "n" : "0", channel, b.isLoop() ? b.outputs() : b.end() - b.first());
  }

  /**
   * One call that fills rows of a block of channels.
   *
   * @param rows where they are written
   * @param window of the convolution, with its own padding
   */
  private String tileCall(
      TiledWeights tiled,
      TiledWeights.Block b,
      String rows,
      Window window,
      String n,
      int height,
      int width,
      String y,
      int columns) {
    Shape image = operands.shape(x());
    String name = weights.arranged(tiled.name(), tiled::numbers);
    String first = b.isLoop() ? "o" : String.valueOf(b.first());
    String taken =
        first.equals("0") ? name : "%s + %s * %d".formatted(name, first, tiled.perOutput());
    return "%s(%s, %s, %s, %s, %d, %d, %d, %s, %d, %d);"
        .formatted(
            kernels.convTile(b.outputs(), window),
            rows,
            from(x(), Axes.position(new int[] {image.product(1, 4)}, List.of(n), 0)),
            taken,
            text(window),
            image.dim(1),
            height,
            width,
            y,
            columns,
            padded(columns));
  }

  /** A convolution of so many channels at once that their sums fill registers. */
  private final class ConvTiles {
    private final Window window;
    private final Axes axes;
    private final boolean asRow;
    private final TiledWeights tiled;
    private final Shape image;

    ConvTiles(Conv c) {
      this.window = c.window();
      this.image = operands.shape(x());
      Axes each = Axes.each(out);
      this.asRow =
          window.equals(Window.of(1, 1, 1))
              && out.product(2, 4) <= PLANE_AS_ROW
              && Axes.isOne(out, 2, 3, tail());
      this.axes = asRow ? each.withLastTwoJoined() : each;
      this.tiled = TiledWeights.of(weight(), node.operands().get(1));
    }

    private int columns() {
      return axes.extent(axes.count() - 1);
    }

    Heart heart() {
      return new Heart(
          axes,
          CType.FLOAT,
          padded(columns()) * tiled.most(),
          tiled.blocks().stream().map(this::part).toList());
    }

    private Part part(TiledWeights.Block b) {
      BlockLoops loops = loops(b);
      List<Loop> outer = new ArrayList<>(loops.outer);
      String y = asRow || out.dim(2) == 1 ? "0" : "y";
      if (!y.equals("0")) {
        outer.add(Loop.to(y, out.dim(2)));
      }
      List<String> at = new ArrayList<>(List.of(loops.n, loops.channel, y, "x"));
      if (asRow) {
        at.remove(2);
      }
      List<String> start = new ArrayList<>(at);
      start.set(at.size() - 1, "0");
      int height = asRow ? 1 : image.dim(2);
      int width = asRow ? image.product(2, 4) : image.dim(3);
      return new Part(
          outer,
          List.of(tileCall(tiled, b, Heart.ROWS, window, loops.n, height, width, y, columns())),
          List.of(Loop.to("k", loops.channels), Loop.to("x", columns())),
          at,
          start,
          List.of(),
          Optional.of("%s[k * %d + x]".formatted(Heart.ROWS, padded(columns()))));
    }
  }

  /**
   * A transposed convolution with strides: for each remainder of a row and of a column by the
   * strides another convolution, of those taps that meet there. A row is put together of its
   * columns' convolutions.
   */
  private final class ConvTransposeTiles {
    private final Window window;
    private final List<TiledWeights.Block> blocks;

    ConvTransposeTiles(ConvTranspose c) {
      this.window = c.window();
      Shape w = weight().shape();
      this.blocks =
          new TiledWeights(Tensor.filled(weight().type().with(Shape.of(w.dim(1), 1, 1, 1)), 0), "")
              .blocks();
    }

    private TiledWeights.Phase rows(int first) {
      return new TiledWeights.Phase(first, window.strideY(), window.height(), window.top());
    }

    private TiledWeights.Phase columns(int first) {
      return new TiledWeights.Phase(first, window.strideX(), window.width(), window.left());
    }

    private int most() {
      return blocks.stream().mapToInt(TiledWeights.Block::outputs).max().orElseThrow();
    }

    /** Places between the rows of one remainder and those of the next. */
    private int apart() {
      return most() * padded(columns(0).count(out.dim(3)));
    }

    Heart heart() {
      List<Part> parts = new ArrayList<>();
      for (int first = 0; first < Math.min(window.strideY(), out.dim(2)); first++) {
        for (TiledWeights.Block b : blocks) {
          parts.add(part(b, rows(first)));
        }
      }
      return new Heart(Axes.each(out), CType.FLOAT, apart() * window.strideX(), parts);
    }

    private Part part(TiledWeights.Block b, TiledWeights.Phase rows) {
      BlockLoops loops = loops(b);
      List<Loop> outer = new ArrayList<>(loops.outer);
      outer.add(Loop.to("y", rows.count(out.dim(2))));
      String y = rows.stride() == 1 ? "y" : "y * " + rows.stride();
      String row = rows.first() == 0 ? y : rows.first() + " + " + y;
      List<String> at = List.of(loops.n, loops.channel, row, "x");
      return new Part(
          outer,
          rows.taps() == 0 ? List.of() : calls(b, rows, loops.n),
          List.of(Loop.to("k", loops.channels), Loop.to("x", out.dim(3))),
          at,
          List.of(loops.n, loops.channel, row, "0"),
          List.of(),
          Optional.of(rows.taps() == 0 ? CType.FLOAT.literal(0) : element()));
    }

    private String element() {
      int stride = window.strideX();
      int step = padded(columns(0).count(out.dim(3)));
      return stride == 1
          ? "%s[k * %d + x]".formatted(Heart.ROWS, step)
          : "%s[x %% %d * %d + k * %d + x / %d]"
              .formatted(Heart.ROWS, stride, apart(), step, stride);
    }

    private List<String> calls(TiledWeights.Block b, TiledWeights.Phase rows, String n) {
      List<String> calls = new ArrayList<>();
      Shape image = operands.shape(x());
      int columns = columns(0).count(out.dim(3));
      for (int first = 0; first < Math.min(window.strideX(), out.dim(3)); first++) {
        TiledWeights.Phase phase = columns(first);
        String to = first == 0 ? Heart.ROWS : "%s + %d".formatted(Heart.ROWS, first * apart());
        calls.add(
            phase.taps() == 0
                ? "memset(%s, 0, %d * sizeof *%s);".formatted(to, apart(), Heart.ROWS)
                : tileCall(
                    TiledWeights.of(weight(), node.operands().get(1), rows, phase),
                    b,
                    to,
                    Window.of(rows.taps(), phase.taps(), 1)
                        .padded(rows.padding(), phase.padding(), 0, 0),
                    n,
                    image.dim(2),
                    image.dim(3),
                    "y",
                    columns));
      }
      return calls;
    }
  }
}
