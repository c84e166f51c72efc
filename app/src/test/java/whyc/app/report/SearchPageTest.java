package whyc.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whyc.accelerator.Accelerator;
import whyc.architecture.Activation;
import whyc.architecture.Architecture;
import whyc.architecture.Arithmetic;
import whyc.architecture.Candidate;
import whyc.architecture.Evaluator;
import whyc.architecture.Family;
import whyc.architecture.Figures;
import whyc.architecture.Found;
import whyc.architecture.Objective;
import whyc.architecture.Pictures;
import whyc.architecture.Point;
import whyc.architecture.Recipe;
import whyc.architecture.RuledOut;
import whyc.architecture.SearchLog;
import whyc.architecture.Searches;
import whyc.architecture.Setting;
import whyc.architecture.Space;
import whyc.architecture.Stage;
import whyc.architecture.Training;

/** The page of a search whose figures are given, so that nothing is trained. */
final class SearchPageTest {
  private static final int SIDE = 8;

  @TempDir private Path folder;

  private static Pictures noise(int count) {
    byte[] pixels = new byte[count * SIDE * SIDE];
    new Random(1).nextBytes(pixels);
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 3;
    }
    return new Pictures("noise", 1, SIDE, SIDE, 3, pixels, labels);
  }

  private static Architecture network(int width) {
    return new Architecture(
        Family.RESIDUAL,
        1,
        3,
        SIDE,
        2,
        Activation.RELU,
        List.of(new Stage(1, width, 3, 1, 1), new Stage(2, width, 3, 2, 2)));
  }

  /** Dearer networks are better, by less and less. */
  private static Found found(String method, double better, List<RuledOut> ruledOut) {
    List<Point> points = new ArrayList<>();
    Random random = new Random(method.hashCode());
    for (int i = 1; i <= 14; i++) {
      double energy = 2e5 * Math.exp(0.35 * random.nextInt(1, 15));
      double accuracy = 0.62 + 0.04 * Math.log(energy / 2e5) + better + 0.03 * random.nextDouble();
      Candidate c = Candidate.uniform(Training.fresh(network(2 + i)), "mul8s_1KV9");
      Figures f =
          new Figures(accuracy, accuracy + 0.004, energy, energy * 4e-9, 0.2, 3000 * i, 4000);
      points.add(new Point(c, f, 9.5 * i, i));
    }
    return new Found(method, points, ruledOut, Map.of("accuracy after a quarter", 0.91), 140, 14);
  }

  private Searched searched(Evaluator e, Objective... objectives) {
    Searches searches = Searches.of(Space.of("residual"), e, List.of(objectives));
    RuledOut looked =
        new RuledOut(Training.fresh(network(2)), 0.3, 0.41, Optional.of(0.44), Optional.of(true));
    RuledOut unseen =
        new RuledOut(Training.fresh(network(3)), 0.31, 0.4, Optional.empty(), Optional.empty());
    List<Found> found =
        List.of(found("guided", 0.03, List.of(looked, unseen)), found("random", 0, List.of()));
    List<Searched.Confirmed> chosen = new ArrayList<>();
    for (Point p : Searched.front(searches, found)) {
      chosen.add(
          new Searched.Confirmed(p, p.figures(), "front/%02d".formatted(chosen.size() + 1), true));
    }
    return new Searched("fashion-mnist, space residual, xai-gen-8x16", searches, found, chosen);
  }

  private Evaluator evaluator() throws IOException {
    Accelerator machine = Accelerator.of("xai-gen-8x16");
    Setting setting =
        Setting.of(
            noise(24),
            noise(12),
            noise(12),
            Recipe.of(300, 64, false, 1),
            machine,
            Arithmetic.of(machine, List.of("mul8s_1KV9")),
            true,
            folder.resolve("checkpoints"));
    return new Evaluator(setting, SearchLog.inMemory(), told -> {});
  }

  @Test
  void axesAreRoundAndAPageHasOneUnitOfEnergy() throws IOException {
    try (Evaluator e = evaluator()) {
      Searched s = searched(e, Objective.ACCURACY, Objective.ENERGY);
      String page = SearchPage.html(s);
      assertThat(page)
          .contains("energy, \u00b5J", "thriftiest, \u00b5J", "energy of a prediction")
          .contains(">1 \u00b5J</span>", ">10 \u00b5J</span>", "not looked at", "44.0 %")
          .doesNotContain("log10", " pJ", " mJ", "uJ", "NaN");
      assertThat(SearchReport.text(s)).contains("energy, uJ", "front/01");
      keep("search", page);
    }
  }

  @Test
  void everyCostHasItsUnit() throws IOException {
    try (Evaluator e = evaluator()) {
      assertThat(SearchPage.html(searched(e, Objective.ACCURACY, Objective.MEMORY)))
          .contains(" kB</span>");
      assertThat(SearchPage.html(searched(e, Objective.ACCURACY, Objective.LATENCY)))
          .contains(" ms</span>");
      assertThat(SearchPage.html(searched(e, Objective.ACCURACY, Objective.FAITHFULNESS)))
          .contains("<figcaption>faithfulness</figcaption>");
    }
  }

  /** To look at: {@code -Dwhyc.pages=DIR}. */
  private static void keep(String name, String page) throws IOException {
    String to = System.getProperty("whyc.pages", "");
    if (!to.isEmpty()) {
      Files.writeString(Path.of(to, name + ".html"), page);
    }
  }
}
