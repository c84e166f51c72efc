package whyc.architecture;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Changes of genes that stay within the space. */
final class Genes {
  private static final int PATIENCE = 200;

  private Genes() {}

  /** One choice of the shape and one of the arithmetic are drawn again. */
  static int[] changed(Study study, int[] genes, RandomGenerator random) {
    int[] child = changedShape(study, genes, random);
    int at =
        study.space().shapeGenes()
            + random.nextInt(study.space().size() - study.space().shapeGenes());
    child[at] = random.nextInt(study.domains().get(at));
    return child;
  }

  /** One choice of the shape is another one, where that gives a network of the space. */
  static int[] changedShape(Study study, int[] genes, RandomGenerator random) {
    List<Integer> domains = study.domains();
    for (int i = 0; i < PATIENCE; i++) {
      int at = random.nextInt(study.space().shapeGenes());
      int[] child = genes.clone();
      child[at] = random.nextInt(domains.get(at));
      if (child[at] != genes[at] && study.architecture(child).isPresent()) {
        return child;
      }
    }
    return genes.clone();
  }

  /** Each choice of either parent, where that gives a network of the space. */
  static int[] crossed(Study study, int[] a, int[] b, RandomGenerator random) {
    for (int i = 0; i < PATIENCE; i++) {
      int[] child = a.clone();
      for (int g = 0; g < child.length; g++) {
        child[g] = random.nextBoolean() ? a[g] : b[g];
      }
      Optional<Architecture> valid = study.architecture(child);
      if (valid.isPresent()) {
        return child;
      }
    }
    return a.clone();
  }
}
