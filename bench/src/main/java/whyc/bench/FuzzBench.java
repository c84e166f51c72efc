package whyc.bench;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import whyc.engine.RandomGraph;
import whyc.engine.jvm.Tally;
import whyc.engine.jvm.Trial;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.pass.RemoveDead;
import whyc.tensor.Tensor;

/**
 * Random graphs in the engine on the JVM, held against the operators' own evaluation, on one and on
 * two threads and for all widths of vectors that the machine has.
 */
@Command(
    name = "fuzz",
    description =
        "Runs random graphs in the engine on the JVM and in the interpreter; the exit status is 1 where they differ.")
final class FuzzBench extends Figure {
  @Option(names = "--graphs", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
  private long graphs = 10_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of the first graph; default ${DEFAULT-VALUE}")
  private long seed;

  FuzzBench(PrintStream out) {
    super(out);
  }

  /** Prints every failure with its seed. */
  @Override
  void measure() {
    Lanes[] widths = Lanes.values();
    Trial[] trials = new Trial[2 * widths.length];
    Tally tally = new Tally();
    for (int i = 0; i < trials.length; i++) {
      trials[i] = Trial.of(1 + i / widths.length, widths[i % widths.length], tally);
    }
    long failures = 0;
    long start = System.nanoTime();
    long next = start;
    for (long i = 0; i < graphs; i++) {
      failures += failed(seed + i, trials[(int) ((seed + i) % trials.length)]) ? 1 : 0;
      if (System.nanoTime() > next || i == graphs - 1) {
        next = System.nanoTime() + 10_000_000_000L;
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
            Locale.ROOT,
            "%d graphs, the last of seed %d, %d steps of %d shapes, %d failures, %.0f graphs a second%n",
            i + 1,
            seed + i,
            tally.steps(),
            tally.forms(),
            failures,
            (i + 1) / seconds);
      }
    }
    for (Trial t : trials) {
      t.close();
    }
    if (failures > 0) {
      throw new Wrong("fuzz: no graph may differ, got %d of %d".formatted(failures, graphs));
    }
  }

  private boolean failed(long graph, Trial trial) {
    RandomGraph g = RandomGraph.of(graph);
    Optional<String> failure = failure(g.graph(), g.inputs(), trial);
    failure.ifPresent(_ -> {
      Graph small = shrunk(g, trial);
      String what = failure(small, g.inputs(), trial).orElse("fails only as a whole");
      out.printf("-Dseed=%d: %s%n%s%n", graph, what, small);
    });
    return failure.isPresent();
  }

  private static Optional<String> failure(Graph g, Map<String, Tensor> inputs, Trial trial) {
    try {
      return trial.difference(g, inputs);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return Optional.of(trace.toString());
    }
  }

  /** The lines up to the first one that fails, where one fails alone. */
  private static Graph shrunk(RandomGraph g, Trial trial) {
    for (int i = 0; i < g.graph().nodes().size(); i++) {
      SequencedMap<String, Value> one = new LinkedHashMap<>();
      one.put("y", new Value(i));
      Graph small = new RemoveDead().apply(g.graph().withOutputs(one));
      if (failure(small, g.inputs(), trial).isPresent()) {
        return small;
      }
    }
    return g.graph();
  }
}
