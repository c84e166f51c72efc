package whyc.rtl;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import whyc.op.Value;
import whyc.tensor.Tensor;

/** An instruction in the making. */
final class Draft {
  private final Making making;
  private final Layout layout;
  private final CoreShape core;
  private final Kind kind;
  private final Operation o;
  private final Lattice lattice;
  private final Set<Flag> flags = EnumSet.noneOf(Flag.class);
  private final Map<Field, Integer> fields = new EnumMap<>(Field.class);
  private List<Tap> own = List.of();
  private long multiplyAdds;

  Draft(Making making, Kind kind, Operation o, Lattice lattice) {
    this(making, kind, o, lattice, false);
  }

  /** With all positions summed in one place, or not. */
  Draft(Making making, Kind kind, Operation o, Lattice lattice, boolean reduces) {
    this.making = making;
    this.layout = making.layout();
    this.core = making.core();
    if (reduces) {
      flag(Flag.REDUCES);
    }
    this.kind = kind;
    this.o = o;
    this.lattice = lattice;
    put(Field.METHODS, layout.methods(o));
    put(Field.PLANE_ROWS, lattice.rows());
    put(Field.PLANE_COLUMNS, lattice.columns());
    put(Field.TILE_ROWS, rowsOfTile());
    target();
    epilogue();
  }

  /**
   * As many rows as there are places for. Taps begin in the first tile, or tiles have one row: what
   * a tap leaves out is known for the first tile alone.
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
      more(Instruction.OVERLAPS);
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
    Plane out = layout.plane(o.result());
    put(Field.GROUPS_OUT, out.groups());
    put(Field.TARGET, layout.address(o.result()) + lattice.offset(out));
    put(Field.TARGET_ROW, lattice.rowStep() * out.rowStep());
    put(Field.TARGET_COLUMN, lattice.columnStep() * out.groups());
    put(Field.TARGET_TILE, get(Field.TILE_ROWS) * get(Field.TARGET_ROW));
    if (layout.isStored(o.result())) {
      flag(Flag.RESULT);
    }
    residual(out);
  }

  /**
   * Some words of each position alone, and channels of those.
   *
   * @param first of them
   */
  void words(int first, int count) {
    put(Field.GROUPS_OUT, count);
    put(Field.TARGET, get(Field.TARGET) + first);
    put(Field.PARAMETER, get(Field.PARAMETER) + first * get(Field.PARAMETER_GROUP));
  }

  /** The first of its words is added to, which is there before; the others are written. */
  void completesFirstWord() {
    flag(Flag.RESIDUAL);
    put(Field.RESIDUAL, get(Field.TARGET));
    put(Field.RESIDUAL_ROW, get(Field.TARGET_ROW));
    put(Field.RESIDUAL_COLUMN, get(Field.TARGET_COLUMN));
    put(Field.RESIDUAL_TILE, get(Field.TARGET_TILE));
    put(Field.RESIDUAL_GROUPS, 1);
  }

  private void residual(Plane out) {
    Optional<Epilogue.Residual> residual = o.epilogue().residual();
    residual.ifPresent(r -> {
      flag(Flag.RESIDUAL);
      put(Field.RESIDUAL, layout.address(r.value()) + lattice.offset(out));
      put(Field.RESIDUAL_ROW, get(Field.TARGET_ROW));
      put(Field.RESIDUAL_COLUMN, get(Field.TARGET_COLUMN));
      put(Field.RESIDUAL_TILE, get(Field.TARGET_TILE));
      boolean isThere = !layout.absent(r.value()).contains(lattice);
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
    Value owner = layout.owner(m);
    if (!layout.plane(owner).equals(layout.plane(o.result()))) {
      throw new RtlException("RTL: masks want the shape of what they gate, at " + o.name());
    }
    flag(f);
    put(Field.MASK, layout.address(owner) - layout.address(o.result()));
  }

  private void parameters() {
    Plane out = layout.plane(o.result());
    List<Program.Parameter> all = new ArrayList<>();
    for (int c = 0; c < out.groups() * core.lanes(); c++) {
      all.add(c < out.channels() ? parameter(c) : new Program.Parameter(0, 0));
    }
    boolean same = out.channels() % core.lanes() == 0 && all.stream().distinct().count() == 1;
    parameters(same ? all.subList(0, core.lanes()) : all, same ? 0 : core.lanes());
  }

  /** For groups that are words of one position after the other. */
  void parametersByPosition() {
    Plane out = layout.plane(o.result());
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
    put(Field.PARAMETER, making.parameters().address(all));
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

  /** Whether its target is a line of weights that is written on the way. */
  boolean writesLines() {
    return layout.memory(o.result()).equals(CoreStorage.LINES);
  }

  Instruction instruction() {
    boolean multiplies = kind == Kind.COMPUTE && !flags.contains(Flag.DIRECT);
    if (multiplies && !o.product().equals(making.array().product())) {
      more(Instruction.EXACT);
    }
    if (writesLines()) {
      more(Instruction.TO_LINES);
    }
    put(Field.SOURCE_TILE, get(Field.TILE_ROWS) * get(Field.SOURCE_ROW));
    List<Tap> some = own.stream().filter(t -> !t.isEmpty()).toList();
    put(Field.FIRST_TAP, making.taps().address(some));
    put(Field.TAPS, some.size());
    return new Instruction(kind, o.name(), flags, fields, some, multiplyAdds);
  }

  private void more(int bit) {
    put(Field.MORE_SHIFTS, get(Field.MORE_SHIFTS) | bit);
  }
}
