package whyc.architecture;

import java.util.List;
import whyc.refusal.RefusedArgument;

/** A way to search. It asks a {@link Study} until that is over. */
public sealed interface Method
    permits GuidedSearch, GeneticSearch, AgeingEvolution, DrawnAtRandom, ProxyRanking, Predictors {

  /** What the command line calls it. */
  String name();

  void run(Study study);

  /** The methods by name, ours first. */
  static List<Method> all() {
    return List.of(
        new GuidedSearch(),
        GeneticSearch.small(),
        GeneticSearch.paper(),
        new AgeingEvolution(),
        new DrawnAtRandom(),
        new ProxyRanking(),
        new Predictors());
  }

  /** Those that are compared where all are asked for. */
  static List<Method> compared() {
    return List.of(
        new GuidedSearch(),
        GeneticSearch.small(),
        new AgeingEvolution(),
        new DrawnAtRandom(),
        new ProxyRanking());
  }

  /** The method of a name. */
  static Method named(String name) {
    return all().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "a method wants to be one of %s, got %s"
                    .formatted(
                        String.join(", ", all().stream().map(Method::name).toList()), name)));
  }
}
