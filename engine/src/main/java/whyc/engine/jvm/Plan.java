package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;
import whyc.schedule.Schedule;
import whyc.schedule.Slot;
import whyc.schedule.Step;
import whyc.tensor.Tensor;

/** A graph of one batch: its schedule, its kernels, and how inputs come in and outputs go out. */
final class Plan {
  private final Arrangement arrangement;
  private final Schedule schedule;
  private final List<Recipe> recipes;
  private final Map<Value, Integer> offsets;
  private final Map<String, Located> inputs = new HashMap<>();
  private final Map<String, Located> outputs = new HashMap<>();
  private final Map<Set<String>, Kernel[]> needed = new HashMap<>();
  private Kernel[] kernels = {};

  private Plan(
      Arrangement arrangement,
      Schedule schedule,
      List<Recipe> recipes,
      Map<Value, Integer> offsets) {
    this.arrangement = arrangement;
    this.schedule = schedule;
    this.recipes = List.copyOf(recipes);
    this.offsets = Map.copyOf(offsets);
    Graph g = arrangement.graph();
    for (int i = 0; i < g.nodes().size(); i++) {
      if (g.nodes().get(i).op() instanceof Input input) {
        inputs.put(input.input(), located(new Value(i)));
      }
    }
    g.outputs()
        .forEach((name, v) -> {
          if (!arrangement.isConstant(v)) {
            outputs.put(name, located(v));
          }
        });
  }

  /** A plan without kernels yet: all that is known of memory is known. */
  static Plan of(Graph lowered, Lanes lanes, Weights weights, int threads) {
    Arrangement a = Arrangement.of(lowered, lanes);
    Map<List<Value>, Recipe> chosen = new HashMap<>();
    Function<Step, Recipe> recipes =
        step ->
            chosen.computeIfAbsent(
                step.lines(), l -> a.family(step.heart()).recipe(a, weights, step));
    Schedule schedule = Schedule.of(a.graph(), new ArenaStorage(a, recipes, threads));
    Map<Value, Integer> offsets = new HashMap<>();
    for (Slot slot : schedule.slots()) {
      int lead = slot.memory().equals(ArenaStorage.VALUES) ? Weights.LEAD : 0;
      slot.values().forEach(v -> offsets.put(v, Math.toIntExact(slot.offset() + lead)));
    }
    return new Plan(a, schedule, schedule.steps().stream().map(recipes).toList(), offsets);
  }

  /** Binds the kernels, for which weights get their places. */
  void bind() {
    Map<Step, Slot> workspaces = workspaces();
    kernels = new Kernel[recipes.size()];
    for (int i = 0; i < kernels.length; i++) {
      Slot workspace = workspaces.get(schedule.steps().get(i));
      int scratch = workspace == null ? 0 : Math.toIntExact(workspace.offset()) + Weights.LEAD;
      kernels[i] = recipes.get(i).bind(new Offsets(offsets, scratch));
    }
  }

  private record Offsets(Map<Value, Integer> offsets, int scratch) implements Recipe.Places {
    @Override
    public int offset(Value value) {
      return offsets.get(value);
    }
  }

  private Map<Step, Slot> workspaces() {
    Map<Step, Slot> workspaces = new IdentityHashMap<>();
    for (Slot slot : schedule.slots()) {
      if (slot.values().isEmpty()) {
        workspaces.put(schedule.steps().get(slot.from()), slot);
      }
    }
    return workspaces;
  }

  private Located located(Value v) {
    return Located.of(arrangement, v, offsets.get(v));
  }

  Schedule schedule() {
    return schedule;
  }

  Arrangement arrangement() {
    return arrangement;
  }

  private int extent(String memory) {
    long extent = schedule.extents().getOrDefault(memory, 0L);
    if (extent > Integer.MAX_VALUE - 2 * Weights.SLACK) {
      throw new IllegalArgumentException(
          "the jvm engine wants an arena of less than 8 GiB, got one of %d bytes"
              .formatted(bytes()));
    }
    return (int) extent;
  }

  /** What the arena takes. */
  long bytes() {
    return schedule.extents().getOrDefault(ArenaStorage.VALUES, 0L) * Float.BYTES
        + schedule.extents().getOrDefault(ArenaStorage.BITS, 0L) * Short.BYTES
        + schedule.extents().getOrDefault(ArenaStorage.INTEGERS, 0L) * Long.BYTES;
  }

  /** An arena for this plan. */
  Banks allocate(float[] weights) {
    return new Banks(
        new float[extent(ArenaStorage.VALUES) + Weights.LEAD + Weights.SLACK],
        new short[extent(ArenaStorage.BITS)],
        new long[extent(ArenaStorage.INTEGERS)],
        weights);
  }

  Located input(String name) {
    return Optional.ofNullable(inputs.get(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "an input wants to be one of %s, got %s".formatted(inputs.keySet(), name)));
  }

  /** Where an output that depends on an input lies. */
  Located outputPlace(String name) {
    return Optional.ofNullable(outputs.get(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "an output wants to be one of %s, got %s".formatted(outputs.keySet(), name)));
  }

  /** An output, from the arena or known before the run. */
  Tensor output(String name, Banks banks) {
    Value v = arrangement.graph().output(name);
    return arrangement.isConstant(v)
        ? arrangement.constant(v).value()
        : outputs.get(name).read(banks);
  }

  /** The kernels that some outputs need, in order. */
  Kernel[] kernels(Set<String> names) {
    Kernel[] known = needed.get(names);
    if (known == null) {
      known = kernelsFor(names);
      needed.put(Set.copyOf(names), known);
    }
    return known;
  }

  private Kernel[] kernelsFor(Set<String> names) {
    Graph g = arrangement.graph();
    boolean[] lines = g.neededFor(names.stream().map(g::output).toList());
    List<Kernel> list = new ArrayList<>();
    for (int i = 0; i < kernels.length; i++) {
      if (schedule.steps().get(i).lines().stream().anyMatch(v -> lines[v.index()])) {
        list.add(kernels[i]);
      }
    }
    return list.toArray(Kernel[]::new);
  }

  /** One line for each step: its kernel, its lines' operators, and the model's tensor. */
  String listing() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < kernels.length; i++) {
      Step step = schedule.steps().get(i);
      Node heart = arrangement.graph().node(step.heart());
      s.append(
          "%4d  %-16s %s %s".formatted(i, recipes.get(i).name(), heart.op().name(), heart.type()));
      for (Value v : step.lines().subList(1, step.lines().size())) {
        s.append(' ').append(arrangement.graph().node(v).op().name());
      }
      s.append(heart.label().isEmpty() ? "" : "  # " + heart.label()).append('\n');
    }
    return s.toString();
  }
}
