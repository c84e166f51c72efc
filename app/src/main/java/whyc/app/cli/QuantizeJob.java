package whyc.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import whyc.compile.ExplainedOnnx;
import whyc.compile.QuantizedOnnx;
import whyc.engine.Program;
import whyc.engine.jvm.JvmEngine;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.QuantizeLinear;
import whyc.op.Requantize;
import whyc.op.Value;
import whyc.pass.Expand;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Statistics;
import whyc.tensor.Tensor;

/**
 * A classifier in integers: measured on images, written, and compared with itself in floats.
 *
 * @param images that ranges were measured on
 * @param agreeing of them those with the same top class in integers
 * @param products lines that multiply integers
 */
record QuantizeJob(
    Quantized quantized, QuantizedOnnx onnx, int images, int agreeing, long products) {

  /** The model, with what explains it. */
  static Graph graph(Classifier c, List<Wish> wishes) {
    return graph(c, c.model().graph(), asked(wishes));
  }

  /** What explains, by the names that its outputs have in the quantised graph. */
  static List<Asked> asked(List<Wish> wishes) {
    List<Asked> asked =
        wishes.stream()
            .map(Wish::answer)
            .map(a ->
                new Asked(
                    OnnxModel.OUTPUT + ExplainedOnnx.identifier(a.explanation().name()),
                    a.explanation(),
                    a.question()))
            .toList();
    if (asked.stream().anyMatch(a -> a.question().classes() instanceof ClassChoice.Given)) {
      throw Refusal.usage(
          "--quantize measures with pictures alone, so it wants a class that is known, got --class input");
    }
    return asked;
  }

  /** The model with its scores, and what explains it: what a machine computes that has no more. */
  static Graph scored(Classifier c, List<Wish> wishes) {
    return graph(c, c.scored(), asked(wishes));
  }

  private static Graph graph(Classifier c, Graph model, List<Asked> asked) {
    Graph g = Asked.all(model, asked);
    refuseQuantised(c.model(), g);
    return g;
  }

  private static void refuseQuantised(Model m, Graph g) {
    boolean isQuantised =
        new Expand()
            .apply(g).nodes().stream()
                .anyMatch(n -> n.op() instanceof QuantizeLinear || n.op() instanceof Requantize);
    if (isQuantised) {
      throw new Refusal(
          "%s: a network to quantise wants to be one of real numbers, and this one rounds to integers already"
              .formatted(m.file().name()));
    }
  }

  /**
   * Measures, and writes the graph in integers.
   *
   * @param told how many images were measured so far
   */
  static QuantizeJob of(
      Classifier c,
      Graph g,
      List<Path> files,
      Preparations preparations,
      Quantize.Options options,
      Consumer<Integer> told) {
    return of(c, g, files, preparations, options, Map.of(), told);
  }

  /**
   * The same with exponents that are known.
   *
   * @param known as {@link Quantize} wants them
   */
  static QuantizeJob of(
      Classifier c,
      Graph g,
      List<Path> files,
      Preparations preparations,
      Quantize.Options options,
      Map<String, Integer> known,
      Consumer<Integer> told) {
    Observation o = Observation.of(g);
    String output = c.output();
    List<Tensor> inputs = new ArrayList<>();
    Statistics s = Statistics.empty();
    try (Runner measuring = Runner.of(c.model(), o.graph())) {
      for (Sample sample : Feed.of(files).samples(preparations, c.form())) {
        Tensor x = c.form().tensor(1, sample.values().floats());
        inputs.add(x);
        s = s.plus(o.statistics(measuring.run(Map.of(c.model().input(), x))));
        told.accept(inputs.size());
      }
    }
    Quantized q = new Quantize(s, options, known).quantized(g);
    long products = q.graph().nodes().stream().filter(QuantizeJob::isProduct).count();
    if (products == 0) {
      throw new Refusal(
          "%s: a network to quantise wants convolutions or matrix products with known weights, and has none; what stays real: %s"
              .formatted(c.model().file().name(), q.real()));
    }
    QuantizedOnnx onnx = QuantizedOnnx.of(q, c.model().dynamicBatch());
    return new QuantizeJob(
        q, onnx, inputs.size(), agreeing(c, output, q.graph(), inputs), products);
  }

  private static boolean isProduct(Node n) {
    return n.op() instanceof IntegerConv
        || n.op() instanceof IntegerConvTranspose
        || n.op() instanceof IntegerMatMul;
  }

  private static int agreeing(Classifier c, String output, Graph quantised, List<Tensor> inputs) {
    int agreeing = 0;
    try (Runner real = Runner.of(c.model(), only(c.model().graph(), output));
        Runner integer = Runner.of(c.model(), only(quantised, output))) {
      for (Tensor x : inputs) {
        Map<String, Tensor> image = Map.of(c.model().input(), x);
        agreeing += top(real.run(image), output) == top(integer.run(image), output) ? 1 : 0;
      }
    }
    return agreeing;
  }

  private static Graph only(Graph g, String output) {
    SequencedMap<String, Value> one = new LinkedHashMap<>();
    one.put(output, g.output(output));
    return g.withOutputs(one);
  }

  private static int top(Map<String, Tensor> results, String output) {
    return Objects.requireNonNull(results.get(output)).argMax();
  }

  /** Runs a graph on images one by one: whyc's own kernels where they can, else slowly. */
  private interface Runner extends AutoCloseable {
    Map<String, Tensor> run(Map<String, Tensor> inputs);

    @Override
    void close();

    static Runner of(Model m, Graph g) {
      return JvmEngine.obstacle().isEmpty() ? new Fast(m, g) : new Slow(batchOfOne(m, g));
    }

    private static Graph batchOfOne(Model m, Graph g) {
      return m.dynamicBatch() ? g.withBatch(1) : g;
    }
  }

  private record Slow(Graph graph) implements Runner {
    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
      return Interpreter.run(graph, inputs);
    }

    @Override
    public void close() {}
  }

  private static final class Fast implements Runner {
    private final JvmEngine engine;
    private final Program program;
    private final Set<String> outputs;

    Fast(Model m, Graph g) {
      int threads = Runtime.getRuntime().availableProcessors();
      this.engine = JvmEngine.create(JvmEngine.Options.of(threads));
      this.program = engine.compile(m, g);
      this.outputs = new LinkedHashSet<>(g.outputs().keySet());
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
      return program.run(inputs, outputs);
    }

    @Override
    public void close() {
      program.close();
      engine.close();
    }
  }
}
