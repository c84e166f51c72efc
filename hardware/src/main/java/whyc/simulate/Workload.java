package whyc.simulate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.MaxPoolSwitches;
import whyc.op.Reduction;
import whyc.op.Value;
import whyc.schedule.RowMajorStorage;
import whyc.schedule.Schedule;
import whyc.schedule.Step;
import whyc.schedule.Storage;
import whyc.simulate.Layer.Phase;
import whyc.tensor.ElementType;

/**
 * What a graph asks of an accelerator for one image: its steps in the order of its schedule, and
 * the tensors that go from one to another.
 *
 * @param predictions outputs of the model itself
 * @param readers for each tensor the tasks that read it
 */
public record Workload(
    Graph graph, List<String> predictions, List<Task> tasks, Map<Value, List<Task>> readers) {

  /**
   * The work of a graph.
   *
   * @param predictions outputs of the model itself; what else the graph computes explains them
   * @param fusesHeatMaps whether gradients are weighed with maps of the inference, and summed, as
   *     they come out; otherwise in steps of their own
   */
  public static Workload of(Graph g, Collection<String> predictions, boolean fusesHeatMaps) {
    boolean[] predicts = g.neededFor(predictions.stream().map(g::output).toList());
    HeatMapStorage storage =
        new HeatMapStorage(new RowMajorStorage(g, 1), g, predicts, fusesHeatMaps);
    Schedule schedule = Schedule.of(g, storage);
    Map<Value, Layer> layers =
        Layer.of(g, predictions).stream().collect(Collectors.toMap(Layer::line, l -> l));
    return new Making(g, List.copyOf(predictions), predicts, storage, layers).workload(schedule);
  }

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Making(
      Graph g,
      List<String> predictions,
      boolean[] predicts,
      Storage storage,
      Map<Value, Layer> layers) {

    Workload workload(Schedule schedule) {
      Map<Value, Integer> makers = new HashMap<>();
      List<Task> tasks = new ArrayList<>();
      for (Step step : schedule.steps()) {
        Task task = task(tasks.size(), step, makers);
        tasks.add(task);
        task.writes().forEach(v -> makers.put(v, task.index()));
      }
      Map<Value, List<Task>> readers = new HashMap<>();
      for (Task t : tasks) {
        t.reads().forEach(v -> readers.computeIfAbsent(v, any -> new ArrayList<>()).add(t));
      }
      return new Workload(g, predictions, List.copyOf(tasks), Map.copyOf(readers));
    }

    private Task task(int index, Step step, Map<Value, Integer> makers) {
      Optional<Layer> layer =
          Optional.ofNullable(layers.get(step.heart())).map(l -> l.reading(owner(l.input())));
      boolean[] depends = g.dependingOnInputs();
      SequencedSet<Value> reads = new LinkedHashSet<>();
      layer.ifPresent(l -> reads.add(l.input()));
      step.operands().stream().filter(v -> depends[v.index()]).map(this::owner).forEach(reads::add);
      Set<Integer> after = new TreeSet<>();
      reads.stream().filter(makers::containsKey).map(makers::get).forEach(after::add);
      return new Task(
          index,
          name(step),
          isOfInference(step) ? Phase.INFERENCE : Phase.EXPLANATION,
          layer,
          List.copyOf(reads),
          step.results(),
          List.copyOf(after),
          elements(step, layer.isPresent()));
    }

    /** The winners of a pooling are told by who pools, though only the explanation asks. */
    private boolean isOfInference(Step step) {
      return step.lines().stream()
          .anyMatch(v -> predicts[v.index()] || g.node(v).op() instanceof MaxPoolSwitches);
    }

    private Value owner(Value v) {
      return storage.views(v).map(this::owner).orElse(v);
    }

    /** The model's own name of the first line that has one. */
    private String name(Step step) {
      return step.lines().stream()
          .map(v -> g.node(v).label())
          .filter(label -> !label.isEmpty())
          .findFirst()
          .orElse(g.node(step.heart()).op().name());
    }

    private long elements(Step step, boolean multiplies) {
      return step.lines().stream()
          .skip(multiplies ? 1 : 0)
          .mapToLong(v ->
              Math.max(
                  g.type(v).shape().size(),
                  g.node(v).operands().stream()
                      .mapToLong(o -> g.type(o).shape().size())
                      .max()
                      .orElse(0)))
          .sum();
    }
  }

  /** The task that makes a tensor; absent for the graph's inputs. */
  public Optional<Task> maker(Value tensor) {
    return tasks.stream().filter(t -> t.writes().contains(tensor)).findFirst();
  }

  /** What a tensor is to one that reads it, or to all if it is written. */
  public Traffic.Kind kind(Value tensor, Optional<Task> reader) {
    boolean explains = maker(tensor).map(t -> t.phase() == Phase.EXPLANATION).orElse(false);
    if (explains) {
      return graph.outputs().containsValue(tensor)
          ? Traffic.Kind.HEAT_MAPS
          : Traffic.Kind.GRADIENTS;
    }
    boolean forInference =
        reader
            .map(t -> t.phase() == Phase.INFERENCE)
            .orElseGet(() ->
                graph.outputs().containsValue(tensor)
                    || readers.getOrDefault(tensor, List.of()).stream()
                        .anyMatch(t -> t.phase() == Phase.INFERENCE));
    return forInference ? Traffic.Kind.ACTIVATIONS : Traffic.Kind.STORED_MAPS;
  }

  /** Tensors that exist: inputs, and all that tasks write. */
  public List<Value> tensors() {
    List<Value> all =
        IntStream.range(0, graph.nodes().size())
            .mapToObj(Value::new)
            .filter(v -> graph.node(v).op() instanceof Input)
            .collect(Collectors.toCollection(ArrayList::new));
    tasks.forEach(t -> all.addAll(t.writes()));
    return all;
  }

  /**
   * Bits of an element as an accelerator keeps it: one for a decision, as many as taps need for the
   * winner of a pooling, those of its type for an integer, those of the accelerator's format for a
   * real number.
   */
  public int bits(Value tensor, int formatBits) {
    Node n = graph.node(tensor);
    if (n.op() instanceof MaxPoolSwitches s) {
      return Integer.SIZE - Integer.numberOfLeadingZeros(s.window().area() - 1);
    }
    ElementType element = n.type().element();
    if (element == ElementType.BOOL) {
      return 1;
    }
    return element.isFloating() ? formatBits : element.bytes() * Byte.SIZE;
  }

  /** Steps as a machine of cores fuses them. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record HeatMapStorage(
      RowMajorStorage rows, Graph g, boolean[] predicts, boolean fusesHeatMaps) implements Storage {
    @Override
    public Room room(Value value) {
      return rows.room(value);
    }

    @Override
    public Optional<Room> scratch(Step step) {
      return rows.scratch(step);
    }

    @Override
    public Optional<Value> views(Value line) {
      return rows.views(line);
    }

    @Override
    public boolean overwrites(Step step, Value operand, Value result) {
      return rows.overwrites(step, operand, result);
    }

    @Override
    public boolean joins(Step step, Value line) {
      if (!fusesHeatMaps) {
        return rows.joins(step, line) && !weighsMaps(line);
      }
      boolean explains = !predicts[line.index()];
      return rows.joins(step, line)
          || (explains
              && g.node(line).op() instanceof Reduction
              && step.lines().contains(g.node(line).operands().getFirst()));
    }

    /**
     * Whether a line of the explanation reads what the inference computed, but for decisions and
     * those that make them.
     */
    private boolean weighsMaps(Value line) {
      return !predicts[line.index()]
          && g.type(line).element() != ElementType.BOOL
          && g.node(line).operands().stream()
              .anyMatch(v ->
                  predicts[v.index()]
                      && g.dependingOnInputs()[v.index()]
                      && g.type(v).element() != ElementType.BOOL);
    }
  }
}
