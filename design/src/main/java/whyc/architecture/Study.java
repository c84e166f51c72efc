package whyc.architecture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Supplier;

/**
 * One method's search: what it may ask for, what that cost, and what it has found so far. What was
 * found before, by whomever, costs it what it cost then, and only once.
 */
public final class Study {
  /** Candidates that go together: as many whatever the workers, so that all find the same. */
  static final int TOGETHER = 4;

  /** The share of a training after which explanations are asked. */
  static final int SHORT = 4;

  private final Space space;
  private final Examiner evaluator;
  private final List<Objective> objectives;
  private final Figures dearest;
  private final Limits limits;
  private final Listener listener;
  private final Set<String> charged = new HashSet<>();
  private final SequencedMap<String, Point> points = new LinkedHashMap<>();
  private final List<RuledOut> ruledOut = new ArrayList<>();
  private final Lineage lineage;
  private final Map<String, Double> correlations = new LinkedHashMap<>();
  private final long start = System.nanoTime();
  private double seconds;
  private double trained;
  private volatile boolean gaveUp;
  private volatile boolean foundAny;

  /** The arithmetics that a trained network is measured with; explanations are asked for or not. */
  interface Suggestion {
    List<List<Choice>> of(Training t, Supplier<Damage> damage);
  }

  /** Hears of what is found. */
  public interface Listener {
    void found(Point point, Study study);
  }

  Study(
      Space space,
      Examiner evaluator,
      List<Objective> objectives,
      Figures dearest,
      Limits limits,
      Listener listener) {
    this.space = space;
    this.evaluator = evaluator;
    this.objectives = List.copyOf(objectives);
    this.dearest = dearest;
    this.limits = limits;
    this.listener = listener;
    this.lineage = new Lineage(space, limits.inherits());
  }

  Space space() {
    return space;
  }

  Setting setting() {
    return evaluator.setting();
  }

  Limits limits() {
    return limits;
  }

  List<Objective> objectives() {
    return objectives;
  }

  /** For each gene the number of its choices. */
  List<Integer> domains() {
    return space.domains(setting().arithmetic().circuits().size());
  }

  int[] draw(java.util.random.RandomGenerator random) {
    return space.draw(
        random,
        setting().arithmetic().circuits().size(),
        setting().training().channels(),
        setting().classes());
  }

  Optional<Architecture> architecture(int[] genes) {
    return space.valid(genes, setting().training().channels(), setting().classes());
  }

  /** Whether nothing more may be asked for. */
  boolean isOver() {
    return gaveUp
        || seconds >= limits.seconds()
        || trained >= limits.trainings() - 1e-9
        || Thread.currentThread().isInterrupted();
  }

  /** Seconds of work so far. */
  public double seconds() {
    return seconds;
  }

  /** Whole trainings so far. */
  public double trainings() {
    return trained;
  }

  /** In the order in which they were measured. */
  public List<Point> points() {
    return List.copyOf(points.values());
  }

  double[] losses(Figures f) {
    return Objective.losses(objectives, f, dearest, setting().classes());
  }

  /** Those that no other is better than. */
  public List<Point> front() {
    return Fronts.front(points(), p -> losses(p.figures()));
  }

  /** The share of the worth-while that the front dominates. */
  public double hypervolume() {
    return hypervolume(points());
  }

  double hypervolume(List<Point> some) {
    return Fronts.hypervolume(some.stream().map(p -> losses(p.figures())).toList());
  }

  /** Where a network's weights start. */
  Training training(Architecture a, int[] genes) {
    return lineage.training(a, genes);
  }

  /** The arithmetic that genes stand for; the linear layer stays whole. */
  List<Choice> choices(int[] genes, Architecture a) {
    List<Choice> choices = new ArrayList<>();
    int layers = a.layers().size();
    for (int l = 0; l < layers; l++) {
      int at = space.shapeGenes() + l * Space.PER_LAYER;
      double skipped = l == layers - 1 ? 0 : space.skipping().get(genes[at + 1]);
      choices.add(new Choice(setting().arithmetic().circuits().get(genes[at]).name(), skipped));
    }
    return choices;
  }

  /** All layers whole, with the exact circuit. */
  List<Choice> exact(Architecture a) {
    return Candidate.uniform(Training.fresh(a), setting().arithmetic().exact().name()).choices();
  }

  /**
   * Trains networks and measures them with the arithmetic of their genes.
   *
   * @param all genes of networks of the space
   * @return for each its point; nothing where the search was over before
   */
  List<Optional<Point>> evaluate(List<int[]> all) {
    List<Optional<Point>> results = new ArrayList<>();
    for (int from = 0; from < all.size(); from += TOGETHER) {
      List<int[]> some = all.subList(from, Math.min(from + TOGETHER, all.size()));
      List<Candidate> candidates = new ArrayList<>();
      for (int[] genes : some) {
        Architecture a = architecture(genes).orElseThrow();
        candidates.add(new Candidate(training(a, genes), choices(genes, a)));
      }
      results.addAll(evaluateTogether(candidates));
    }
    return results;
  }

  private List<Optional<Point>> evaluateTogether(List<Candidate> candidates) {
    List<Callable<Work>> jobs = new ArrayList<>();
    for (Candidate c : candidates) {
      jobs.add(() -> finish(c.training(), (t, damage) -> List.of(c.choices())));
    }
    List<Optional<Point>> points = new ArrayList<>();
    for (Optional<Work> work : together(jobs)) {
      points.add(work.map(w -> charge(w).getFirst()));
    }
    return points;
  }

  /** One network's work. */
  private record Work(
      Training training, Examiner.Spent<Double> trained, Examiner.Explored explored) {}

  private Work finish(Training t, Suggestion suggested) {
    Examiner.Spent<Double> trained =
        evaluator.train(t, setting().recipe().steps(), this::isTooLate);
    Examiner.Explored explored =
        evaluator.explore(t, space.skipping(), d -> suggested.of(t, d), this::isTooLate);
    foundAny = true;
    return new Work(t, trained, explored);
  }

  /** Trains networks to the end, and measures them with the arithmetics that are suggested. */
  List<List<Point>> finish(List<Training> some, Suggestion suggested) {
    List<Callable<Work>> jobs = new ArrayList<>();
    for (Training t : some) {
      jobs.add(() -> finish(t, suggested));
    }
    return together(jobs).stream().map(work -> work.map(this::charge).orElse(List.of())).toList();
  }

  private List<Point> charge(Work w) {
    charge(w.trained, share(w.training, 1));
    w.explored.damage().ifPresent(d -> charge(d, 0));
    lineage.add(w.training);
    List<Point> found = new ArrayList<>();
    for (int i = 0; i < w.explored.measured().size(); i++) {
      Examiner.Spent<Figures> m = w.explored.measured().get(i);
      charge(m, 0);
      Candidate c = new Candidate(w.training, w.explored.arithmetics().get(i));
      Point p = points.computeIfAbsent(m.key(), k -> new Point(c, m.result(), seconds, trained));
      found.add(p);
      listener.found(p, this);
    }
    return found;
  }

  /** What is left of a training, of which a part may be done. */
  private double share(Training t, double all) {
    boolean begun = charged.contains("train %s %d".formatted(evaluator.hash(t), shortSteps()));
    return begun ? all - shortSteps() / (double) setting().recipe().steps() : all;
  }

  private void charge(Examiner.Spent<?> spent, double share) {
    if (charged.add(spent.key())) {
      seconds += spent.seconds() / limits.workers();
      trained += share;
    }
  }

  int shortSteps() {
    return Math.max(1, setting().recipe().steps() / SHORT);
  }

  /** A network after a short training. */
  record Probed(Training training, double accuracy, Insight insight) {}

  /** Trains networks for a while, and asks for explanations. */
  List<Probed> probe(List<Training> some) {
    record Pair(Examiner.Spent<Double> trained, Examiner.Spent<Insight> insight) {}
    List<Callable<Pair>> jobs = new ArrayList<>();
    for (Training t : some) {
      jobs.add(() ->
          new Pair(
              evaluator.train(t, shortSteps(), this::isTooLate),
              evaluator.insight(t, shortSteps(), this::isTooLate)));
    }
    List<Optional<Pair>> done = together(jobs);
    List<Probed> probed = new ArrayList<>();
    for (int i = 0; i < done.size(); i++) {
      if (done.get(i).isPresent()) {
        Pair p = done.get(i).get();
        charge(p.trained, shortSteps() / (double) setting().recipe().steps());
        charge(p.insight, 0);
        probed.add(new Probed(some.get(i), p.trained.result(), p.insight.result()));
      }
    }
    return probed;
  }

  /** Zero-cost proxies of networks, in the order of {@link Proxies#names}. */
  List<List<Double>> proxies(List<Architecture> some) {
    List<Callable<Examiner.Spent<List<Double>>>> jobs = new ArrayList<>();
    some.forEach(a -> jobs.add(() -> evaluator.proxies(a)));
    List<List<Double>> values = new ArrayList<>();
    for (Optional<Examiner.Spent<List<Double>>> p : together(jobs)) {
      p.ifPresent(spent -> {
        charge(spent, 0);
        values.add(spent.result());
      });
    }
    return values;
  }

  /** The accuracy in real numbers of a whole training. */
  Optional<Double> accuracy(Training t) {
    Callable<Examiner.Spent<Double>> job =
        () -> evaluator.train(t, setting().recipe().steps(), this::isTooLate);
    return together(List.of(job))
        .getFirst()
        .map(spent -> {
          charge(spent, share(t, 1));
          lineage.add(t);
          return spent.result();
        });
  }

  /** A cost that the shape of a network alone tells, if it does. */
  Optional<Costs.Cost> cost(Architecture a, List<Choice> choices) {
    Costs costs = Costs.of(setting().machine(), setting().arithmetic());
    return costs.knownBeforehand()
        ? Optional.of(
            costs.of(
                a,
                choices,
                () -> {
                  throw new IllegalStateException("no run is needed");
                }))
        : Optional.empty();
  }

  /** The energy of a layer, to compare what it may have. */
  double energy(Architecture.LayerShape layer, Choice choice) {
    return Costs.of(setting().machine(), setting().arithmetic()).energy(layer, choice);
  }

  void ruleOut(RuledOut r) {
    ruledOut.add(r);
  }

  /**
   * Trains some of what was ruled out to the end, to see whether that was right: whether none of
   * its points would have bettered the front. It is no part of the search, and costs it nothing.
   */
  void checkRuledOut(int most, Suggestion suggested) {
    List<double[]> front = front().stream().map(p -> losses(p.figures())).toList();
    for (int i = 0; i < Math.min(most, ruledOut.size()); i++) {
      RuledOut r = ruledOut.get(i);
      Work w = finish(r.training(), suggested);
      boolean right =
          w.explored.measured().stream()
              .map(m -> losses(m.result()))
              .allMatch(p -> front.stream().anyMatch(f -> Fronts.dominates(f, p)));
      ruledOut.set(
          i,
          new RuledOut(
              r.training(),
              r.accuracy(),
              r.predicted(),
              Optional.of(w.trained.result()),
              Optional.of(right)));
    }
  }

  void correlate(String predictor, double rho) {
    correlations.put(predictor, rho);
  }

  /** As long as nothing is found, the budget ends a training in its middle. */
  private boolean isTooLate() {
    return !foundAny && Math.max(seconds, (System.nanoTime() - start) * 1e-9) > limits.seconds();
  }

  /** Results in the order of the jobs; nothing for those that the end came before. */
  private <T> List<Optional<T>> together(List<Callable<T>> jobs) {
    double left = limits.trainings() - trained;
    ExecutorService pool = Executors.newFixedThreadPool(limits.workers());
    try {
      DoubleAdder spent = new DoubleAdder();
      List<Future<Optional<T>>> running = new ArrayList<>();
      for (int i = 0; i < jobs.size(); i++) {
        Callable<T> job = jobs.get(i);
        boolean within = i < Math.ceil(left - 1e-9);
        running.add(
            pool.submit(() -> within && inTime(spent) ? done(job, spent) : Optional.empty()));
      }
      List<Optional<T>> results = new ArrayList<>();
      for (Future<Optional<T>> f : running) {
        results.add(f.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ArrayList<>(Collections.nCopies(jobs.size(), Optional.empty()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Of a job that ran into the end of the budget nothing comes, and nothing follows it. */
  private <T> Optional<T> done(Callable<T> job, DoubleAdder spent) throws Exception {
    Stopwatch work = Stopwatch.started();
    try {
      return Optional.of(job.call());
    } catch (Trainer.Stopped e) {
      gaveUp = true;
      return Optional.empty();
    } finally {
      spent.add(work.seconds());
    }
  }

  /** With what jobs of this batch have spent, before they are charged. */
  private boolean inTime(DoubleAdder spent) {
    return seconds + spent.sum() / limits.workers() < limits.seconds();
  }

  /** What came of it. */
  Found result(String method) {
    return new Found(method, points(), ruledOut, correlations, seconds, trained);
  }
}
