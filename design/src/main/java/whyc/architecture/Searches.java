package whyc.architecture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import whyc.files.TemporaryFolder;
import whyc.refusal.RefusedArgument;

/** Runs methods on a space. */
public final class Searches {
  /** Networks among which the dearest is looked for: what costs are compared with. */
  private static final int DRAWN = 300;

  /** Steps of a training that nobody wants. */
  private static final int WARM_STEPS = 16;

  private final Space space;
  private final Evaluator evaluator;
  private final List<Objective> objectives;
  private final Figures dearest;

  private Searches(Space space, Evaluator evaluator, List<Objective> objectives, Figures dearest) {
    this.space = space;
    this.evaluator = evaluator;
    this.objectives = List.copyOf(objectives);
    this.dearest = dearest;
  }

  /**
   * Prepares a search.
   *
   * @throws IllegalArgumentException where the data or the space allow none
   */
  public static Searches of(Space space, Evaluator evaluator, List<Objective> objectives) {
    Setting setting = evaluator.setting();
    if (setting.training().seenClasses() < 2) {
      throw new RefusedArgument(
          "%s: a data set wants pictures of two classes at least, got one"
              .formatted(setting.training().name()));
    }
    if (objectives.contains(Objective.FAITHFULNESS) && !setting.maps()) {
      throw new RefusedArgument("faithfulness wants a setting with maps");
    }
    return new Searches(space, evaluator, objectives, evaluator.untrained(dearest(space, setting)));
  }

  /** The network of most work among many of the space. */
  private static Architecture dearest(Space space, Setting setting) {
    SplittableRandom random = new SplittableRandom(1);
    List<Architecture> drawn = new ArrayList<>();
    for (int i = 0; i < DRAWN; i++) {
      int[] genes =
          space.draw(
              random,
              setting.arithmetic().circuits().size(),
              setting.training().channels(),
              setting.classes());
      drawn.add(space.architecture(genes, setting.training().channels(), setting.classes()));
    }
    return drawn.stream().max(Comparator.comparingLong(Architecture::multiplyAdds)).orElseThrow();
  }

  public Evaluator evaluator() {
    return evaluator;
  }

  public List<Objective> objectives() {
    return objectives;
  }

  /** What costs are compared with. */
  public Figures dearest() {
    return dearest;
  }

  /**
   * Trains and measures a network for nothing, so that the first of several methods does not pay
   * for what a young process does slowly.
   */
  public void warmUp() throws IOException {
    Setting setting = evaluator.setting();
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-search-")) {
      Recipe brief = setting.recipe().withSteps(WARM_STEPS);
      try (Evaluator own =
          new Evaluator(
              setting.withRecipe(brief, folder.path()), SearchLog.inMemory(), told -> {})) {
        Limits one = new Limits(Double.MAX_VALUE, 1, 1, false, 1);
        new Searches(space, own, objectives, dearest)
            .run(new GuidedSearch(), one, 0, (p, study) -> {});
      }
    }
  }

  /**
   * Searches.
   *
   * @param checked how much of what was ruled out is trained to the end afterwards, to see whether
   *     it was right
   * @throws IllegalArgumentException where the budget ends before anything is found
   */
  public Found run(Method method, Limits limits, int checked, Study.Listener listener) {
    Study study = new Study(space, evaluator, objectives, dearest, limits, listener);
    method.run(study);
    if (study.points().isEmpty()) {
      throw new RefusedArgument(
          String.format(
              Locale.ROOT,
              "a budget wants time for one evaluation at least, and %.0f s ended before %s had its first; fewer --steps, or a longer --budget",
              limits.seconds(),
              method.name()));
    }
    study.checkRuledOut(checked, (t, damage) -> Ladder.of(study, t.architecture(), damage.get()));
    return study.result(method.name());
  }

  /** The losses of figures, less is better. */
  public double[] losses(Figures f) {
    return Objective.losses(objectives, f, dearest, evaluator.setting().classes());
  }

  /** Those of some points that no other is better than. */
  public List<Point> front(List<Point> points) {
    return Fronts.front(points, p -> losses(p.figures()));
  }

  /** The share of the worth-while that points dominate: see {@link Objective}. */
  public double hypervolume(List<Point> points) {
    return Fronts.hypervolume(points.stream().map(p -> losses(p.figures())).toList());
  }

  /** The hypervolume after each point, in their order. */
  public double[] growth(List<Point> points) {
    double[] growth = new double[points.size()];
    List<Point> front = new ArrayList<>();
    for (int i = 0; i < growth.length; i++) {
      front.add(points.get(i));
      front = new ArrayList<>(front(front));
      growth[i] = hypervolume(front);
    }
    return growth;
  }

  /** Seconds of work after which a method had reached a hypervolume; infinite if it never did. */
  public double secondsTo(double hypervolume, Found found) {
    double[] growth = growth(found.points());
    return Arrays.stream(growth).anyMatch(h -> h >= hypervolume)
        ? found.points().get(first(growth, hypervolume)).atSeconds()
        : Double.POSITIVE_INFINITY;
  }

  private static int first(double[] growth, double least) {
    int i = 0;
    while (growth[i] < least) {
      i++;
    }
    return i;
  }
}
