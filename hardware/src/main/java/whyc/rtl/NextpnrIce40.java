package whyc.rtl;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Places and routes what Yosys made for an iCE40 UltraPlus 5K. */
public record NextpnrIce40(Path program) {
  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final Pattern CLOCK =
      Pattern.compile("Max frequency for clock +'[^']*': ([0-9.]+) MHz");
  private static final Pattern USED =
      Pattern.compile("([A-Z0-9_]+): *([0-9]+)/ *([0-9]+) +[0-9]+%");

  private static final String ERROR = "ERROR: ";

  /** A share from which on a place is hard to find. */
  private static final double NEARLY = 0.9;

  public static Optional<NextpnrIce40> find() {
    return Tool.NEXTPNR_ICE40.find().map(NextpnrIce40::new);
  }

  /**
   * A design that found its place.
   *
   * @param bits what {@link Icepack} reads
   * @param clockMegahertz the most that the slowest clock can do; absent where there is none
   * @param used by kind of cell ({@code ICESTORM_LC}), how many of how many
   */
  public record Placed(
      Path bits, Optional<Double> clockMegahertz, SequencedMap<String, Share> used) {
    public Placed {
      used = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(used));
    }
  }

  /** So many of all that there are. */
  public record Share(int used, int available) {}

  /**
   * Places and routes.
   *
   * @param netlist of Yosys, in JSON
   * @param bits a file that is written
   * @param megahertz what is aimed at
   * @param options of the command line, such as {@code --pcf pins.pcf} as two words
   * @throws ToolException if it does not fit, with what it takes and what there is
   */
  public Placed place(Path netlist, Path bits, double megahertz, List<String> options) {
    List<String> words =
        new ArrayList<>(List.of(program.toString(), "--up5k", "--package", "sg48"));
    words.addAll(List.of("--json", netlist.toAbsolutePath().toString()));
    words.addAll(List.of("--asc", bits.toAbsolutePath().toString()));
    words.addAll(List.of("--freq", String.valueOf(megahertz), "--timing-allow-fail"));
    words.addAll(options);
    Command.End end = new Command(words, Path.of("").toAbsolutePath(), LIMIT).end();
    SequencedMap<String, Share> used = used(end.text());
    if (end.status() != 0) {
      throw unplaced(end.text(), used);
    }
    return new Placed(bits, clock(end.text()), used);
  }

  /** What there is too little of; else the tool's own reason, beside what is taken most of. */
  private static ToolException unplaced(String said, SequencedMap<String, Share> used) {
    List<String> over = shares(used, s -> s.used() > s.available());
    if (!over.isEmpty()) {
      return new ToolException(
          "nextpnr-ice40: a design wants to fit an iCE40 UP5K, and this one takes "
              + String.join(", ", over));
    }
    List<String> nearly = shares(used, s -> s.used() >= NEARLY * s.available());
    String taken = nearly.isEmpty() ? "" : ", where it takes " + String.join(", ", nearly);
    String reason =
        said.lines().filter(l -> l.startsWith(ERROR)).findFirst().orElse(ERROR + "no reason given");
    return new ToolException(
        "nextpnr-ice40 found no place on an iCE40 UP5K%s: %s"
            .formatted(taken, reason.substring(ERROR.length())));
  }

  private static List<String> shares(SequencedMap<String, Share> used, Predicate<Share> which) {
    return used.entrySet().stream()
        .filter(e -> which.test(e.getValue()))
        .map(e ->
            "%,d of %,d %s"
                .formatted(e.getValue().used(), e.getValue().available(), kind(e.getKey())))
        .toList();
  }

  private static String kind(String cell) {
    return switch (cell) {
      case "ICESTORM_LC" -> "logic cells (ICESTORM_LC)";
      case "ICESTORM_RAM" -> "block memories (ICESTORM_RAM)";
      case "ICESTORM_SPRAM" -> "large memories (ICESTORM_SPRAM)";
      case "ICESTORM_DSP" -> "multipliers (ICESTORM_DSP)";
      case "SB_IO" -> "pins (SB_IO)";
      default -> cell;
    };
  }

  /** Frequencies are said after placing, and again after routing: the last ones count. */
  private static Optional<Double> clock(String said) {
    SequencedMap<String, Double> clocks = new LinkedHashMap<>();
    Matcher m = CLOCK.matcher(said);
    while (m.find()) {
      String name = m.group().replaceFirst(": [0-9.]+ MHz$", "");
      clocks.put(name, Double.valueOf(m.group(1)));
    }
    return clocks.values().stream().min(Double::compare);
  }

  private static SequencedMap<String, Share> used(String said) {
    SequencedMap<String, Share> used = new LinkedHashMap<>();
    Matcher m = USED.matcher(said);
    while (m.find()) {
      used.put(m.group(1), new Share(Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3))));
    }
    return used;
  }
}
