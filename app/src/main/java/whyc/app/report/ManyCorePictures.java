package whyc.app.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.app.report.Chart.Bar;
import whyc.app.report.Chart.Place;
import whyc.heatmap.Grid;
import whyc.heatmap.Pruning;
import whyc.heatmap.TiledMap;
import whyc.measure.RankCorrelation;
import whyc.simulate.Ablation;
import whyc.simulate.Energy;
import whyc.simulate.Layer.Phase;
import whyc.simulate.LayerAccount;
import whyc.simulate.Outcome;
import whyc.simulate.Traffic;
import whyc.tensor.Tensor;

/**
 * Pictures of a simulation on many cores: who worked when, what zeros are worth layer by layer
 * beside what they could be worth, what each technique saves, where energy goes, and how small heat
 * maps become.
 *
 * @param unit of energies
 */
record ManyCorePictures(ManyCoreOutcome outcome, Amount unit) {
  /** Images in the picture of the schedule: more cannot be told apart. */
  private static final int SHOWN = 2;

  private static final double[] THRESHOLDS = {0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5};
  private static final int TILE = 4;
  private static final int BITS = 8;

  void addTo(Page page) {
    page.section(
            "Who works when",
            "Every core is a row. Blue is inference, red explanation; darker is the next image.",
            schedule())
        .section(
            "What zeros are worth",
            "A dot for each layer; the dashed line is 1 / (1 - share of zeros), what leaving them out could give at most on average.",
            zeros())
        .section(
            "From and to the memory outside",
            "MB for an image, one technique more in every row; then who gets the cores.",
            techniques())
        .section("Energy", unit.name() + " for an image by part, modelled.", energy())
        .section(
            "How small heat maps become",
            "%d bits, tiles of %d x %d; against one byte for each number. Small numbers are dropped below a share of the largest; the rank correlation is that with the map before."
                .formatted(BITS, TILE, TILE),
            sizes());
  }

  private static String color(Phase phase, int frame) {
    boolean dark = frame % 2 == 1;
    return switch (phase) {
      case INFERENCE -> dark ? "#224466" : Chart.color(0);
      case EXPLANATION -> dark ? "#882233" : Chart.color(1);
    };
  }

  private String schedule() {
    Outcome o = outcome.both().outcome();
    int cores = o.machine().cores();
    List<Outcome.Span> spans = o.spans().stream().filter(s -> s.frame() < SHOWN).toList();
    double end = spans.stream().mapToLong(Outcome.Span::to).max().orElse(1);
    Axis cycles = Axis.upTo("cycles", "", end);
    Chart chart = new Chart(cycles, cores(cores), Math.clamp(18L * cores, 96, 480));
    for (Outcome.Span s : spans) {
      chart.box(
          new Place((double) s.from(), s.core() + 0.05),
          new Place((double) s.to(), s.core() + 0.95),
          color(s.phase(), s.frame()),
          "image %d, %s, cycles %d to %d"
              .formatted(s.frame(), task(o, s).task().name(), s.from(), s.to()));
    }
    int shown = Math.min(SHOWN, o.frames());
    for (Phase phase : Phase.values()) {
      for (int frame = 0; frame < shown; frame++) {
        String of = shown == 1 ? "" : frame == 0 ? ", first image" : ", next image";
        chart.legend(words(phase.name()) + of, color(phase, frame));
      }
    }
    return chart.html();
  }

  /** The first core at the top; a number at the middle of every row, or of some. */
  private static Axis cores(int cores) {
    int step = Math.max(1, Math.ceilDiv(cores, 8));
    return new Axis(
        "core",
        cores,
        0,
        false,
        IntStream.range(0, cores)
            .filter(c -> c % step == 0)
            .mapToObj(c -> new Axis.Tick(c + 0.5, String.valueOf(c)))
            .toList());
  }

  private static Outcome.Step task(Outcome o, Outcome.Span s) {
    return o.steps().get(s.frame() * (o.steps().size() / o.frames()) + s.task());
  }

  private String zeros() {
    List<LayerAccount> layers = outcome.both().layers();
    Axis zeros = Axis.linear("zeros of the layer's input", " %", List.of(0.0, 100.0));
    Axis faster =
        Axis.factors(
            "times as fast as with zeros",
            Math.max(4, layers.stream().mapToDouble(LayerAccount::speedup).max().orElse(1)));
    Chart chart = new Chart(zeros, faster);
    chart.bound(
        IntStream.range(0, 1000)
            .mapToObj(i -> new Place(i / 10.0, 1 / (1 - i / 1000.0)))
            .filter(p -> faster.contains(p.y()))
            .toList());
    for (LayerAccount l : layers) {
      chart.dot(
          new Place(100 * l.sparsity(), Math.max(1, l.speedup())),
          color(l.task().phase(), 0),
          String.format(
              Locale.ROOT,
              "%s: %.1f %% zeros, %.2fx of %.2fx",
              l.task().name(),
              100 * l.sparsity(),
              l.speedup(),
              l.ideal()));
    }
    for (Phase phase : Phase.values()) {
      chart.legend(words(phase.name()), color(phase, 0));
    }
    return chart.html();
  }

  private String techniques() {
    List<Bar> bars = new ArrayList<>();
    for (Ablation a :
        Stream.concat(outcome.growing().stream(), outcome.policies().stream()).toList()) {
      Outcome o = a.simulation().outcome();
      Map<String, Double> parts = new LinkedHashMap<>();
      o.traffic()
          .external()
          .forEach((Traffic.Kind k, Long bytes) ->
              parts.put(words(k.name()), bytes * 1e-6 / o.frames()));
      bars.add(bar(a.name(), parts, "MB"));
    }
    return Chart.bars(bars, "MB");
  }

  private String energy() {
    return Chart.bars(
        List.of(
            bar("prediction", parts(outcome.predictions().energy()), unit.name()),
            bar("explanation", parts(outcome.explanations().energy()), unit.name()),
            bar("both", parts(outcome.both().energy()), unit.name())),
        unit.name());
  }

  private Map<String, Double> parts(Energy e) {
    Map<String, Double> parts = new LinkedHashMap<>();
    new EnumMap<>(e.picojoules())
        .forEach((part, pj) ->
            parts.put(words(part.name()), unit.of(pj / outcome.both().outcome().frames())));
    return parts;
  }

  private static Bar bar(String name, Map<String, Double> parts, String unit) {
    double total = parts.values().stream().mapToDouble(v -> v).sum();
    return new Bar(name, parts, 0, Amount.figure(total) + " " + unit);
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private String sizes() {
    Sheet rows = new Sheet().table("map", "dropped below", "bytes", "smaller", "rank correlation");
    outcome
        .maps()
        .forEach((name, maps) -> {
          for (double threshold : THRESHOLDS) {
            size(rows, name, maps, threshold);
          }
        });
    return rows.html();
  }

  private static void size(Sheet rows, String name, List<Tensor> maps, double threshold) {
    double bytes = 0;
    double plain = 0;
    double correlation = 0;
    for (Tensor map : maps) {
      Tensor pruned = new Pruning(Pruning.Score.NUMBER, threshold).apply(map);
      bytes +=
          TiledMap.quantized(Grid.of(map.shape(), TILE), pruned.floats(), BITS).compressedBytes();
      plain += map.size();
      correlation += new RankCorrelation().of(map, pruned);
    }
    rows.row(
        name,
        String.format(Locale.ROOT, "%.0f %%", 100 * threshold),
        String.format(Locale.ROOT, "%,.0f", bytes / maps.size()),
        String.format(Locale.ROOT, "%.2fx", plain / bytes),
        String.format(Locale.ROOT, "%.4f", correlation / maps.size()));
  }
}
