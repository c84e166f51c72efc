package whyc.engine.jvm;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import whyc.engine.Program;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.schedule.Recompute;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A graph on the JVM. Each batch size has its plan and its arena, made when it first comes; packed
 * weights are shared between them.
 */
public final class JvmProgram implements Program {
  private final Graph graph;
  private final JvmEngine.Options options;
  private final Workers workers;
  private final Choice choice;
  private final Weights weights = new Weights();
  private final Map<Integer, Bound> bound = new HashMap<>();
  private Optional<Graph> lowered;
  private boolean closed;

  /**
   * @param lowered the graph's lowered form for one image, where that is there already
   */
  JvmProgram(Graph graph, JvmEngine.Options options, Workers workers, Optional<Graph> lowered) {
    this.lowered = lowered;
    this.graph = graph;
    this.options = options;
    this.workers = workers;
    this.choice =
        options.preparation() == JvmEngine.Preparation.TIMED
            ? new TimedChoice(workers, Timings.ofUser())
            : Choice.RULE;
  }

  /**
   * The program at one batch size, over an arena of its own: what a loop over many images calls,
   * since its runs allocate nothing.
   */
  public final class Bound {
    private final Wired wired;
    private final Banks banks;

    private Bound(Wired wired, Banks banks) {
      this.wired = wired;
      this.banks = banks;
    }

    /** Copies an input, row-major, into the arena. */
    public void input(String name, float[] elements) {
      wired.input(name).write(banks, elements);
    }

    /** Runs all that some outputs need. The same set should be given for all runs. */
    public void run(Set<String> outputs) {
      Kernel[] kernels = wired.kernels(outputs);
      synchronized (workers) {
        for (int i = 0; i < kernels.length; i++) {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException(
                "the run was interrupted before step %d of %d".formatted(i + 1, kernels.length));
          }
          workers.run(kernels[i], banks);
        }
      }
    }

    /** The shape of an output. */
    public Shape shape(String name) {
      return wired.output(name).type().shape();
    }

    /** Copies an output of numbers, row-major, out of the arena. */
    public void output(String name, float[] elements) {
      wired.output(name).read(banks, elements);
    }

    private void rehearse() {
      new Rehearsal().of(wired.all(), banks, workers.count());
    }

    /** Copies an input of whole numbers, such as a class, into the arena. */
    public void input(String name, long[] elements) {
      wired.input(name).write(banks, elements);
    }

    private void input(String name, Tensor tensor) {
      Located place = wired.input(name);
      if (!place.type().equals(tensor.type())) {
        throw new IllegalArgumentException(
            "the input %s wants %s, got %s".formatted(name, place.type(), tensor.type()));
      }
      place.write(banks, tensor);
    }

    private Tensor output(String name) {
      return wired.output(name, banks);
    }
  }

  /** The program for a batch, made now if need be. */
  public synchronized Bound at(int batch) {
    if (closed) {
      throw new IllegalStateException("the program is closed");
    }
    return bound.computeIfAbsent(batch, this::bind);
  }

  private Bound bind(int batch) {
    Graph lowered = lowered(batch);
    Plan plan = plan(lowered);
    Wired wired = plan.wire();
    if (weights.bytes() + plan.bytes() > options.memory()) {
      plan = within(lowered, batch);
      wired = plan.wire();
    }
    JvmMemory.collect(weights.bytes());
    try {
      Bound made = new Bound(wired, plan.allocate(weights.data()));
      if (options.preparation() != JvmEngine.Preparation.NONE) {
        made.rehearse();
      }
      return made;
    } catch (OutOfMemoryError e) {
      throw new IllegalArgumentException(
          "a batch of %d wants an arena of %d bytes and weights of %d, the JVM has a heap of %d (-Xmx)"
              .formatted(batch, plan.bytes(), weights.bytes(), Runtime.getRuntime().maxMemory()),
          e);
    }
  }

  /** What was prepared is used once: it holds the model's constants. */
  private Graph lowered(int batch) {
    Optional<Graph> prepared = batch == 1 ? lowered : Optional.empty();
    if (prepared.isPresent()) {
      lowered = Optional.empty();
    }
    return prepared.orElseGet(() -> Lowering.of(graph.withBatch(batch)));
  }

  /** A plan that computes some values twice rather than keep them. */
  private Plan within(Graph lowered, int batch) {
    long left = Math.max(0, options.memory() - weights.bytes());
    try {
      return plan(Recompute.within(lowered, g -> plan(g).bytes(), left));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a batch of %d does not fit a memory of %d bytes, of which weights take %d: %s"
              .formatted(batch, options.memory(), weights.bytes(), e.getMessage()),
          e);
    }
  }

  /** The plan for a batch, for those who want to look at it. */
  Plan plan(int batch) {
    return plan(Lowering.of(graph.withBatch(batch)));
  }

  private Plan plan(Graph lowered) {
    // Numbers are listed with an instruction that processors with vectors of four do not have.
    boolean skipsZeros = options.skipsZeros() && options.lanes() != Lanes.FOUR;
    Setting setting = new Setting(options.lanes(), workers.count(), choice, skipsZeros);
    return Plan.of(lowered, setting, weights);
  }

  @Override
  public synchronized SequencedMap<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> outputs) {
    Bound b = at(batch(inputs));
    if (!inputs.keySet().containsAll(b.wired.inputs())) {
      throw new IllegalArgumentException(
          "a run wants the inputs %s, got %s".formatted(b.wired.inputs(), inputs.keySet()));
    }
    inputs.forEach(b::input);
    b.run(outputs);
    SequencedMap<String, Tensor> results = new LinkedHashMap<>();
    for (String name : outputs) {
      results.put(name, b.output(name));
    }
    return results;
  }

  /** The first extent of the inputs, which must be one. */
  private int batch(Map<String, Tensor> inputs) {
    Optional<Shape> shape = inputs.values().stream().map(Tensor::shape).findFirst();
    return shape.filter(s -> s.rank() > 0).map(s -> s.dim(0)).orElse(1);
  }

  @Override
  public String engine() {
    return options.name();
  }

  @Override
  public synchronized void close() {
    closed = true;
    bound.clear();
  }
}
