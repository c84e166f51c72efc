package whyc.architecture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Regularised evolution (Real et al. 2019, algorithm 1): of some that are drawn from the population
 * the best has a child, which differs in one choice of its shape and one of its arithmetic; the
 * oldest dies. The best has the least mean of losses, all objectives alike.
 */
record AgeingEvolution() implements Method {
  private static final int POPULATION = 12;
  private static final int SAMPLE = 4;

  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Member(int[] genes, double loss) {}

  @Override
  public String name() {
    return "evolution";
  }

  @Override
  public void run(Study study) {
    SplittableRandom random = new SplittableRandom(study.limits().seed());
    Deque<Member> population = new ArrayDeque<>();
    while (!study.isOver()) {
      List<int[]> next = new ArrayList<>();
      for (int i = 0; i < Study.TOGETHER; i++) {
        next.add(
            population.size() < POPULATION
                ? study.draw(random)
                : Genes.changed(study, parent(population, random), random));
      }
      List<Optional<Point>> points = study.evaluate(next);
      for (int i = 0; i < points.size(); i++) {
        if (points.get(i).isPresent()) {
          population.add(member(study, next.get(i), points.get(i).get()));
          if (population.size() > POPULATION) {
            population.remove();
          }
        }
      }
    }
  }

  private static Member member(Study study, int[] genes, Point p) {
    double[] losses = study.losses(p.figures());
    return new Member(genes, java.util.Arrays.stream(losses).average().orElse(1));
  }

  private static int[] parent(Deque<Member> population, SplittableRandom random) {
    List<Member> all = List.copyOf(population);
    Member best = all.get(random.nextInt(all.size()));
    for (int i = 1; i < SAMPLE; i++) {
      Member other = all.get(random.nextInt(all.size()));
      best = other.loss < best.loss ? other : best;
    }
    return best.genes;
  }
}
