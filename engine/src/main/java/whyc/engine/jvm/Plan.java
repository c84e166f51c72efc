package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Kernel[] kernels;
  private final Map<String, ReferenceRecipe.Place> inputs = new HashMap<>();
  private final Map<String, ReferenceRecipe.Place> outputs = new HashMap<>();
  private final Map<Set<String>, Kernel[]> needed = new ConcurrentHashMap<>();

  private Plan(
      Arrangement arrangement,
      Schedule schedule,
      List<Recipe> recipes,
      Map<Value, Integer> offsets) {
    this.arrangement = arrangement;
    this.schedule = schedule;
    this.recipes = List.copyOf(recipes);
    this.kernels = bind(offsets);
    Graph g = arrangement.graph();
    for (int i = 0; i < g.nodes().size(); i++) {
      if (g.nodes().get(i).op() instanceof Input input) {
        inputs.put(input.input(), place(new Value(i), offsets));
      }
    }
    g.outputs()
        .forEach((name, v) -> {
          if (!arrangement.isConstant(v)) {
            outputs.put(name, place(v, offsets));
          }
        });
  }

  static Plan of(Graph lowered, Lanes lanes, Weights weights, int threads) {
    Arrangement a = Arrangement.of(lowered, lanes);
    Map<List<Value>, Recipe> chosen = new HashMap<>();
    ArenaStorage storage =
        new ArenaStorage(
            a,
            step ->
                chosen.computeIfAbsent(
                    step.lines(), l -> a.family(step.heart()).recipe(a, weights, step)),
            threads);
    Schedule schedule = Schedule.of(a.graph(), storage);
    Map<Value, Integer> offsets = new HashMap<>();
    for (Slot slot : schedule.slots()) {
      int lead = slot.memory().equals("values") ? Weights.LEAD : 0;
      for (Value v : slot.values()) {
        offsets.put(v, Math.toIntExact(slot.offset() + lead));
      }
    }
    List<Recipe> recipes = new ArrayList<>();
    for (Step step : schedule.steps()) {
      recipes.add(
          chosen.computeIfAbsent(
              step.lines(), l -> a.family(step.heart()).recipe(a, weights, step)));
    }
    return new Plan(a, schedule, recipes, offsets);
  }

  private Kernel[] bind(Map<Value, Integer> offsets) {
    Kernel[] bound = new Kernel[recipes.size()];
    Map<Step, Slot> workspaces = workspaces();
    for (int i = 0; i < bound.length; i++) {
      Slot workspace = workspaces.get(schedule.steps().get(i));
      int scratch = workspace == null ? 0 : Math.toIntExact(workspace.offset()) + Weights.LEAD;
      bound[i] =
          recipes
              .get(i)
              .bind(
                  new Recipe.Places() {
                    @Override
                    public int offset(Value value) {
                      return offsets.get(value);
                    }

                    @Override
                    public int scratch() {
                      return scratch;
                    }
                  });
    }
    return bound;
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

  private ReferenceRecipe.Place place(Value v, Map<Value, Integer> offsets) {
    return new ReferenceRecipe.Place(
        arrangement.graph().type(v),
        arrangement.layout(v),
        arrangement.bank(v),
        arrangement.planes(v),
        arrangement.lanes().count(),
        offsets.get(v));
  }

  Schedule schedule() {
    return schedule;
  }

  Arrangement arrangement() {
    return arrangement;
  }

  /** Elements of a memory. */
  int extent(String memory) {
    return Math.toIntExact(schedule.extents().getOrDefault(memory, 0L));
  }

  ReferenceRecipe.Place input(String name) {
    return inputs.get(name);
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
    return needed.computeIfAbsent(Set.copyOf(names), this::kernelsFor);
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
