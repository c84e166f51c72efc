package whyc.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.engine.Program;
import whyc.engine.ort.OrtEngine;
import whyc.engine.ort.OrtTime;
import whyc.explain.Asked;
import whyc.explain.Explanation;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.tensor.Tensor;

/**
 * What an explanation costs beside the plain prediction: the model's own file in ONNX Runtime
 * against the explained program in ONNX Runtime, in turn, one thread, one image.
 */
@Command(
    name = "cost",
    description =
        "Times prediction and explanation against prediction alone, in ONNX Runtime, and in PyTorch where there is one.")
final class CostBench extends Figure {
  private static final String MAP = "whyc_map";

  /** One without a backward pass, one of linear algebra, one that goes all the way back. */
  private static final List<String> METHODS = List.of("gradcam", "eigencam", "saliency");

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "for each row; default ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  CostBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() {
    List<Networks.Source> networks =
        only.of(Networks.all(data.ifThere(out)), Networks.Source::name);
    head(
        "network",
        "method",
        "predict ms",
        "predict and explain ms",
        "ratio",
        "predicted",
        "quartiles",
        "rounds");
    try (OrtEngine engine = OrtEngine.create(new OrtEngine.Options(1, true))) {
      networks.forEach(n -> measure(engine, n.read()));
    }
    PyTorchPeer.run(seconds, out);
  }

  private void measure(OrtEngine engine, Networks.Network network) {
    Question q = Question.top(network.model().input(), network.output());
    for (String name : METHODS) {
      Methods.Method m = Methods.named(name);
      if (m.refusal(network.model().graph(), q).isEmpty()) {
        Methods.Options options = Methods.Options.of(Profile.WHYC);
        measure(engine, network, q, m.create(network.model().graph(), q, options));
      }
    }
  }

  private void measure(OrtEngine engine, Networks.Network network, Question q, Explanation e) {
    Graph explained = Asked.all(network.model().graph(), List.of(new Asked(MAP, e, q)));
    Map<String, Tensor> image = Map.of(network.model().input(), network.images(1));
    Set<String> prediction = Set.of(q.output());
    Set<String> withMap = Set.of(q.output(), MAP);
    try (Program plain = engine.program(network.model().file().proto());
        Program both = engine.compile(network.model(), explained)) {
      Rounds r =
          Rounds.measure(
              List.of(
                  Rounds.onOneThread(() -> plain.run(image, prediction)),
                  Rounds.onOneThread(() -> both.run(image, withMap))),
              0,
              seconds);
      Rounds.Spread ratio = r.ratio(1, 0);
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.2f | %.2f | **%.3f** | %.3f | %.3f to %.3f | %d |%n",
          network.name(),
          e.name(),
          r.median(0),
          r.median(1),
          ratio.median(),
          predicted(network.model(), explained),
          ratio.low(),
          ratio.high(),
          r.count());
    }
  }

  /** The ratio that {@code whyc inspect} says beforehand. */
  private static double predicted(Model model, Graph explained) {
    return OrtTime.predict(model, explained) / OrtTime.predict(model, model.graph());
  }
}
