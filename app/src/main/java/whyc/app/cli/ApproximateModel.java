package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.app.report.Approximated;
import whyc.assign.Assignment;
import whyc.assign.Circuit;
import whyc.assign.Problem;
import whyc.compile.QuantizedOnnx;
import whyc.explain.Head;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.OnnxModel;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.Product;
import whyc.op.Value;
import whyc.pass.MaskOperands;
import whyc.pass.Pass;
import whyc.pass.RemoveDead;
import whyc.pass.SplitProducts;
import whyc.pass.quantize.Quantized;

/** The approximate network as a standard ONNX file, where its products have an exact form. */
final class ApproximateModel {
  /** The metadata that name the circuits of a model's layers. */
  static final String MULTIPLIERS = "whyc.multipliers";

  private ApproximateModel() {}

  /** Writes the best network; otherwise says why not, and removes what an earlier run wrote. */
  static boolean write(Path file, Classifier c, Problem p, Approximated a, Console console)
      throws IOException {
    Assignment best = a.best().best().assignment();
    String name = c.head().cut().isPresent() ? Head.SCORES : c.output();
    Named named = new Named(name, c.model().dynamicBatch(), metadata(p.circuits(best)));
    return write(file, p.apply(best), named, console);
  }

  /**
   * What a file says of its network.
   *
   * @param output the name of the scores
   */
  record Named(String output, boolean dynamicBatch, Map<String, String> metadata) {}

  /** Writes a network in bytes, if stock operators can say it; else says why not. */
  static boolean write(Path file, Quantized network, Named named, Console console)
      throws IOException {
    Pass exactly = new MaskOperands().then(new SplitProducts()).then(new RemoveDead());
    Graph graph = exactly.apply(prediction(network, named.output));
    Optional<Product> left = graph.nodes().stream().flatMap(n -> product(n).stream()).findFirst();
    if (left.isPresent()) {
      if (isOurs(file)) {
        Files.delete(file);
      }
      console.say(
          "no %s: %s is neither a product of operands without some bits nor a short sum of products of bytes, so that stock operators cannot compute it"
              .formatted(file.getFileName(), left.get()));
      return false;
    }
    QuantizedOnnx onnx = QuantizedOnnx.of(Quantized.of(graph), named.dynamicBatch);
    OutputFile.write(file, onnx.withMetadata(named.metadata).toByteArray());
    return true;
  }

  /** Refuses the place of a model that no search wrote. */
  static void check(Path file) {
    if (Files.exists(file) && !isOurs(file)) {
      throw new Refusal(
          file
              + ": the approximate model must not replace a model that whyc approximate has not written; --out names another folder");
    }
  }

  private static boolean isOurs(Path file) {
    return Files.exists(file) && OnnxModel.read(file).metadata().containsKey(MULTIPLIERS);
  }

  private static Map<String, String> metadata(List<Circuit> circuits) {
    return Map.of(MULTIPLIERS, String.join(" ", circuits.stream().map(Circuit::name).toList()));
  }

  /** The scores alone, by the model's own name unless they are those before a softmax. */
  private static Graph prediction(Quantized q, String name) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(name, q.graph().output(Head.SCORES));
    return needed(q.graph().withOutputs(outputs));
  }

  /** Without the lines of explanations, nor what only they ask for. */
  private static Graph needed(Graph g) {
    boolean[] needed = g.neededFor(g.outputs().values());
    Builder b = new Builder();
    Map<Value, Value> values = new HashMap<>();
    for (int i = 0; i < needed.length; i++) {
      Node n = g.nodes().get(i);
      if (needed[i]) {
        List<Value> operands =
            n.operands().stream().map(values::get).map(Objects::requireNonNull).toList();
        values.put(new Value(i), b.emit(n.op(), operands, n.label()));
      }
    }
    return b.finish(Builder.mapped(g.outputs(), v -> Objects.requireNonNull(values.get(v))));
  }

  private static Optional<Product> product(Node n) {
    Product p =
        switch (n.op()) {
          case IntegerConv i -> i.product();
          case IntegerMatMul i -> i.product();
          default -> Product.exact();
        };
    return p instanceof Product.Exact ? Optional.empty() : Optional.of(p);
  }
}
