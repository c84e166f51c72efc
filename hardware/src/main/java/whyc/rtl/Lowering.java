package whyc.rtl;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.op.Window;
import whyc.schedule.Schedule;
import whyc.schedule.Step;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Makes a program of a graph of integers: places for its values, instructions for its steps. */
final class Lowering {
  private final Graph g;
  private final CoreShape core;
  private final CoreUnits units;
  private final CoreStorage storage;
  private final Schedule schedule;
  private final WeightImage weights;
  private final List<String> methods;

  /** For each line the methods that need it. */
  private final int[] needed;

  /** For results that are stored in part: lattices that hold zeros alone, and are not written. */
  private final Map<Value, Set<Lattice>> absent = new HashMap<>();

  private final List<Instruction> instructions = new ArrayList<>();

  /** Instructions whose weights or target are lines that are written on the way. */
  private final Set<Integer> dynamic = new HashSet<>();

  private final List<Tap> taps = new ArrayList<>();
  private final Map<List<Tap>, Integer> firstTaps = new HashMap<>();
  private final List<Program.Parameter> parameters = new ArrayList<>();
  private final Map<List<Program.Parameter>, Integer> firstParameters = new HashMap<>();

  private Lowering(IntegerGraph source, CoreShape core, CoreUnits units) {
    this.g = source.graph();
    this.core = core;
    this.units = units;
    this.methods = new ArrayList<>(source.methods());
    List<Operation> operations = Selection.of(g, units.array());
    this.storage = new CoreStorage(g, core.lanes(), operations);
    this.schedule = Schedule.of(g, storage, operations.stream().map(Operation::lines).toList());
    this.weights = new WeightImage(core.lanes());
    operations.forEach(o -> findAbsent(o, operations));
    this.needed = new int[g.nodes().size()];
    source
        .outputs()
        .forEach(o -> {
          boolean[] lines = g.neededFor(List.of(o.value()));
          IntStream.range(0, lines.length)
              .filter(i -> lines[i])
              .forEach(i -> needed[i] |= 1 << o.method());
        });
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
    Lowering l = new Lowering(source, core, units);
    l.schedule.steps().forEach(l::lower);
    if (units.scalesMaps()) {
      l.scaleMaps();
    }
    return new Program(
        core,
        array,
        l.placed(),
        l.memories(),
        l.taps,
        l.weights.lines(),
        l.parameters,
        l.port(source.input()),
        source.outputs().stream().filter(o -> l.isStored(o.value())).map(l::port).toList(),
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

  /**
   * The transpose of a convolution whose steps are larger than its window leaves zeros between.
   * They need not be there for those who add the result lattice by lattice.
   */
  private void findAbsent(Operation o, List<Operation> all) {
    Epilogue e = o.epilogue();
    boolean keepsZeros = e.bias().isEmpty() && e.residual().isEmpty();
    if (o.source() instanceof Source.Transposed t && keepsZeros) {
      List<Lattice> lattices = lattices(o, t.window());
      Plane in = storage.plane(t.operand());
      Set<Lattice> empty =
          lattices.stream()
              .filter(l -> Taps.transposed(t.window(), in, l).isEmpty())
              .collect(Collectors.toSet());
      boolean isAdded =
          all.stream()
              .filter(r -> reads(r, o.result()))
              .allMatch(r ->
                  r.source() instanceof Source.Transposed other
                      && !other.operand().equals(o.result())
                      && lattices(r, other.window()).equals(lattices));
      if (isAdded && !isStored(o.result())) {
        absent.put(o.result(), empty);
      }
    }
  }

  private List<Lattice> lattices(Operation o, Window w) {
    return Lattice.all(storage.plane(o.result()), w.strideY(), w.strideX());
  }

  private static boolean reads(Operation o, Value v) {
    return o.source().operands().contains(v)
        || o.epilogue().residual().filter(r -> r.value().equals(v)).isPresent();
  }

  private SequencedMap<String, Long> memories() {
    return new LinkedHashMap<>(schedule.extents());
  }

  private boolean isStored(Value v) {
    return storage.memory(v).equals(CoreStorage.RESULTS);
  }

  private Program.Port port(IntegerGraph.End e) {
    Plane p = storage.plane(e.value());
    return new Program.Port(
        e.name(), p.rows(), p.columns(), p.channels(), address(e.value()), e.scale(), e.method());
  }

  private int address(Value v) {
    return Math.toIntExact(schedule.slot(v).offset());
  }

  private void lower(Step step) {
    Operation o = storage.operation(step);
    switch (o.source()) {
      case Source.Convolution c -> convolution(o, c);
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

  // Sums over windows.

  private void convolution(Operation o, Source.Convolution c) {
    Plane in = storage.plane(c.operand());
    Plane out = storage.plane(o.result());
    WeightImage.Reach reach = weights.reach(in.channels(), out.channels(), c.groups());
    int area = c.window().area();
    Draft d = new Draft(Kind.COMPUTE, o, Lattice.whole(out));
    d.reads(in, address(c.operand()), c.window().strideY(), c.window().strideX());
    d.groups(reach.words(), reach.step());
    d.put(Field.WEIGHT, weights.convolution(c.weight(), c.groups()));
    d.put(Field.WEIGHT_OUT, area * reach.words() * core.lanes());
    d.put(Field.WEIGHT_IN, core.lanes());
    d.put(Field.WEIGHT_LINES, core.lanes());
    d.taps(Taps.window(c.window(), in, out), reach.words() * core.lanes());
    d.multiplyAdds((long) c.weight().shape().dim(1) * out.channels());
    d.emit();
  }

  private void transposed(Operation o, Source.Transposed t) {
    Plane in = storage.plane(t.operand());
    Plane out = storage.plane(o.result());
    int area = t.window().area();
    boolean shares = t.groups() == 1;
    WeightImage.Reach reach = weights.reach(in.channels(), out.channels(), t.groups());
    int address =
        shares ? weights.convolution(t.weight(), 1) : weights.transposed(t.weight(), t.groups());
    Set<Lattice> zeros = absent.getOrDefault(o.result(), Set.of());
    List<Lattice> written =
        lattices(o, t.window()).stream().filter(l -> !zeros.contains(l)).toList();
    for (Lattice lattice : written) {
      Draft d = new Draft(Kind.COMPUTE, o, lattice);
      d.overlaps(!lattice.equals(written.getFirst()));
      d.reads(in, address(t.operand()), 1, 1);
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
      d.emit();
    }
  }

  private void total(Operation o, Source.Total t) {
    Plane in = storage.plane(t.operand());
    Plane out = storage.plane(o.result());
    boolean all = out.positions() == 1 && t.window().area() == in.positions();
    Draft d = new Draft(Kind.COMPUTE, o, Lattice.whole(all ? in : out), all);
    d.flag(Flag.DIRECT);
    d.groups(1, 1);
    if (all) {
      d.reads(in, address(t.operand()), 1, 1);
      d.taps(Taps.window(Window.of(1, 1, 1), in, in), 0);
    } else {
      d.reads(in, address(t.operand()), t.window().strideY(), t.window().strideX());
      d.taps(Taps.window(t.window(), in, out), 0);
    }
    d.emit();
  }

  /** Reads one position for all of the plane. */
  private void repeated(Operation o, Source.Repeated r) {
    Plane out = storage.plane(o.result());
    Draft d = new Draft(Kind.COMPUTE, o, Lattice.whole(out));
    d.flag(Flag.DIRECT);
    d.groups(1, 1);
    d.reads(storage.plane(r.operand()), address(r.operand()), 0, 0);
    d.taps(Taps.window(Window.of(1, 1, 1), out, out), 0);
    d.emit();
  }

  private void largest(Operation o, Source.Largest l) {
    Plane in = storage.plane(l.operand());
    Plane out = storage.plane(o.result());
    Draft d = new Draft(Kind.COMPUTE, o, Lattice.whole(out));
    d.flag(Flag.DIRECT);
    d.flag(Flag.MAX);
    d.groups(1, 1);
    d.reads(in, address(l.operand()), l.window().strideY(), l.window().strideX());
    d.taps(Taps.window(l.window(), in, out), 0);
    o.switches()
        .ifPresent(s -> {
          d.flag(Flag.WRITES_SWITCH);
          d.put(Field.SWITCH, address(s) - address(o.result()));
        });
    d.emit();
  }

  private void routed(Operation o, Source.Routed r) {
    Plane in = storage.plane(r.operand());
    Plane out = storage.plane(o.result());
    List<Lattice> lattices = Lattice.all(out, r.window().strideY(), r.window().strideX());
    for (Lattice lattice : lattices) {
      Draft d = new Draft(Kind.COMPUTE, o, lattice);
      d.overlaps(!lattice.equals(lattices.getFirst()));
      d.flag(Flag.DIRECT);
      d.flag(Flag.GATES_BY_SWITCH);
      d.groups(1, 1);
      d.reads(in, address(r.operand()), 1, 1);
      d.put(Field.SWITCH, address(r.switches()) - address(r.operand()));
      d.taps(Taps.transposed(r.window(), in, lattice), 0);
      d.emit();
    }
  }

  // The class.

  private void byClass(Operation o, Source.ByClass b) {
    Draft d = overChannels(o, b.operand());
    d.flag(Flag.BY_CLASS);
    d.put(Field.WEIGHT, weights.rows(b.rows()));
    d.put(Field.WEIGHT_CLASS, storage.plane(b.operand()).groups());
    d.emit();
  }

  /** The lines were written before: they lie behind those that are known. */
  private void weighted(Operation o, Source.Weighted w) {
    Draft d = overChannels(o, w.operand());
    dynamic.add(instructions.size());
    d.put(Field.WEIGHT, address(w.weights()));
    d.emit();
  }

  /** One output channel: a line is a column of the array's block. */
  private Draft overChannels(Operation o, Value operand) {
    Plane in = storage.plane(operand);
    Draft d = new Draft(Kind.COMPUTE, o, Lattice.whole(storage.plane(o.result())));
    d.flag(Flag.TRANSPOSED);
    d.groups(in.groups(), 0);
    d.reads(in, address(operand), 1, 1);
    d.put(Field.WEIGHT_IN, 1);
    d.put(Field.WEIGHT_LINES, 1);
    d.taps(Taps.window(Window.of(1, 1, 1), in, in), 0);
    d.multiplyAdds(in.channels());
    return d;
  }

  /** A word for all positions, or one for each: then positions are groups of a single one. */
  private void row(Operation o, Source.Row r) {
    Plane out = storage.plane(o.result());
    boolean isSame = r.rows().shape().dim(1) == out.channels();
    Plane words = isSame ? out : new Plane(1, 1, out.words() * core.lanes(), core.lanes());
    Draft d = new Draft(Kind.TABLE, o, Lattice.whole(isSame ? out : words));
    d.flag(Flag.BY_CLASS);
    d.put(Field.GROUPS_OUT, words.groups());
    d.put(Field.WEIGHT, weights.rows(isSame ? r.rows() : inWords(r.rows(), out)));
    d.put(Field.WEIGHT_OUT, 1);
    d.put(Field.WEIGHT_CLASS, words.groups());
    d.put(Field.WEIGHT_LINES, 1);
    if (!isSame) {
      d.parametersByPosition();
    }
    d.emit();
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
    if (!isStored(w.operand())) {
      throw new RtlException(
          "RTL: the class wants to be found among results, which nothing else reads, got those of "
              + o.name());
    }
    Map<Field, Integer> fields = new EnumMap<>(Field.class);
    fields.put(Field.METHODS, methods(o));
    fields.put(Field.SOURCE, address(w.operand()));
    fields.put(Field.GROUPS_IN, storage.plane(w.operand()).channels());
    instructions.add(new Instruction(Kind.WINNER, o.name(), Set.of(), fields, List.of(), 0));
  }

  /** Maps of Grad-CAM: one channel above zero that leaves the core. */
  private void scaleMaps() {
    List<Operation> maps =
        schedule.steps().stream().map(storage::operation).filter(this::isMap).toList();
    if (maps.isEmpty()) {
      throw new RtlException(
          "RTL: scaled maps want to be those of Grad-CAM, and the network has none");
    }
    int method = 1 << methods.size();
    methods.add(CoreUnits.SCALED);
    for (Operation o : maps) {
      Map<Field, Integer> fields = new EnumMap<>(Field.class);
      fields.put(Field.METHODS, method);
      fields.put(Field.SOURCE, address(o.result()));
      fields.put(Field.GROUPS_IN, storage.plane(o.result()).positions());
      instructions.add(new Instruction(Kind.SCALE, o.name(), Set.of(), fields, List.of(), 0));
    }
  }

  private boolean isMap(Operation o) {
    return (o.source() instanceof Source.ByClass || o.source() instanceof Source.Weighted)
        && o.epilogue().relu()
        && isStored(o.result());
  }

  // Codes.

  private void sweep(Operation o, Source.Codes c) {
    Plane in = storage.plane(c.operand());
    Draft d = new Draft(Kind.SWEEP, o, Lattice.whole(storage.plane(o.result())));
    d.put(Field.RESIDUAL, address(c.operand()));
    d.put(Field.RESIDUAL_ROW, in.rowStep());
    d.put(Field.RESIDUAL_COLUMN, in.groups());
    d.put(Field.RESIDUAL_TILE, d.get(Field.TILE_ROWS) * in.rowStep());
    d.put(Field.RESIDUAL_GROUPS, in.groups());
    d.emit();
  }

  private int methods(Operation o) {
    return o.lines().stream().mapToInt(l -> needed[l.index()]).reduce(0, (a, b) -> a | b);
  }

  /** An instruction in the making. */
  private final class Draft {
    private final Kind kind;
    private final Operation o;
    private final Lattice lattice;
    private final Set<Flag> flags = EnumSet.noneOf(Flag.class);
    private final Map<Field, Integer> fields = new EnumMap<>(Field.class);
    private List<Tap> own = List.of();
    private long multiplyAdds;

    Draft(Kind kind, Operation o, Lattice lattice) {
      this(kind, o, lattice, false);
    }

    /** With all positions summed in one place, or not. */
    Draft(Kind kind, Operation o, Lattice lattice, boolean reduces) {
      if (reduces) {
        flag(Flag.REDUCES);
      }
      this.kind = kind;
      this.o = o;
      this.lattice = lattice;
      put(Field.METHODS, methods(o));
      put(Field.PLANE_ROWS, lattice.rows());
      put(Field.PLANE_COLUMNS, lattice.columns());
      put(Field.TILE_ROWS, rowsOfTile());
      target();
      epilogue();
    }

    /**
     * As many rows as there are places for. Taps begin in the first tile, or tiles have one row:
     * what a tap leaves out is known for the first tile alone.
     */
    private int rowsOfTile() {
      int columns = lattice.columns();
      boolean takesPlaces = kind == Kind.COMPUTE && !flags.contains(Flag.REDUCES);
      if (columns > core.places() && takesPlaces) {
        throw new RtlException(
            "RTL: %s wants a row of %d places to sum in, and the core has %d; more places, or a smaller input"
                .formatted(o.name(), columns, core.places()));
      }
      if (Math.max(lattice.rows(), columns) > 255) {
        throw new RtlException(
            "RTL: planes want at most 255 rows and columns, got %d x %d at %s"
                .formatted(lattice.rows(), columns, o.name()));
      }
      return takesPlaces ? Math.min(lattice.rows(), core.places() / columns) : lattice.rows();
    }

    int get(Field f) {
      return fields.getOrDefault(f, 0);
    }

    void put(Field f, int value) {
      fields.put(f, value);
    }

    void flag(Flag f) {
      flags.add(f);
    }

    /** Lattices of one result read nothing that another writes. */
    void overlaps(boolean does) {
      if (does) {
        put(Field.MORE_SHIFTS, get(Field.MORE_SHIFTS) | Instruction.OVERLAPS);
      }
    }

    void groups(int words, int step) {
      put(Field.GROUPS_IN, words);
      put(Field.SOURCE_GROUP, step);
    }

    void reads(Plane in, int address, int strideY, int strideX) {
      put(Field.SOURCE, address);
      put(Field.SOURCE_ROW, strideY * in.rowStep());
      put(Field.SOURCE_COLUMN, strideX * in.groups());
    }

    /** Taps, each with the place of its weights among those of its group. */
    void taps(List<Taps.Place> places, int weightStep) {
      List<Tap> made = new ArrayList<>();
      for (Taps.Place p : places) {
        made.add(
            p.tap(
                get(Field.SOURCE_ROW),
                get(Field.SOURCE_COLUMN),
                weightStep,
                lattice.columns(),
                flags.contains(Flag.REDUCES)));
      }
      own = made;
      boolean starts = made.stream().allMatch(t -> t.firstRow() <= get(Field.TILE_ROWS));
      if (!starts) {
        put(Field.TILE_ROWS, 1);
        target();
      }
    }

    /** For each position of a tap so many. */
    void multiplyAdds(long each) {
      multiplyAdds =
          own.stream().mapToLong(t -> each * (t.endRow() - t.firstRow()) * t.columns()).sum();
    }

    private void target() {
      Plane out = storage.plane(o.result());
      put(Field.GROUPS_OUT, out.groups());
      put(Field.TARGET, address(o.result()) + lattice.offset(out));
      put(Field.TARGET_ROW, lattice.rowStep() * out.rowStep());
      put(Field.TARGET_COLUMN, lattice.columnStep() * out.groups());
      put(Field.TARGET_TILE, get(Field.TILE_ROWS) * get(Field.TARGET_ROW));
      if (isStored(o.result())) {
        flag(Flag.RESULT);
      }
      residual(out);
    }

    private void residual(Plane out) {
      Optional<Epilogue.Residual> residual = o.epilogue().residual();
      residual.ifPresent(r -> {
        flag(Flag.RESIDUAL);
        put(Field.RESIDUAL, address(r.value()) + lattice.offset(out));
        put(Field.RESIDUAL_ROW, get(Field.TARGET_ROW));
        put(Field.RESIDUAL_COLUMN, get(Field.TARGET_COLUMN));
        put(Field.RESIDUAL_TILE, get(Field.TARGET_TILE));
        boolean isThere = !absent.getOrDefault(r.value(), Set.of()).contains(lattice);
        put(Field.RESIDUAL_GROUPS, isThere ? out.groups() : 0);
      });
    }

    private void epilogue() {
      Epilogue e = o.epilogue();
      int own = e.residual().map(Epilogue.Residual::ownLeft).orElse(0);
      int left = e.residual().map(Epilogue.Residual::left).orElse(0);
      put(Field.SHIFTS, Instruction.shifts(e.shift(), own, left));
      e.residual()
          .ifPresent(r ->
              put(
                  Field.MORE_SHIFTS,
                  Instruction.shifts(r.shift(), r.right(), 0)
                      | (r.ownMinus() ? Instruction.OWN_MINUS : 0)
                      | (r.minus() ? Instruction.RESIDUAL_MINUS : 0)));
      if (e.relu()) {
        flag(Flag.RELU);
      }
      e.ceiling()
          .ifPresent(c -> {
            flag(Flag.CLIPS);
            put(Field.CEILING, c);
          });
      if (e.gate().isPresent() && o.mask().isPresent()) {
        throw new RtlException("RTL: codes want a gate or a mask, not both, at " + o.name());
      }
      e.gate().ifPresent(m -> mask(Flag.GATE, m));
      o.mask().ifPresent(m -> mask(Flag.MASK, m));
      parameters();
    }

    private void mask(Flag f, Value m) {
      Value owner = Selection.owner(g, m);
      if (!storage.plane(owner).equals(storage.plane(o.result()))) {
        throw new RtlException("RTL: masks want the shape of what they gate, at " + o.name());
      }
      flag(f);
      put(Field.MASK, address(owner) - address(o.result()));
    }

    private void parameters() {
      Plane out = storage.plane(o.result());
      List<Program.Parameter> all = new ArrayList<>();
      for (int c = 0; c < out.groups() * core.lanes(); c++) {
        all.add(c < out.channels() ? parameter(c) : new Program.Parameter(0, 0));
      }
      boolean same = out.channels() % core.lanes() == 0 && all.stream().distinct().count() == 1;
      parameters(same ? all.subList(0, core.lanes()) : all, same ? 0 : core.lanes());
    }

    /** For groups that are words of one position after the other. */
    void parametersByPosition() {
      Plane out = storage.plane(o.result());
      List<Program.Parameter> all = new ArrayList<>();
      for (int word = 0; word < out.words(); word++) {
        for (int lane = 0; lane < core.lanes(); lane++) {
          int channel = word % out.groups() * core.lanes() + lane;
          all.add(channel < out.channels() ? parameter(channel) : new Program.Parameter(0, 0));
        }
      }
      parameters(all, core.lanes());
    }

    private void parameters(List<Program.Parameter> all, int step) {
      put(
          Field.PARAMETER,
          firstParameters.computeIfAbsent(
              List.copyOf(all),
              k -> {
                Lowering.this.parameters.addAll(k);
                return Lowering.this.parameters.size() - k.size();
              }));
      put(Field.PARAMETER_GROUP, step);
    }

    private Program.Parameter parameter(int channel) {
      return new Program.Parameter(
          o.epilogue().bias().map(b -> at(b, channel)).orElse(0L),
          at(o.epilogue().factor(), channel));
    }

    private static long at(Tensor t, int channel) {
      return (long) t.at(t.size() == 1 ? 0 : channel);
    }

    void emit() {
      if (storage.memory(o.result()).equals(CoreStorage.LINES)) {
        put(Field.MORE_SHIFTS, get(Field.MORE_SHIFTS) | Instruction.TO_LINES);
        dynamic.add(instructions.size());
      }
      boolean multiplies = kind == Kind.COMPUTE && !flags.contains(Flag.DIRECT);
      if (multiplies && !o.product().equals(units.array().product())) {
        put(Field.MORE_SHIFTS, get(Field.MORE_SHIFTS) | Instruction.EXACT);
      }
      put(Field.SOURCE_TILE, get(Field.TILE_ROWS) * get(Field.SOURCE_ROW));
      List<Tap> some = own.stream().filter(t -> !t.isEmpty()).toList();
      put(
          Field.FIRST_TAP,
          firstTaps.computeIfAbsent(
              some,
              t -> {
                Lowering.this.taps.addAll(t);
                return Lowering.this.taps.size() - t.size();
              }));
      put(Field.TAPS, some.size());
      instructions.add(new Instruction(kind, o.name(), flags, fields, some, multiplyAdds));
    }
  }
}
