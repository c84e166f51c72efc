package whyc.architecture;

import io.jenetics.AltererResult;
import io.jenetics.Genotype;
import io.jenetics.IntegerChromosome;
import io.jenetics.IntegerGene;
import io.jenetics.Mutator;
import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.UniformCrossover;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.ext.moea.UFTournamentSelector;
import io.jenetics.ext.moea.Vec;
import io.jenetics.util.ISeq;
import io.jenetics.util.IntRange;
import io.jenetics.util.RandomRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * NSGA-II (Deb et al. 2002) over the shape of networks and the arithmetic of their layers together,
 * as ALWANN searches (Mrazek et al. 2019) and XAI-NAS after it.
 *
 * @param start networks at first
 * @param kept of each generation
 * @param created in each generation
 * @param mutation share of the genes that mutate
 */
record GeneticSearch(String name, int start, int kept, int created, double mutation)
    implements Method {

  /** The population of XAI-NAS (Siddique et al. 2025). */
  static GeneticSearch paper() {
    return new GeneticSearch("nsga2-paper", 36, 50, 50, 0.1);
  }

  /** Sized for searches of a few dozen trainings: more generations of fewer. */
  static GeneticSearch small() {
    return new GeneticSearch("nsga2", 12, 12, 8, 0.1);
  }

  private static final class Population {
    private ISeq<Phenotype<IntegerGene, Vec<double[]>>> members = ISeq.empty();
  }

  @Override
  public void run(Study study) {
    Random seeded = new Random(study.limits().seed());
    RandomRegistry.with(
        seeded,
        random -> {
          evolve(study, random);
          return true;
        });
  }

  private void evolve(Study study, Random random) {
    Population population = new Population();
    List<int[]> first = new ArrayList<>();
    for (int i = 0; i < start; i++) {
      first.add(study.draw(random));
    }
    add(study, population, first, 0);
    for (long generation = 1; !study.isOver() && !population.members.isEmpty(); generation++) {
      add(study, population, children(study, population, random, generation), generation);
      population.members =
          NSGA2Selector.<IntegerGene, double[], Vec<double[]>>ofVec()
              .select(
                  population.members, Math.min(kept, population.members.size()), Optimize.MINIMUM);
    }
  }

  private static void add(Study study, Population population, List<int[]> genes, long generation) {
    List<Optional<Point>> points = study.evaluate(genes);
    List<Phenotype<IntegerGene, Vec<double[]>>> all = new ArrayList<>(population.members.asList());
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).isPresent()) {
        double[] losses = study.losses(points.get(i).get().figures());
        all.add(Phenotype.of(genotype(study, genes.get(i)), generation, Vec.of(losses)));
      }
    }
    population.members = ISeq.of(all);
  }

  /** Parents by tournament; crossed, mutated, and drawn anew where no network comes of it. */
  private List<int[]> children(Study study, Population population, Random random, long generation) {
    ISeq<Phenotype<IntegerGene, Vec<double[]>>> parents =
        UFTournamentSelector.<IntegerGene, double[], Vec<double[]>>ofVec()
            .select(population.members, created, Optimize.MINIMUM);
    AltererResult<IntegerGene, Vec<double[]>> crossed =
        new UniformCrossover<IntegerGene, Vec<double[]>>(0.5).alter(parents, generation);
    AltererResult<IntegerGene, Vec<double[]>> mutated =
        new Mutator<IntegerGene, Vec<double[]>>(mutation).alter(crossed.population(), generation);
    List<int[]> children = new ArrayList<>();
    for (Phenotype<IntegerGene, Vec<double[]>> child : mutated.population()) {
      int[] genes = new int[child.genotype().length()];
      for (int g = 0; g < genes.length; g++) {
        genes[g] = child.genotype().get(g).gene().intValue();
      }
      children.add(study.architecture(genes).isPresent() ? genes : study.draw(random));
    }
    return children;
  }

  /** A chromosome for each gene: they differ in how many choices they have. */
  private static Genotype<IntegerGene> genotype(Study study, int[] genes) {
    List<Integer> domains = study.domains();
    List<IntegerChromosome> chromosomes = new ArrayList<>();
    for (int g = 0; g < genes.length; g++) {
      chromosomes.add(
          IntegerChromosome.of(IntegerGene.of(genes[g], new IntRange(0, domains.get(g)))));
    }
    return Genotype.of(chromosomes);
  }
}
