package whyc.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import whyc.engine.Program;
import whyc.engine.ort.OrtEngine;
import whyc.engine.ort.OrtTime;
import whyc.explain.Asked;
import whyc.explain.Explanation;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.tensor.Tensor;

/**
 * What an explanation costs beside the plain prediction: the model's own file in ONNX Runtime
 * against the explained program in ONNX Runtime, pair by pair, one thread, one image.
 */
final class CostBench {
  private static final String MAP = "whyc_map";

  /** One without a backward pass, one of linear algebra, one that goes all the way back. */
  private static final List<String> METHODS = List.of("gradcam", "eigencam", "saliency");

  private final OrtEngine engine = OrtEngine.create(new OrtEngine.Options(1, true));

  /**
   * One row of the table.
   *
   * @param predicted the ratio that {@code whyc inspect} says beforehand
   */
  record Row(String network, String method, Pairs.Result result, double predicted) {}

  void run(List<Networks.Network> networks, double seconds, PrintStream out) {
    out.println(
        "| network | method | predict ms | predict and explain ms | ratio | predicted | quartiles | pairs |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (Networks.Network network : networks) {
      Question q = Question.top(network.model().input(), output(network));
      for (String name : METHODS) {
        Methods.Method m = Methods.named(name);
        if (m.refusal(network.model().graph(), q).isEmpty()) {
          Explanation e = m.create(network.model().graph(), q, Methods.Options.of(Profile.WHYC));
          print(measure(network, q, e, seconds), out);
        }
      }
    }
  }

  private static String output(Networks.Network network) {
    return network.model().graph().outputs().firstEntry().getKey();
  }

  private Row measure(Networks.Network network, Question q, Explanation e, double seconds) {
    Graph explained = Asked.all(network.model().graph(), List.of(new Asked(MAP, e, q)));
    Map<String, Tensor> image = Map.of(network.model().input(), image(network));
    try (Program plain = engine.program(network.model().file().proto());
        Program both = engine.compile(network.model(), explained)) {
      Set<String> prediction = Set.of(q.output());
      Set<String> withMap = Set.of(q.output(), MAP);
      return new Row(
          network.name(),
          e.name(),
          Pairs.measure(
              () -> plain.run(image, prediction), () -> both.run(image, withMap), seconds),
          OrtTime.predict(network.model(), explained)
              / OrtTime.predict(network.model(), network.model().graph()));
    }
  }

  private static Tensor image(Networks.Network network) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[network.model().inputType().shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian(0, network.deviation());
    }
    return Tensor.of(network.model().inputType().shape(), values);
  }

  private static void print(Row row, PrintStream out) {
    Pairs.Result r = row.result();
    out.printf(
        Locale.ROOT,
        "| %s | %s | %.2f | %.2f | **%.3f** | %.3f | %.3f to %.3f | %d |%n",
        row.network(),
        row.method(),
        r.base(),
        r.other(),
        r.ratio(),
        row.predicted(),
        r.lowRatio(),
        r.highRatio(),
        r.pairs());
  }

  /** Facts of the machine that a page of results starts with. */
  static Map<String, String> machine() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("architecture", System.getProperty("os.arch"));
    facts.put("system", System.getProperty("os.name"));
    facts.put("JDK", System.getProperty("java.vm.version"));
    return facts;
  }
}
