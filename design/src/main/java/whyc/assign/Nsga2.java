package whyc.assign;

import io.jenetics.IntegerGene;
import io.jenetics.Mutator;
import io.jenetics.Optimize;
import io.jenetics.UniformCrossover;
import io.jenetics.engine.Codecs;
import io.jenetics.engine.Engine;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.ext.moea.UFTournamentSelector;
import io.jenetics.ext.moea.Vec;
import io.jenetics.util.IntRange;
import io.jenetics.util.RandomRegistry;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * NSGA-II (Deb et al. 2002) over energy and accuracy lost, as ALWANN searches (Mrazek et al. 2019):
 * a circuit of a layer is a gene; one gene in ten mutates.
 */
public record Nsga2() implements Strategy {
  private static final int POPULATION = 24;
  private static final double MUTATION = 0.1;

  @Override
  public String name() {
    return "nsga2";
  }

  @Override
  public void run(Search search) {
    Problem p = search.problem();
    Engine<IntegerGene, Vec<double[]>> engine =
        Engine.builder(
                (int[] choices) -> objectives(search, Assignment.of(choices)),
                Codecs.ofVector(new IntRange(0, p.circuits().size()), p.layers()))
            .populationSize(POPULATION)
            .offspringSelector(UFTournamentSelector.ofVec())
            .survivorsSelector(NSGA2Selector.ofVec())
            .alterers(new UniformCrossover<>(0.5), new Mutator<>(MUTATION))
            .optimize(Optimize.MINIMUM)
            .executor(Runnable::run)
            .build();
    Random seeded = new Random(search.seed());
    long generations = RandomRegistry.with(seeded, random -> evolve(engine, search));
    if (generations == 0) {
      search.measure(Assignment.uniform(p.layers(), 0));
    }
  }

  /** How many generations there were. */
  private static long evolve(Engine<IntegerGene, Vec<double[]>> engine, Search search) {
    return engine.stream()
        .limit(result -> !search.isOver())
        .limit(search.limit())
        .collect(Collectors.counting());
  }

  /** When the search is over, generations end without measuring. */
  private static Vec<double[]> objectives(Search search, Assignment a) {
    if (search.isOver()) {
      return Vec.of(Double.MAX_VALUE, Double.MAX_VALUE);
    }
    Evaluation e = search.measure(a);
    return Vec.of(e.picojoules(), e.measured().loss());
  }
}
