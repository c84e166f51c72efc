package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import whyc.app.report.Manifest;
import whyc.rtl.Icepack;
import whyc.rtl.NextpnrIce40;
import whyc.rtl.RtlDesign;
import whyc.rtl.Tool;
import whyc.rtl.Up5k;
import whyc.rtl.Yosys;

/** A core placed and routed for a board: what it takes, and how fast it is there. */
record RtlBoard(RtlDesign design, Up5k.Fit fit) {
  static final String BITSTREAM = "whyc_up5k.bin";

  /** Boards that a core can be placed for. */
  enum Board {
    UP5K
  }

  /** Places a core and leaves the bitstream in a folder. */
  static RtlBoard place(RtlDesign design, Path folder) throws IOException {
    return new RtlBoard(
        design,
        Up5k.fit(
            design,
            found(Yosys.find(), Tool.YOSYS),
            found(NextpnrIce40.find(), Tool.NEXTPNR_ICE40),
            found(Icepack.find(), Tool.ICEPACK),
            folder.resolve(BITSTREAM)));
  }

  private static <T> T found(Optional<T> tool, Tool missing) {
    return tool.orElseThrow(() -> new Refusal("--board: " + missing.missing()));
  }

  private double megahertz() {
    return fit.placed().clockMegahertz().orElseThrow();
  }

  /** Runs in a second, each of the prediction and what else is asked for. */
  private double rate(List<String> asked) {
    return megahertz() * 1e6 / design.cycles(asked);
  }

  private List<String> explained() {
    return design.methods().subList(1, design.methods().size());
  }

  Map<String, Object> tree() {
    Map<String, Object> used = new LinkedHashMap<>();
    fit.placed().used().forEach((kind, s) -> used.put(kind, s.used() + "/" + s.available()));
    Map<String, Object> rates = new LinkedHashMap<>();
    rates.put("prediction", rate(List.of()));
    explained().forEach(m -> rates.put(m, rate(List.of(m))));
    return Manifest.tree(
        "bitstream", BITSTREAM,
        "megahertz", megahertz(),
        "used", used,
        "runs_per_second", rates);
  }

  List<String> lines() {
    String used =
        fit.placed().used().entrySet().stream()
            .filter(e -> e.getValue().used() > 0)
            .map(e ->
                "%s %,d of %,d"
                    .formatted(e.getKey(), e.getValue().used(), e.getValue().available()))
            .collect(Collectors.joining(", "));
    String rates =
        explained().stream()
            .map(m -> String.format(Locale.ROOT, ", %.2f with %s", rate(List.of(m)), m))
            .collect(Collectors.joining());
    return List.of(
        "up5k: " + used,
        String.format(
            Locale.ROOT,
            "up5k: %.2f MHz, %.2f images a second by prediction alone%s; bitstream %s",
            megahertz(),
            rate(List.of()),
            rates,
            BITSTREAM));
  }
}
