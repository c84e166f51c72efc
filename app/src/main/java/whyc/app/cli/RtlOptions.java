package whyc.app.cli;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Design;
import whyc.multiplier.OperandForm;
import whyc.multiplier.Published;
import whyc.multiplier.TableFile;
import whyc.pass.quantize.Width;
import whyc.rtl.ArrayProduct;
import whyc.rtl.CoreShape;
import whyc.rtl.CoreUnits;
import whyc.rtl.Family;
import whyc.rtl.Weights;

/** The size of a core, and what is done with it beyond writing it. */
final class RtlOptions {
  @Option(
      names = "--lanes",
      paramLabel = "N",
      description =
          "with --target rtl: N x N products a cycle, a power of two (default: ${DEFAULT-VALUE})")
  private int lanes = 8;

  @Option(
      names = "--places",
      paramLabel = "N",
      description =
          "with --target rtl: positions that are summed at once, at least a row of the largest image (default: ${DEFAULT-VALUE})")
  private int places = 64;

  @Option(
      names = "--multiplier",
      paramLabel = "NAME|FILE",
      description =
          "with --target rtl and int8: the array's circuit, by its name in \"whyc multipliers\" or by its table, .bin or .csv, of signed bytes; with ~ behind it the first operand is the weight; default exact")
  private Optional<String> multiplier = Optional.empty();

  @Option(
      names = "--scale-maps",
      description =
          "with --target rtl: a bit, scaled, makes the largest code of Grad-CAM's map 32,767 and puts what it was beside it")
  private boolean scalesMaps;

  @Option(
      names = "--vectors",
      paramLabel = "N",
      description =
          "with --target rtl: of the images to calibrate with, how many the test bench runs (default: ${DEFAULT-VALUE})")
  private int vectors = 2;

  @Option(
      names = "--simulate",
      description =
          "with --target rtl: runs the test bench in Verilator before anything is written")
  private boolean simulates;

  @Option(
      names = "--synthesize",
      split = ",",
      paramLabel = "FAMILY",
      description =
          "with --target rtl: ecp5, ice40 or xilinx; counts what the core takes of it, by Yosys")
  private List<String> families = List.of();

  @Option(
      names = "--board",
      paramLabel = "BOARD",
      description =
          "with --target rtl: up5k; memories of one port and a top with SPI for an iCE40 UltraPlus 5K, placed, routed and packed by nextpnr-ice40")
  private @Nullable String board;

  @Option(
      names = "--weights",
      paramLabel = "WHERE",
      description =
          "with --target rtl: held, in memories that begin with them, or external, read through a port while the core works (default: ${DEFAULT-VALUE})")
  private String weights = "held";

  @Option(
      names = "--weight-port",
      paramLabel = "BITS",
      description =
          "with --weights external: that come in a cycle, a power of two (default: ${DEFAULT-VALUE})")
  private int portBits = 32;

  @Option(
      names = "--weight-latency",
      paramLabel = "CYCLES",
      description =
          "with --weights external: from a read to its first bits (default: ${DEFAULT-VALUE})")
  private int latencyCycles = 20;

  private enum Where {
    HELD,
    EXTERNAL
  }

  private Where where() {
    return ModelOptions.oneOf(Where.class, "--weights", weights);
  }

  /** Those of these options that a command line names. */
  static List<String> named(ParseResult line) {
    return line.matchedOptions().stream()
        .filter(RtlOptions::isOurs)
        .map(OptionSpec::longestName)
        .toList();
  }

  private static boolean isOurs(OptionSpec o) {
    return o.userObject() instanceof Field f && f.getDeclaringClass() == RtlOptions.class;
  }

  /** Refuses what cannot be meant before anything is done. */
  void check(ParseResult line) {
    power("--lanes", lanes, CoreShape.LEAST_LANES, CoreShape.MOST_LANES);
    power("--places", places, CoreShape.LEAST_PLACES, CoreShape.MOST_PLACES);
    power("--weight-port", portBits, Byte.SIZE, Weights.Streamed.MOST_BITS);
    if (latencyCycles < 1 || latencyCycles > Weights.Streamed.MOST_CYCLES) {
      throw Refusal.usage(
          "--weight-latency wants 1 to %d cycles, got %d"
              .formatted(Weights.Streamed.MOST_CYCLES, latencyCycles));
    }
    vectors();
    families();
    board();
    checkPort(line);
    multiplier.map(RtlOptions::plain).filter(name -> !isTable(name)).ifPresent(RtlOptions::design);
  }

  private static void power(String option, int value, int least, int most) {
    if (value < least || value > most || Integer.bitCount(value) != 1) {
      throw Refusal.usage(
          "%s wants a power of two from %d to %d, got %d".formatted(option, least, most, value));
    }
  }

  private static String plain(String multiplier) {
    return multiplier.endsWith("~") ? multiplier.substring(0, multiplier.length() - 1) : multiplier;
  }

  private static boolean isTable(String multiplier) {
    return multiplier.matches("(?i).*\\.(bin|csv)");
  }

  /** Refuses options of a port for weights where there is none. */
  private void checkPort(ParseResult line) {
    Optional<String> port = named(line).stream().filter(n -> n.startsWith("--weight-")).findFirst();
    if (where() != Where.EXTERNAL && port.isPresent()) {
      throw Refusal.usage(
          "%s must go with --weights external, got --weights %s"
              .formatted(port.get(), where().name().toLowerCase(Locale.ROOT)));
    }
  }

  boolean simulates() {
    return simulates;
  }

  int vectors() {
    if (vectors < 1) {
      throw Refusal.usage("--vectors wants at least 1, got " + vectors);
    }
    return vectors;
  }

  /** Whether the number of vectors is the user's, and not the usual one. */
  boolean asksForVectors(ParseResult line) {
    return named(line).contains("--vectors");
  }

  List<Family> families() {
    List<Family> all = new ArrayList<>();
    families.forEach(f -> all.add(ModelOptions.oneOf(Family.class, "--synthesize", f)));
    return all;
  }

  Optional<RtlBoard.Board> board() {
    return Optional.ofNullable(board)
        .map(b -> ModelOptions.oneOf(RtlBoard.Board.class, "--board", b));
  }

  CoreUnits units(Width width, Optional<DesignFile> design) throws IOException {
    if (design.isPresent() && multiplier.isPresent()) {
      throw Refusal.usage("--design brings its multiplier and goes without --multiplier");
    }
    ArrayProduct array = design.isPresent() ? design.get().array() : array(width);
    return new CoreUnits(array, scalesMaps);
  }

  /** By what the array multiplies. */
  private ArrayProduct array(Width width) throws IOException {
    if (multiplier.isEmpty()) {
      return ArrayProduct.exact();
    }
    String name = multiplier.orElseThrow();
    if (width != Width.INT8) {
      throw Refusal.usage(
          "--multiplier %s multiplies signed bytes and wants --quantize int8".formatted(name));
    }
    boolean isSwapped = name.endsWith("~");
    String plain = plain(name);
    return isTable(plain)
        ? table(Path.of(plain), isSwapped)
        : ArrayProduct.of(design(plain), isSwapped);
  }

  private static ArrayProduct table(Path file, boolean isSwapped) throws IOException {
    String called =
        String.valueOf(file.getFileName()).replaceFirst("\\.\\w+$", "").replaceAll("\\W", "-");
    return ArrayProduct.ofTable(
        called, TableFile.read(file, OperandForm.signed(Byte.SIZE)), isSwapped);
  }

  private static Design design(String name) {
    return switch (Refusal.option("--multiplier", () -> Catalogue.known().named(name))) {
      case Catalogue.Named.Known(Design d) -> d;
      case Catalogue.Named.FiguresOnly(Published p) ->
          throw Refusal.usage(
              "--multiplier %s: an array wants a circuit, and only figures of this one are known"
                  .formatted(p.alias()));
    };
  }

  CoreShape shape(Width width) {
    int bits = width == Width.INT8 ? Byte.SIZE : Short.SIZE;
    CoreShape shape = new CoreShape(lanes, bits, bits, places);
    if (where() == Where.EXTERNAL) {
      if (board().isPresent()) {
        throw Refusal.usage("--board loads weights over SPI and goes without --weights external");
      }
      return shape.with(new Weights.Streamed(portBits, latencyCycles));
    }
    return board().isPresent() ? shape.small() : shape;
  }
}
