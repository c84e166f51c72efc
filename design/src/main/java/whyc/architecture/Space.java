package whyc.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import whyc.accelerator.Fields;
import whyc.refusal.FileFault;
import whyc.refusal.RefusedArgument;

/**
 * The networks among which is searched, as a file describes them: {@code docs/search.md} has the
 * format. A network of a space is written as genes, one position in a list of choices each:
 *
 * <pre>{@code
 * resolution, stem width, activation,
 * for each stage: depth, width, kernel, stride, expansion,
 * for each layer that the deepest network has: multiplier, skipping share
 * }</pre>
 *
 * Genes of layers that a network lacks mean nothing.
 *
 * @param mostMultiplyAdds of one image; networks that take more do not belong to the space
 * @param multipliers circuits by their names; empty for those that the accelerator lists
 * @param skipping shares of output channels that a layer may leave out, from 0 on
 */
public record Space(
    String name,
    String description,
    Family family,
    List<Integer> resolutions,
    List<Integer> stems,
    List<Activation> activations,
    List<StageChoices> stages,
    long mostMultiplyAdds,
    List<String> multipliers,
    List<Double> skipping) {
  static final int MAX_RESOLUTION = 512;
  static final int MAX_WIDTH = 4096;
  static final int MAX_DEPTH = 64;
  static final int MAX_KERNEL = 15;
  static final int MAX_STRIDE = 4;
  static final int MAX_EXPANSION = 16;

  /** Genes before those of the stages. */
  private static final int HEAD = 3;

  /** Genes of a stage. */
  private static final int PER_STAGE = 5;

  /** Genes of a layer. */
  static final int PER_LAYER = 2;

  /** Draws after which a space counts as having next to no networks. */
  private static final int PATIENCE = 10_000;

  /** What a stage may be; the depth 0 leaves it out. */
  public record StageChoices(
      List<Integer> depths,
      List<Integer> widths,
      List<Integer> kernels,
      List<Integer> strides,
      List<Integer> expansions) {
    private static StageChoices read(Fields f) {
      StageChoices s =
          new StageChoices(
              f.wholes("depth", 0, MAX_DEPTH),
              f.wholes("width", 1, MAX_WIDTH),
              f.wholes("kernel", 1, MAX_KERNEL),
              f.wholes("stride", 1, MAX_STRIDE),
              f.wholes("expansion", 1, MAX_EXPANSION));
      f.check(s.kernels.stream().allMatch(k -> k % 2 == 1), "kernel", "odd sides");
      return s;
    }

    private List<List<Integer>> genes() {
      return List.of(depths, widths, kernels, strides, expansions);
    }
  }

  /** The names of the spaces that come with whyc. */
  public static List<String> shipped() {
    return List.of("residual", "mobile", "resnet8");
  }

  /** The space of a name, or of a file. */
  public static Space of(String nameOrFile) {
    return shipped().contains(nameOrFile) ? named(nameOrFile) : read(Path.of(nameOrFile));
  }

  private static Space named(String name) {
    String file = name + ".json";
    try (InputStream in = Space.class.getResourceAsStream("/architecture/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the resource architecture/%s is missing".formatted(file));
      }
      return Fields.read(file, in, Space::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Space read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new RefusedArgument(file + ": a space wants to be a file, got a folder");
      }
      return Fields.read(file, Space::read);
    } catch (NoSuchFileException e) {
      throw new RefusedArgument(
          "%s: there is no such file, and the spaces that come with whyc are %s"
              .formatted(file, String.join(", ", shipped())));
    } catch (IOException e) {
      throw new RefusedArgument(
          "%s: the file cannot be read: %s".formatted(file, FileFault.reason(e)));
    }
  }

  /** Reads the fields of a file; one that no network satisfies is refused. */
  public static Space read(Fields f) {
    Space s =
        new Space(
            f.text("name"),
            f.text("description"),
            f.choice("family", Family.class),
            f.wholes("resolution", 4, MAX_RESOLUTION),
            f.wholes("stem_width", 1, MAX_WIDTH),
            f.choices("activation", Activation.class),
            f.list("stages", StageChoices::read),
            f.whole("most_multiply_adds", 1, 1L << 40),
            f.has("multipliers") ? f.texts("multipliers") : List.of(),
            f.numbers("skipping_share", 0, 0.95));
    f.check(s.skipping.getFirst() == 0, "skipping_share", "0 first: a layer may stay whole");
    f.check(
        s.stages.stream().anyMatch(stage -> stage.depths.getLast() > 0),
        "stages",
        "one stage of a block at least, or no network has any");
    // The smallest of all: what does not fit here fits nowhere.
    Architecture least = s.architecture(s.least(), 1, 2);
    least.obstacle().ifPresent(o -> f.check(false, "stages", "windows that fit: " + o));
    f.check(
        least.multiplyAdds() <= s.mostMultiplyAdds,
        "most_multiply_adds",
        "at least the %d of the smallest network, or the space is empty"
            .formatted(least.multiplyAdds()));
    return s;
  }

  /** The networks of this space of no more work. */
  public Space within(long multiplyAdds) {
    long least = architecture(least(), 1, 2).multiplyAdds();
    if (multiplyAdds < least) {
      throw new RefusedArgument(
          "%s: the smallest network takes %d multiply-adds, and %d are allowed"
              .formatted(name, least, multiplyAdds));
    }
    return new Space(
        name,
        description,
        family,
        resolutions,
        stems,
        activations,
        stages,
        Math.min(multiplyAdds, mostMultiplyAdds),
        multipliers,
        skipping);
  }

  /** The fewest and narrowest of everything, but the largest strides: what costs least. */
  private int[] least() {
    int[] genes = new int[size()];
    genes[0] = 0;
    for (int s = 0; s < stages.size(); s++) {
      genes[HEAD + s * PER_STAGE + 3] = stages.get(s).strides.size() - 1;
    }
    if (stages.stream().allMatch(stage -> stage.depths.getFirst() == 0)) {
      genes[HEAD] = stages.getFirst().depths.size() > 1 ? 1 : 0;
    }
    return genes;
  }

  /** How many layers the deepest network has, the linear one included. */
  int mostLayers() {
    int perBlock = 3;
    return 2 + stages.stream().mapToInt(s -> perBlock * s.depths.getLast()).sum();
  }

  /** Genes of the network alone, before those of its layers' arithmetic. */
  public int shapeGenes() {
    return HEAD + PER_STAGE * stages.size();
  }

  /** Number of genes. */
  public int size() {
    return shapeGenes() + PER_LAYER * mostLayers();
  }

  /**
   * For each gene the number of its choices.
   *
   * @param circuits that a layer may have, the exact one included
   */
  public List<Integer> domains(int circuits) {
    List<Integer> domains = new ArrayList<>();
    domains.add(resolutions.size());
    domains.add(stems.size());
    domains.add(activations.size());
    stages.forEach(s -> s.genes().forEach(g -> domains.add(g.size())));
    for (int l = 0; l < mostLayers(); l++) {
      domains.add(circuits);
      domains.add(skipping.size());
    }
    return domains;
  }

  /**
   * The shape that genes stand for, whether it belongs to the space or not.
   *
   * @param channels of the images
   */
  Architecture architecture(int[] genes, int channels, int classes) {
    List<Stage> present = new ArrayList<>();
    for (int s = 0; s < stages.size(); s++) {
      List<List<Integer>> choices = stages.get(s).genes();
      int[] v = new int[PER_STAGE];
      for (int i = 0; i < PER_STAGE; i++) {
        v[i] = choices.get(i).get(genes[HEAD + s * PER_STAGE + i]);
      }
      if (v[0] > 0) {
        present.add(new Stage(v[0], v[1], v[2], v[3], v[4]));
      }
    }
    return new Architecture(
        family,
        channels,
        classes,
        resolutions.get(genes[0]),
        stems.get(genes[1]),
        activations.get(genes[2]),
        present);
  }

  /** Whether a network belongs to the space. */
  boolean holds(Architecture a) {
    return !a.stages().isEmpty() && a.obstacle().isEmpty() && a.multiplyAdds() <= mostMultiplyAdds;
  }

  /** The network that genes stand for, if it belongs to the space. */
  Optional<Architecture> valid(int[] genes, int channels, int classes) {
    Architecture a = architecture(genes, channels, classes);
    return holds(a) ? Optional.of(a) : Optional.empty();
  }

  /**
   * Genes drawn until they stand for a network of the space. The coarsest circuit and the largest
   * share of a network are drawn first, and those of its layers up to them: so some networks are
   * next to exact, which hardly any would be if each layer were drawn by itself.
   */
  int[] draw(RandomGenerator random, int circuits, int channels, int classes) {
    List<Integer> domains = domains(circuits);
    for (int i = 0; i < PATIENCE; i++) {
      int[] genes = domains.stream().mapToInt(random::nextInt).toArray();
      int coarsest = 1 + random.nextInt(circuits);
      int largest = 1 + random.nextInt(skipping.size());
      for (int g = shapeGenes(); g < genes.length; g += PER_LAYER) {
        genes[g] = random.nextInt(coarsest);
        genes[g + 1] = random.nextInt(largest);
      }
      if (valid(genes, channels, classes).isPresent()) {
        return genes;
      }
    }
    throw new RefusedArgument(
        "%s: a space wants networks within %d multiply-adds, and %d draws found none"
            .formatted(name, mostMultiplyAdds, PATIENCE));
  }
}
