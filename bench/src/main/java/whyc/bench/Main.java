package whyc.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whyc bench}: the project's own figures on this machine. */
@Command(
    name = "whyc bench",
    mixinStandardHelpOptions = true,
    description = "Measures what explanations cost on this machine; ratios within one run.")
public final class Main implements Callable<Integer> {
  private enum Figure {
    ACCELERATOR,
    APPROXIMATE,
    APPROXIMATE_MAPS,
    COST,
    CRITICALITY,
    C_TARGET,
    ENGINE,
    FUZZ,
    HEATMAP,
    MEMORY,
    PRODUCTS,
    RTL,
    RTL_CELLS,
    RTL_MULTIPLIERS,
    SEARCH,
    SOAK,
    SPARSITY,
    START;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "FIGURE",
      description = "${COMPLETION-CANDIDATES}; default: all of them")
  private List<Figure> figures = List.of();

  @Option(
      names = "--seconds",
      description = "time for each row of a table; default ${DEFAULT-VALUE}",
      defaultValue = "5")
  private double seconds;

  @Option(
      names = "--threads",
      description =
          "threads of the figures \"approximate\", \"approximate-maps\", \"engine\" and \"criticality\"; default ${DEFAULT-VALUE}",
      defaultValue = "1")
  private int threads;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      description =
          "networks, cells or multipliers of figures that have many, a regular expression; default: all")
  private Optional<String> only = Optional.empty();

  @Option(
      names = "--batch",
      description = "images at once of the figure \"engine\"; default ${DEFAULT-VALUE}",
      defaultValue = "1")
  private int batch;

  @Option(
      names = "--graphs",
      description = "random graphs of the figure \"fuzz\"; default ${DEFAULT-VALUE}",
      defaultValue = "10000")
  private long graphs;

  @Option(
      names = "--seed",
      description =
          "of the first graph of the figure \"fuzz\", of \"criticality\" and of searches; default ${DEFAULT-VALUE}",
      defaultValue = "0")
  private long seed;

  @Option(
      names = "--runs",
      description = "of the figure \"soak\"; default ${DEFAULT-VALUE}",
      defaultValue = "100000")
  private long runs;

  @Option(
      names = "--images",
      description =
          "images of the figures \"accelerator\" and \"heatmap\" and of each class of \"criticality\", default 8; of \"approximate\" and \"approximate-maps\", default 2000")
  private Optional<Integer> images = Optional.empty();

  @Option(
      names = "--evaluations",
      description =
          "for each strategy of the figures \"approximate\" and \"approximate-maps\"; default ${DEFAULT-VALUE}",
      defaultValue = "40")
  private int evaluations;

  @Option(
      names = "--approximate-folder",
      description =
          "where the figures \"approximate\" and \"approximate-maps\" keep what they measured, and go on with it; default nowhere")
  private Optional<Path> approximateFolder = Optional.empty();

  @Option(
      names = "--data",
      description =
          "folder of the reference data, for trained networks; default WHYC_TEST_DATA or ../shared/data")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--search-data",
      description = "images of the figure \"search\"; default ${DEFAULT-VALUE}",
      defaultValue = "/usr/share/datasets/fashion-mnist")
  private Path searchData = SearchBench.FASHION;

  @Option(
      names = "--search-budget",
      description =
          "of each method and seed of the figure \"search\": a time, or trainings; default ${DEFAULT-VALUE}",
      defaultValue = "90s")
  private String searchBudget = "90s";

  @Option(
      names = "--search-seeds",
      description = "of the figure \"search\"; default ${DEFAULT-VALUE}",
      defaultValue = "1")
  private int searchSeeds;

  @Option(
      names = "--search-steps",
      description = "of each training of the figure \"search\"; default ${DEFAULT-VALUE}",
      defaultValue = "100")
  private int searchSteps;

  @Option(
      names = "--search-networks",
      description =
          "networks that predictors of the figure \"search\" are compared on; default ${DEFAULT-VALUE}",
      defaultValue = "8")
  private int searchNetworks;

  @Option(
      names = "--search-final-steps",
      description =
          "trains the front of the figure \"search\" anew for so long; default ${DEFAULT-VALUE} for not at all",
      defaultValue = "0")
  private int searchFinalSteps;

  @Option(
      names = "--search-folder",
      description =
          "where the figure \"search\" keeps what it does, and goes on with it; default a temporary one")
  private Optional<Path> searchFolder = Optional.empty();

  @Option(
      names = "--launcher",
      description =
          "the whyc script that whole processes are started with; default ${DEFAULT-VALUE}",
      defaultValue = "./whyc")
  private Path launcher = Path.of("whyc");

  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() {
    Optional<Path> reference =
        data.or(() ->
                Optional.of(
                    Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../shared/data"))))
            .filter(Files::isDirectory);
    for (Map.Entry<String, String> fact : CostBench.machine().entrySet()) {
      System.out.println(fact.getKey() + ": " + fact.getValue());
    }
    System.out.println(
        reference.isPresent() ? "" : "trained networks: skipped, no reference data folder\n");
    boolean good = true;
    for (Figure figure : figures.isEmpty() ? List.of(Figure.values()) : figures) {
      switch (figure) {
        case ACCELERATOR -> AcceleratorBench.run(reference, images.orElse(8), only, System.out);
        case APPROXIMATE -> reference.ifPresent(folder -> approximate().run(folder, only));
        case APPROXIMATE_MAPS -> reference.ifPresent(folder -> approximate().runMaps(folder, only));
        case COST -> {
          new CostBench().run(Networks.all(reference), seconds, System.out);
          PyTorchPeer.run(seconds, System.out);
        }
        case CRITICALITY ->
            reference.ifPresent(folder ->
                new CriticalityBench(images.orElse(8), threads, seed, System.out)
                    .run(folder, only));
        case C_TARGET -> CTargetBench.run(reference, only, seconds, System.out);
        case ENGINE -> {
          List<Networks.Network> networks = Networks.all(reference);
          new EngineBench(threads, batch, seconds).run(networks, only, System.out);
        }
        case FUZZ -> good &= FuzzBench.run(graphs, seed, System.out) == 0;
        case HEATMAP -> HeatmapBench.run(reference, images.orElse(8), System.out);
        case MEMORY -> MemoryBench.run(launcher, reference, System.out);
        case PRODUCTS -> ProductBench.run(seconds, System.out);
        case RTL -> RtlBench.run(reference, images.orElse(8), only, System.out);
        case RTL_CELLS -> RtlCellsBench.run(only, System.out);
        case RTL_MULTIPLIERS -> RtlMultipliersBench.run(only, System.out);
        case SEARCH ->
            new SearchBench(launcher, searchFolder, System.out)
                .run(
                    searchData,
                    new SearchBench.Size(
                        searchBudget, searchSeeds, searchSteps, searchNetworks, searchFinalSteps));
        case SOAK -> good &= soak(reference);
        case SPARSITY -> new SparsityBench(seconds).run(reference, System.out);
        case START -> StartBench.run(launcher, reference, System.out);
      }
      System.out.println();
    }
    return good ? 0 : 1;
  }

  private ApproximateBench approximate() {
    return new ApproximateBench(
        images.orElse(2000), evaluations, threads, seed, approximateFolder, System.out);
  }

  private boolean soak(Optional<Path> reference) {
    return Networks.all(reference).stream()
        .filter(n -> n.name().startsWith("ResNet-8"))
        .allMatch(n -> SoakBench.run(n, runs, System.out));
  }
}
