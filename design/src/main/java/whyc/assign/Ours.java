package whyc.assign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Predict, solve, verify, repair.
 *
 * <p>Each layer is probed on its own on a few images; {@link Prediction} says what any assignment
 * loses, and {@link Knapsack} finds the least energy within both budgets by that. It is measured;
 * what was measured corrects the prediction, and the budgets given to the solver are widened while
 * they are kept and narrowed while they are not. Where nothing keeps them by then, the layer that
 * is predicted to spoil most backs off, one place at a time. What is left of the evaluations goes
 * to neighbours of the best: one layer coarser, by predicted loss for energy saved; and to the
 * front: other budgets by turns, then what is predicted to lose least at energies in between.
 */
public record Ours() implements Strategy {
  /** Images that show what a layer does to the scores, which are real numbers; fewer at need. */
  static final int PROBED = 32;

  /** Budgets of the front by the one asked for. */
  private static final double[] LADDER = {0.25, 0.5, 2, 4, 0.125, 8, 16, 0, 32, 64};

  private static final int NARROWINGS = 7;

  private static final int FILLED = 256;

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public void run(Search search) {
    Problem p = search.problem();
    search.measure(Assignment.uniform(p.layers(), 0));
    Prediction prediction = Prediction.probe(search);
    prediction = narrow(search, prediction, search.budgets(), 0, 4);
    repair(search, prediction);
    for (double factor : LADDER) {
      if (!search.isOver()) {
        prediction = front(search, prediction, factor);
      }
    }
    improve(search, prediction);
    fill(search, prediction);
    search.learned(prediction.fitted(approximate(search)));
  }

  /**
   * Looks for the widest budgets by prediction whose solution keeps the true ones, by halving.
   *
   * @param low a factor on the budgets that is kept
   * @param high a factor that is not, or a guess
   */
  private static Prediction narrow(
      Search search, Prediction first, Budgets budgets, double low, double high) {
    Prediction prediction = first;
    double kept = low;
    double broken = high;
    double factor = 1;
    for (int i = 0; i < NARROWINGS && !search.isOver(); i++) {
      Optional<Assignment> solved = solve(search.problem(), prediction, budgets, factor);
      if (solved.isEmpty()) {
        break;
      }
      Evaluation e = search.measure(solved.get());
      if (budgets.keeps(e.measured())) {
        kept = Math.max(kept, factor);
      } else {
        broken = Math.min(broken, factor);
      }
      factor = kept == 0 ? broken / 2 : Math.min((kept + broken) / 2, 2 * kept);
      if (i == 0) {
        prediction = prediction.fitted(approximate(search));
      }
    }
    return prediction.fitted(approximate(search));
  }

  private static List<Evaluation> approximate(Search search) {
    return search.found().stream().filter(e -> e.measured().noise() > 0).toList();
  }

  private static Optional<Assignment> solve(
      Problem p, Prediction prediction, Budgets b, double factor) {
    double most = factor * prediction.noiseFor(Math.max(b.loss(), 1e-4));
    double change =
        b.fidelity() <= 0 ? Double.POSITIVE_INFINITY : factor * Damage.ofMaps(b.fidelity());
    if (most <= 0 || change <= 0) {
      return Optional.empty();
    }
    Damage.Tangent noise = prediction.scores().tangentFor(most);
    return prediction
        .maps()
        .solve(
            prediction.maps().tangentFor(change),
            Comparator.comparingDouble(p.energies()::picojoules),
            line ->
                Knapsack.solve(
                        Knapsack.Costs.of(p.energies().picojoules()),
                        noise.costs(),
                        line.costs(),
                        most - noise.rest(),
                        change - line.rest())
                    .map(Assignment::of));
  }

  /** Backs off until something keeps the budgets, or nothing is left to back off. */
  private static void repair(Search search, Prediction prediction) {
    Assignment now = search.bestOrNearest().assignment();
    while (search.best().isEmpty() && !search.isOver() && !now.isExact()) {
      now = backedOff(search.problem(), prediction, now);
      search.measure(now);
    }
  }

  /** The layer that spoils most has the next circuit that spoils less. */
  private static Assignment backedOff(Problem p, Prediction prediction, Assignment a) {
    double[][] noise = prediction.scores().forward();
    int worst =
        IntStream.range(0, p.layers())
            .filter(l -> a.at(l) != 0)
            .boxed()
            .max(Comparator.comparingDouble(l -> noise[l][a.at(l)]))
            .orElseThrow();
    double now = noise[worst][a.at(worst)];
    int next =
        IntStream.range(0, p.circuits().size())
            .filter(c -> c == 0 || noise[worst][c] < now)
            .filter(c -> c != a.at(worst))
            .boxed()
            .max(Comparator.comparingDouble(c -> noise[worst][c]))
            .orElse(0);
    return a.with(worst, next);
  }

  private static Prediction front(Search search, Prediction prediction, double factor) {
    Budgets asked = search.budgets();
    Budgets other = new Budgets(Math.max(asked.loss() * factor, 1e-4), 0);
    Optional<Assignment> solved = solve(search.problem(), prediction, other, 1);
    if (solved.isEmpty()
        || search.found().stream().anyMatch(e -> e.assignment().equals(solved.get()))) {
      return prediction;
    }
    search.measure(solved.get());
    return prediction.fitted(approximate(search));
  }

  /** The predicted front at energies that halve what is left between those before. */
  private static void fill(Search search, Prediction first) {
    Problem p = search.problem();
    Prediction prediction = first;
    double most = p.energies().picojoules(p.exact());
    double least = most - p.energies().mostSaved();
    for (int i = 1; i < FILLED && !search.isOver(); i++) {
      double picojoules = least + (most - least) * halved(i);
      Optional<Assignment> solved = AtEnergy.leastLoss(p, prediction, picojoules);
      if (solved.isPresent()) {
        search.measure(solved.get());
        prediction = prediction.fitted(approximate(search));
      }
    }
  }

  /** 1/2, 1/4, 3/4, 1/8, 5/8 ... (van der Corput 1935). */
  private static double halved(int i) {
    return Integer.toUnsignedLong(Integer.reverse(i)) * 0x1p-32;
  }

  /** A layer with another circuit. */
  private record Step(Assignment assignment, double worth) {}

  /** Neighbours of the best, the most promising first, as long as there are evaluations left. */
  private static void improve(Search search, Prediction prediction) {
    boolean better = true;
    while (better && !search.isOver()) {
      better = false;
      Optional<Evaluation> best = search.best();
      if (best.isEmpty()) {
        return;
      }
      for (Step s : steps(search.problem(), prediction, best.get().assignment())) {
        if (search.isOver()) {
          return;
        }
        if (search.keeps(s.assignment)) {
          better = true;
          break;
        }
      }
    }
  }

  private static List<Step> steps(Problem p, Prediction prediction, Assignment from) {
    Damage scores = prediction.scores();
    double[][] noise = scores.tangent(scores.forward(from)).costs().each();
    List<Step> steps = new ArrayList<>();
    for (int l = 0; l < p.layers(); l++) {
      for (int c = 0; c < p.circuits().size(); c++) {
        double saved = p.energies().picojoules(l, from.at(l)) - p.energies().picojoules(l, c);
        if (saved > 0) {
          double more = Math.max(noise[l][c] - noise[l][from.at(l)], 1e-12);
          steps.add(new Step(from.with(l, c), saved / more));
        }
      }
    }
    steps.sort(Comparator.comparingDouble(Step::worth).reversed());
    return steps;
  }
}
