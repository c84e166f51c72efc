package whyc.rtl;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Makes a program of a graph of integers: places for its values, instructions for its steps. */
final class Lowering {
  private final CoreShape core;
  private final Layout layout;
  private final Making making;
  private final WeightImage weights;
  private final List<String> methods;
  private final List<Instruction> instructions = new ArrayList<>();

  /** Instructions whose weights or target are lines that are written on the way. */
  private final Set<Integer> dynamic = new HashSet<>();

  private Lowering(IntegerGraph source, CoreShape core, ArrayProduct array) {
    List<Operation> operations = Selection.of(source.graph(), array);
    this.core = core;
    this.methods = new ArrayList<>(source.methods());
    this.layout = new Layout(source, core.lanes(), operations);
    operations.forEach(o -> checkBits(o, source.graph().type(o.result()).element()));
    this.making = new Making(layout, core, array, new Runs<>(), new Runs<>());
    this.weights = new WeightImage(core.lanes());
  }

  /** Results have 16 bits; what is read again has those of features. */
  private void checkBits(Operation o, ElementType codes) {
    boolean isWide = codes == ElementType.INT16 && core.codeBits() < Short.SIZE;
    if (isWide && layout.memory(o.result()).equals(CoreStorage.FEATURES)) {
      throw new RtlException(
          "RTL: codes that are read again want %d bits, got %s at %s"
              .formatted(core.codeBits(), codes, o.name()));
    }
  }

  /**
   * Makes a program.
   *
   * @param units that the core has
   * @throws RtlException where the core cannot take the graph
   */
  static Program program(IntegerGraph source, CoreShape core, CoreUnits units) {
    ArrayProduct array = units.array();
    if (!array.isExact() && (core.codeBits() != Byte.SIZE || core.weightBits() != Byte.SIZE)) {
      throw new RtlException(
          "RTL: products of %s want codes and weights of 8 bits, got %d and %d"
              .formatted(array, core.codeBits(), core.weightBits()));
    }
    Lowering l = new Lowering(source, core, array);
    l.layout.operations().forEach(l::lower);
    if (units.scalesMaps()) {
      l.scaleMaps();
    }
    return new Program(
        core,
        array,
        l.placed(),
        l.layout.memories(),
        l.making.taps().words(),
        l.weights.lines(),
        l.making.parameters().words(),
        l.port(source.input()),
        source.outputs().stream().filter(o -> l.layout.isStored(o.value())).map(l::port).toList(),
        l.methods);
  }

  /** All lines that are known are there now: those that are written come behind them. */
  private List<Instruction> placed() {
    int known = weights.lines().size();
    return IntStream.range(0, instructions.size())
        .mapToObj(i -> {
          Instruction at = instructions.get(i);
          Field moved = at.writesLines() ? Field.TARGET : Field.WEIGHT;
          return dynamic.contains(i) ? at.with(moved, at.get(moved) + known) : at;
        })
        .toList();
  }

  private Program.Port port(IntegerGraph.End e) {
    Plane p = layout.plane(e.value());
    return new Program.Port(
        e.name(),
        p.rows(),
        p.columns(),
        p.channels(),
        layout.address(e.value()),
        e.scale(),
        e.method());
  }

  private void lower(Operation o) {
    switch (o.source()) {
      case Source.Convolution c -> convolution(o, c);
      case Source.Picked p -> picked(o, p);
      case Source.Joined j -> joined(o, j);
      case Source.Transposed t -> transposed(o, t);
      case Source.Total t -> total(o, t);
      case Source.Largest l -> largest(o, l);
      case Source.Routed r -> routed(o, r);
      case Source.ByClass b -> byClass(o, b);
      case Source.Weighted w -> weighted(o, w);
      case Source.Row r -> row(o, r);
      case Source.Repeated r -> repeated(o, r);
      case Source.Codes c -> sweep(o, c);
      case Source.Winner w -> winner(o, w);
    }
  }

  private void emit(Draft d) {
    if (d.writesLines()) {
      dynamic.add(instructions.size());
    }
    instructions.add(d.instruction());
  }

  // Sums over windows.

  private void convolution(Operation o, Source.Convolution c) {
    Plane in = layout.plane(c.operand());
    Plane out = layout.plane(o.result());
    WeightImage.Reach reach = weights.reach(in.channels(), out.channels(), c.groups());
    int area = c.window().area();
    Draft d = new Draft(making, Kind.COMPUTE, o, Lattice.whole(out));
    d.reads(in, layout.address(c.operand()), c.window().strideY(), c.window().strideX());
    d.groups(reach.words(), reach.step());
    d.put(Field.WEIGHT, weights.convolution(c.weight(), c.groups()));
    d.put(Field.WEIGHT_OUT, area * reach.words() * core.lanes());
    d.put(Field.WEIGHT_IN, core.lanes());
    d.put(Field.WEIGHT_LINES, core.lanes());
    d.taps(Taps.window(c.window(), in, out), reach.words() * core.lanes());
    d.multiplyAdds((long) c.weight().shape().dim(1) * out.channels());
    emit(d);
  }

  private void transposed(Operation o, Source.Transposed t) {
    Plane in = layout.plane(t.operand());
    Plane out = layout.plane(o.result());
    int area = t.window().area();
    boolean shares = t.groups() == 1;
    WeightImage.Reach reach = weights.reach(in.channels(), out.channels(), t.groups());
    int address =
        shares ? weights.convolution(t.weight(), 1) : weights.transposed(t.weight(), t.groups());
    Set<Lattice> zeros = layout.absent(o.result());
    List<Lattice> written =
        layout.lattices(o, t.window()).stream().filter(l -> !zeros.contains(l)).toList();
    for (Lattice lattice : written) {
      Draft d = new Draft(making, Kind.COMPUTE, o, lattice);
      d.overlaps(!lattice.equals(written.getFirst()));
      d.reads(in, layout.address(t.operand()), 1, 1);
      d.groups(reach.words(), reach.step());
      d.put(Field.WEIGHT, address);
      d.put(Field.WEIGHT_LINES, core.lanes());
      if (shares) {
        d.flag(Flag.TRANSPOSED);
        d.put(Field.WEIGHT_OUT, core.lanes());
        d.put(Field.WEIGHT_IN, area * out.groups() * core.lanes());
        d.taps(Taps.transposed(t.window(), in, lattice), out.groups() * core.lanes());
      } else {
        d.put(Field.WEIGHT_OUT, area * reach.words() * core.lanes());
        d.put(Field.WEIGHT_IN, core.lanes());
        d.taps(Taps.transposed(t.window(), in, lattice), reach.words() * core.lanes());
      }
      d.multiplyAdds((long) t.weight().shape().dim(1) * in.channels());
      emit(d);
    }
  }

  private void total(Operation o, Source.Total t) {
    Plane in = layout.plane(t.operand());
    Plane out = layout.plane(o.result());
    boolean all = out.positions() == 1 && t.window().area() == in.positions();
    Draft d = new Draft(making, Kind.COMPUTE, o, Lattice.whole(all ? in : out), all);
    d.flag(Flag.DIRECT);
    d.groups(1, 1);
    if (all) {
      d.reads(in, layout.address(t.operand()), 1, 1);
      d.taps(Taps.window(Window.of(1, 1, 1), in, in), 0);
    } else {
      d.reads(in, layout.address(t.operand()), t.window().strideY(), t.window().strideX());
      d.taps(Taps.window(t.window(), in, out), 0);
    }
    emit(d);
  }

  /** Reads one position for all of the plane. */
  private void repeated(Operation o, Source.Repeated r) {
    Plane out = layout.plane(o.result());
    Draft d = new Draft(making, Kind.COMPUTE, o, Lattice.whole(out));
    d.flag(Flag.DIRECT);
    d.groups(1, 1);
    d.reads(layout.plane(r.operand()), layout.address(r.operand()), 0, 0);
    d.taps(Taps.window(Window.of(1, 1, 1), out, out), 0);
    emit(d);
  }

  private void largest(Operation o, Source.Largest l) {
    Plane in = layout.plane(l.operand());
    Plane out = layout.plane(o.result());
    Draft d = new Draft(making, Kind.COMPUTE, o, Lattice.whole(out));
    d.flag(Flag.DIRECT);
    d.flag(Flag.MAX);
    d.groups(1, 1);
    d.reads(in, layout.address(l.operand()), l.window().strideY(), l.window().strideX());
    d.taps(Taps.window(l.window(), in, out), 0);
    o.switches()
        .ifPresent(s -> {
          d.flag(Flag.WRITES_SWITCH);
          d.put(Field.SWITCH, layout.address(s) - layout.address(o.result()));
        });
    emit(d);
  }

  private void routed(Operation o, Source.Routed r) {
    Plane in = layout.plane(r.operand());
    Plane out = layout.plane(o.result());
    List<Lattice> lattices = Lattice.all(out, r.window().strideY(), r.window().strideX());
    for (Lattice lattice : lattices) {
      Draft d = new Draft(making, Kind.COMPUTE, o, lattice);
      d.overlaps(!lattice.equals(lattices.getFirst()));
      d.flag(Flag.DIRECT);
      d.flag(Flag.GATES_BY_SWITCH);
      d.groups(1, 1);
      d.reads(in, layout.address(r.operand()), 1, 1);
      d.put(Field.SWITCH, layout.address(r.switches()) - layout.address(r.operand()));
      d.taps(Taps.transposed(r.window(), in, lattice), 0);
      emit(d);
    }
  }

  // The class.

  private void byClass(Operation o, Source.ByClass b) {
    Draft d = overChannels(o, b.operand());
    d.flag(Flag.BY_CLASS);
    d.put(Field.WEIGHT, weights.rows(b.rows()));
    d.put(Field.WEIGHT_CLASS, layout.plane(b.operand()).groups());
    emit(d);
  }

  /** The lines were written before: they lie behind those that are known. */
  private void weighted(Operation o, Source.Weighted w) {
    Draft d = overChannels(o, w.operand());
    dynamic.add(instructions.size());
    d.put(Field.WEIGHT, layout.address(w.weights()));
    emit(d);
  }

  /** One output channel: a line is a column of the array's block. */
  private Draft overChannels(Operation o, Value operand) {
    Plane in = layout.plane(operand);
    Draft d = new Draft(making, Kind.COMPUTE, o, Lattice.whole(layout.plane(o.result())));
    d.flag(Flag.TRANSPOSED);
    d.groups(in.groups(), 0);
    d.reads(in, layout.address(operand), 1, 1);
    d.put(Field.WEIGHT_IN, 1);
    d.put(Field.WEIGHT_LINES, 1);
    d.taps(Taps.window(Window.of(1, 1, 1), in, in), 0);
    d.multiplyAdds(in.channels());
    return d;
  }

  /** A word for all positions, or one for each: then positions are groups of a single one. */
  private void row(Operation o, Source.Row r) {
    Plane out = layout.plane(o.result());
    boolean isSame = r.rows().shape().dim(1) == out.channels();
    Plane words = isSame ? out : new Plane(1, 1, out.words() * core.lanes(), core.lanes());
    Draft d = new Draft(making, Kind.TABLE, o, Lattice.whole(isSame ? out : words));
    d.flag(Flag.BY_CLASS);
    d.put(Field.GROUPS_OUT, words.groups());
    d.put(Field.WEIGHT, weights.rows(isSame ? r.rows() : inWords(r.rows(), out)));
    d.put(Field.WEIGHT_OUT, 1);
    d.put(Field.WEIGHT_CLASS, words.groups());
    d.put(Field.WEIGHT_LINES, 1);
    if (!isSame) {
      d.parametersByPosition();
      d.put(Field.RESIDUAL_GROUPS, d.get(Field.RESIDUAL_GROUPS) * out.positions());
    }
    emit(d);
  }

  /** Rows {@code [C,h,w]} in the order of a plane's words, empty lanes included. */
  private Tensor inWords(Tensor rows, Plane out) {
    int count = out.words() * core.lanes();
    double[] words = new double[rows.shape().dim(0) * count];
    int size = out.channels() * out.positions();
    for (int i = 0; i < rows.size(); i++) {
      int channel = i % size / out.positions();
      int position = i % size % out.positions();
      words[i / size * count + position * out.groups() * core.lanes() + channel] = rows.at(i);
    }
    return Tensor.of(rows.type().with(Shape.of(rows.shape().dim(0), count)), words);
  }

  private void winner(Operation o, Source.Winner w) {
    if (!layout.isStored(w.operand())) {
      throw new RtlException(
          "RTL: the class wants to be found among results, which nothing else reads, got those of "
              + o.name());
    }
    Map<Field, Integer> fields = new EnumMap<>(Field.class);
    fields.put(Field.METHODS, layout.methods(o));
    fields.put(Field.SOURCE, layout.address(w.operand()));
    fields.put(Field.GROUPS_IN, layout.plane(w.operand()).channels());
    instructions.add(new Instruction(Kind.WINNER, o.name(), Set.of(), fields, List.of(), 0));
  }

  /** Maps of Grad-CAM: one channel above zero that leaves the core. */
  private void scaleMaps() {
    List<Operation> maps = layout.operations().stream().filter(this::isMap).toList();
    if (maps.isEmpty()) {
      throw new RtlException(
          "RTL: scaled maps want to be those of Grad-CAM, and the network has none");
    }
    int method = 1 << methods.size();
    methods.add(CoreUnits.SCALED);
    for (Operation o : maps) {
      Map<Field, Integer> fields = new EnumMap<>(Field.class);
      fields.put(Field.METHODS, method);
      fields.put(Field.SOURCE, layout.address(o.result()));
      fields.put(Field.GROUPS_IN, layout.plane(o.result()).positions());
      instructions.add(new Instruction(Kind.SCALE, o.name(), Set.of(), fields, List.of(), 0));
    }
  }

  private boolean isMap(Operation o) {
    return (o.source() instanceof Source.ByClass || o.source() instanceof Source.Weighted)
        && o.epilogue().relu()
        && layout.isStored(o.result());
  }

  // Codes.

  private void sweep(Operation o, Source.Codes c) {
    Draft d = new Draft(making, Kind.SWEEP, o, Lattice.whole(layout.plane(o.result())));
    sweeps(d, layout.plane(c.operand()), layout.address(c.operand()), 1, 1);
    emit(d);
  }

  /** Reads codes from an address on, in such steps. */
  private static void sweeps(Draft d, Plane in, int address, int rowStep, int columnStep) {
    d.put(Field.RESIDUAL, address);
    d.put(Field.RESIDUAL_ROW, rowStep * in.rowStep());
    d.put(Field.RESIDUAL_COLUMN, columnStep * in.groups());
    d.put(Field.RESIDUAL_TILE, d.get(Field.TILE_ROWS) * d.get(Field.RESIDUAL_ROW));
    d.put(Field.RESIDUAL_GROUPS, d.get(Field.GROUPS_OUT));
  }

  /** Whole words are moved as they are; channels that change their lanes, by products with ones. */
  private void picked(Operation o, Source.Picked p) {
    Picks picks = p.picks();
    boolean isWhole = picks.place() == 0 && picks.first() % core.lanes() == 0;
    if (isWhole && o.epilogue().residual().isEmpty() && picks.count() == picks.out().dim(1)) {
      Plane in = layout.plane(p.operand());
      Draft d = new Draft(making, Kind.SWEEP, o, Lattice.whole(layout.plane(o.result())));
      int address = layout.address(p.operand()) + picks.first() / core.lanes();
      sweeps(d, in, address, picks.rowStep(), picks.columnStep());
      emit(d);
    } else {
      convolution(o, new Source.Convolution(p.operand(), picks.weight(), picks.window(), 1));
    }
  }

  /**
   * Each part's words one after the other. A part that begins within a word is moved by products
   * with ones, and its first word added to what the part before has left there.
   */
  private void joined(Operation o, Source.Joined j) {
    int channel = 0;
    for (Value part : j.parts()) {
      if (channel % core.lanes() == 0) {
        sweptPart(o, part, channel / core.lanes());
      } else {
        shiftedPart(o, part, channel);
      }
      channel += layout.plane(part).channels();
    }
  }

  private void sweptPart(Operation o, Value part, int word) {
    Plane in = layout.plane(part);
    Draft d = new Draft(making, Kind.SWEEP, o, Lattice.whole(layout.plane(o.result())));
    d.words(word, in.groups());
    sweeps(d, in, layout.address(part), 1, 1);
    emit(d);
  }

  private void shiftedPart(Operation o, Value part, int channel) {
    if (!layout.memory(o.result()).equals(CoreStorage.FEATURES)) {
      throw new RtlException(
          "RTL: channels that leave the core want to be joined at multiples of %d lanes, got channel %d at %s"
              .formatted(core.lanes(), channel, o.name()));
    }
    Plane in = layout.plane(part);
    Plane out = layout.plane(o.result());
    int place = channel % core.lanes();
    int words = Math.ceilDiv(place + in.channels(), core.lanes());
    Tensor ones = Picks.ones(words * core.lanes(), in.channels(), 0, place, in.channels());
    WeightImage.Reach reach = weights.reach(in.channels(), words * core.lanes(), 1);
    Draft d = new Draft(making, Kind.COMPUTE, o, Lattice.whole(out));
    d.words(channel / core.lanes(), words);
    d.completesFirstWord();
    d.reads(in, layout.address(part), 1, 1);
    d.groups(reach.words(), reach.step());
    d.put(Field.WEIGHT, weights.convolution(ones, 1));
    d.put(Field.WEIGHT_OUT, reach.words() * core.lanes());
    d.put(Field.WEIGHT_IN, core.lanes());
    d.put(Field.WEIGHT_LINES, core.lanes());
    d.taps(Taps.window(Window.of(1, 1, 1), in, out), reach.words() * core.lanes());
    emit(d);
  }
}
