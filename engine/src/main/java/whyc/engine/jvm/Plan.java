package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;
import whyc.schedule.Schedule;
import whyc.schedule.Slot;
import whyc.schedule.Step;
import whyc.tensor.Tensor;

/** A graph of one batch: its schedule, and how each of its steps is computed. */
final class Plan {
  private final Arrangement arrangement;
  private final Schedule schedule;
  private final List<Recipe> recipes;
  private final Map<Value, Integer> offsets;

  private Plan(
      Arrangement arrangement,
      Schedule schedule,
      List<Recipe> recipes,
      Map<Value, Integer> offsets) {
    this.arrangement = arrangement;
    this.schedule = schedule;
    this.recipes = List.copyOf(recipes);
    this.offsets = Map.copyOf(offsets);
  }

  /** With kernels chosen by rule. */
  static Plan of(Graph lowered, Lanes lanes, Weights weights, int threads) {
    return of(lowered, new Setting(lanes, threads, Choice.RULE), weights);
  }

  /** Chooses kernels and places; what is known of memory is known then, and nothing is packed. */
  static Plan of(Graph lowered, Setting setting, Weights weights) {
    Arrangement a = Arrangement.of(lowered, setting);
    Map<List<Value>, Recipe> chosen = new HashMap<>();
    Function<Step, Recipe> recipes =
        step ->
            chosen.computeIfAbsent(
                step.lines(), l -> a.family(step.heart()).recipe(a, weights, step));
    Schedule schedule = Schedule.of(a.graph(), new ArenaStorage(a, recipes));
    refuseHuge(schedule);
    Map<Value, Integer> offsets = new HashMap<>();
    for (Slot slot : schedule.slots()) {
      int lead = slot.memory().equals(ArenaStorage.VALUES) ? Weights.LEAD : 0;
      slot.values().forEach(v -> offsets.put(v, Math.toIntExact(slot.offset() + lead)));
    }
    return new Plan(a, schedule, schedule.steps().stream().map(recipes).toList(), offsets);
  }

  /** The kernels at their places, for which weights get theirs. */
  Wired wire() {
    Graph g = arrangement.graph();
    Map<String, Located> inputs = new HashMap<>();
    for (int i = 0; i < g.nodes().size(); i++) {
      if (g.nodes().get(i).op() instanceof Input input) {
        inputs.put(input.input(), located(new Value(i)));
      }
    }
    Map<String, Located> outputs = new HashMap<>();
    Map<String, Tensor> known = new HashMap<>();
    g.outputs()
        .forEach((name, v) -> {
          if (arrangement.isConstant(v)) {
            known.put(name, arrangement.constant(v).value());
          } else {
            outputs.put(name, located(v));
          }
        });
    return new Wired(ready(), inputs, outputs, known);
  }

  private List<Wired.Ready> ready() {
    Graph g = arrangement.graph();
    Map<String, boolean[]> needed = new HashMap<>();
    g.outputs().forEach((name, v) -> needed.put(name, g.neededFor(List.of(v))));
    List<Kernel> kernels = kernels();
    List<Wired.Ready> ready = new ArrayList<>();
    for (int i = 0; i < kernels.size(); i++) {
      List<Value> lines = schedule.steps().get(i).lines();
      Set<String> by = new HashSet<>();
      needed.forEach((name, line) -> {
        if (lines.stream().anyMatch(v -> line[v.index()])) {
          by.add(name);
        }
      });
      ready.add(new Wired.Ready(kernels.get(i), by));
    }
    return ready;
  }

  /** One kernel for each step. */
  List<Kernel> kernels() {
    IdentityHashMap<Step, Slot> workspaces = workspaces();
    List<Kernel> kernels = new ArrayList<>();
    for (int i = 0; i < recipes.size(); i++) {
      Slot workspace = workspaces.get(schedule.steps().get(i));
      int scratch = workspace == null ? 0 : Math.toIntExact(workspace.offset()) + Weights.LEAD;
      kernels.add(recipes.get(i).bind(new Offsets(offsets, scratch)));
    }
    return kernels;
  }

  private IdentityHashMap<Step, Slot> workspaces() {
    IdentityHashMap<Step, Slot> workspaces = new IdentityHashMap<>();
    for (Slot slot : schedule.slots()) {
      if (slot.values().isEmpty()) {
        workspaces.put(schedule.steps().get(slot.from()), slot);
      }
    }
    return workspaces;
  }

  private Located located(Value v) {
    return Located.of(arrangement, v, new Offsets(offsets, 0).offset(v));
  }

  Schedule schedule() {
    return schedule;
  }

  Arrangement arrangement() {
    return arrangement;
  }

  private int extent(String memory) {
    return Math.toIntExact(schedule.extents().getOrDefault(memory, 0L));
  }

  private static void refuseHuge(Schedule schedule) {
    long most = Integer.MAX_VALUE - 2L * Weights.SLACK;
    if (schedule.extents().values().stream().anyMatch(extent -> extent > most)) {
      throw new RefusedArgument(
          "the jvm engine wants an arena of less than 8 GiB, got one of %d bytes"
              .formatted(bytes(schedule)));
    }
  }

  /** What the arena takes. */
  long bytes() {
    return bytes(schedule);
  }

  private static long bytes(Schedule schedule) {
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

  /** Where a value lies while it is alive. */
  Located value(Value v) {
    return located(v);
  }

  /** One line for each step: its kernel, its lines' operators, and the model's tensor. */
  String listing() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < recipes.size(); i++) {
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
