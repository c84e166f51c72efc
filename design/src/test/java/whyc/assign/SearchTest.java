package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;

/** Searches on a small trained network. */
class SearchTest {
  private static final MultiPod MACHINE = (MultiPod) Accelerator.of("xai-gen-8x256");

  @Test
  void strategies() throws IOException {
    Model m = Data.model(System.getProperty("trial.model", "mlperf_tiny/ic_resnet8"));
    int n = Integer.getInteger("trial.images", 500);
    try (Network network = Network.of(Data.wanted(m, "gradcam"), Data.cifar(m, 0, 100), 2)) {
      List<Circuit> circuits = MACHINE.approximate().stream().map(Circuit::of).toList();
      Problem p =
          Problem.of(
              network,
              MACHINE,
              circuits,
              Data.cifar(m, 100, 100 + n),
              new RankCorrelation(),
              EvaluationLog.inMemory());
      network.layers().forEach(l -> System.out.println("LAYER " + l.name() + " " + l.loops()));
      Evaluation exact = p.reference();
      System.out.println("EXACT " + exact);
      Budgets b = new Budgets(0.01, 0.9);
      LayerScores scores =
          new Conductance()
              .measure(
                  Subject.of(m),
                  Data.examples(m, 0, 8),
                  whyc.engine.jvm.JvmEngine.create(whyc.engine.jvm.JvmEngine.Options.of(1)),
                  Budget.usual())
              .overall();
      System.out.println(scores.byLayer());
      for (Strategy s : Strategies.named("all", java.util.Optional.of(scores), p)) {
        if (s instanceof Exhaustive) {
          continue;
        }
        Search search =
            new Search(
                p, b, new Search.Limits(Integer.getInteger("trial.evals", 40), 1e9, 1), e -> {});
        s.run(search);
        Found f = search.result(s.name());
        System.out.printf(
            "%s: energy %.4f loss %.4f fid %.3f keeps %s, cost %.1f evals, %.1f s, wall %.1f, hv %.4f, found %d%n",
            s.name(),
            f.best().picojoules() / exact.picojoules(),
            f.best().measured().loss(),
            f.best().measured().fidelity(),
            f.keepsBudgets(),
            f.cost(),
            f.emulationSeconds(),
            f.wallSeconds(),
            Front.hypervolume(f.evaluations(), exact.picojoules(), 0.1),
            f.evaluations().size());
        f.front()
            .forEach(e ->
                System.out.printf(
                    "   %.4f %.4f %.3f [%s]%n",
                    e.picojoules() / exact.picojoules(),
                    e.measured().loss(),
                    e.measured().fidelity(),
                    e.assignment()));
      }
      assertThat(exact.measured().loss()).isZero();
    }
  }
}
