package whyc.app.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import whyc.app.report.Svg.Shade;
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
 * The report of a simulation on many cores, with pictures: who worked when, what zeros are worth
 * layer by layer beside what they could be worth, what each technique saves, where energy goes, and
 * how small heat maps become.
 *
 * @param text the report in words
 */
record ManyCorePage(String title, ManyCoreOutcome outcome, String text) {
  private static final int WIDTH = 1040;
  private static final int LEFT = 300;

  /** Images in the picture of the schedule: more cannot be told apart. */
  private static final int SHOWN = 2;

  /** Colours that people with every kind of colour vision tell apart (Tol 2021, "bright"). */
  private static final String[] COLORS = {
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#222255",
    "#225555", "#663333"
  };

  private static final double[] THRESHOLDS = {0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5};
  private static final int TILE = 4;
  private static final int BITS = 8;

  String html() {
    return PlainPage.of(
        title,
        text,
        section(
                "Who works when",
                "Every core is a row. Blue is inference, red explanation; darker is the next image.",
                schedule())
            + section(
                "What zeros are worth",
                "A dot for each layer; the line is 1 / (1 - share of zeros), what leaving them out"
                    + " could give at most on average.",
                zeros())
            + section(
                "From and to the memory outside",
                "MB for an image, one technique more in every row.",
                techniques())
            + section("Energy", "mJ for an image by part, modelled.", energy())
            + section(
                "How small heat maps become",
                "%d bits, tiles of %d x %d; against one byte for each number. Small numbers are dropped below a share of the largest."
                    .formatted(BITS, TILE, TILE),
                sizes()));
  }

  private static String section(String name, String says, String picture) {
    return "<section><h2>%s</h2><p>%s</p>%s</section>%n"
        .formatted(Markup.text(name), Markup.text(says), picture);
  }

  private static String color(Phase phase, int frame) {
    boolean dark = frame % 2 == 1;
    return switch (phase) {
      case INFERENCE -> dark ? "#224466" : COLORS[0];
      case EXPLANATION -> dark ? "#882233" : COLORS[1];
    };
  }

  private String schedule() {
    Outcome o = outcome.both().outcome();
    int rows = o.machine().cores();
    List<Outcome.Span> spans = o.spans().stream().filter(s -> s.frame() < SHOWN).toList();
    long end = spans.stream().mapToLong(Outcome.Span::to).max().orElse(1);
    double high = Math.max(6, Math.min(18, 480.0 / rows));
    Svg svg = new Svg(WIDTH, (int) (rows * high) + 40, "schedule");
    double scale = (WIDTH - 80) / (double) end;
    svg.frame(60, 0, WIDTH - 80.0, rows * high);
    for (Outcome.Span s : spans) {
      svg.box(
          60 + s.from() * scale,
          s.core() * high + 0.5,
          Math.max(0.3, (s.to() - s.from()) * scale),
          high - 1,
          color(s.phase(), s.frame()),
          "image %d, %s, cycles %d to %d"
              .formatted(s.frame(), task(o, s).task().name(), s.from(), s.to()));
    }
    svg.pale(52, 12, "end", "core 0");
    svg.pale(52, rows * high, "end", String.valueOf(rows - 1));
    for (int i = 0; i <= 4; i++) {
      svg.pale(
          60 + (WIDTH - 80) * i / 4.0,
          rows * high + 18,
          i == 0 ? "start" : i == 4 ? "end" : "middle",
          String.format(Locale.ROOT, "%,d cycles", end * i / 4));
    }
    return svg.toString();
  }

  private static Outcome.Step task(Outcome o, Outcome.Span s) {
    return o.steps().get(s.frame() * (o.steps().size() / o.frames()) + s.task());
  }

  private String zeros() {
    List<LayerAccount> layers = outcome.both().layers();
    double most =
        Math.max(4, layers.stream().mapToDouble(l -> Math.max(l.speedup(), 1)).max().orElse(1));
    double octaves = Math.ceil(Math.log(most) / Math.log(2));
    int height = 420;
    double bottom = height - 50.0;
    double wide = WIDTH - 120.0;
    Svg svg = new Svg(WIDTH, height, "speed-up by zeros");
    svg.frame(80, 20, wide, bottom - 20);
    for (int k = 0; k <= octaves; k++) {
      double y = bottom - (bottom - 20) * k / octaves;
      svg.line(80, y, 80 + wide, y, "#dddddd");
      svg.pale(72, y + 4, "end", (1 << k) + "x");
    }
    for (int k = 0; k <= 10; k++) {
      svg.pale(80 + wide * k / 10, bottom + 18, "middle", 10 * k + " %");
    }
    svg.words(80 + wide / 2, bottom + 38, "middle", "zeros of the layer's input");
    StringBuilder bound = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      double s = i / 1000.0;
      double y = bottom - (bottom - 20) * Math.log(1 / (1 - s)) / Math.log(2) / octaves;
      if (y >= 20) {
        bound.append(String.format(Locale.ROOT, "%.2f,%.2f ", 80 + wide * s, y));
      }
    }
    svg.path(bound.toString(), "#888888");
    for (LayerAccount l : layers) {
      double y =
          bottom - (bottom - 20) * Math.log(Math.max(1, l.speedup())) / Math.log(2) / octaves;
      svg.dot(
          80 + wide * l.sparsity(),
          y,
          color(l.task().phase(), 0),
          String.format(
              Locale.ROOT,
              "%s: %.1f %% zeros, %.2fx of %.2fx",
              l.task().name(),
              100 * l.sparsity(),
              l.speedup(),
              l.ideal()));
    }
    svg.legend(
        100, 40, List.of(new Shade("inference", COLORS[0]), new Shade("explanation", COLORS[1])));
    return svg.toString();
  }

  /** A row of a stacked bar chart. */
  private record Bar(String name, Map<String, Double> parts) {
    double total() {
      return parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }
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
      bars.add(new Bar(a.name(), parts));
    }
    return bars(bars, "MB");
  }

  private String energy() {
    List<Bar> bars = new ArrayList<>();
    bars.add(new Bar("prediction", parts(outcome.predictions().energy())));
    bars.add(new Bar("explanation", parts(outcome.explanations().energy())));
    bars.add(new Bar("both", parts(outcome.both().energy())));
    return bars(bars, "mJ");
  }

  private Map<String, Double> parts(Energy e) {
    Map<String, Double> parts = new LinkedHashMap<>();
    new EnumMap<>(e.picojoules())
        .forEach((part, pj) ->
            parts.put(words(part.name()), pj * 1e-9 / outcome.both().outcome().frames()));
    return parts;
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String bars(List<Bar> bars, String unit) {
    double most = bars.stream().mapToDouble(Bar::total).max().orElse(1);
    Svg svg = new Svg(WIDTH, bars.size() * 28 + 60, unit);
    List<Shade> shades = new ArrayList<>();
    for (String part : bars.getFirst().parts.keySet()) {
      shades.add(new Shade(part, COLORS[shades.size() % COLORS.length]));
    }
    int half = shades.size() > 5 ? Math.ceilDiv(shades.size(), 2) : shades.size();
    svg.legend(10, 16, shades.subList(0, half));
    svg.legend(10, 36, shades.subList(half, shades.size()));
    double y = 50;
    for (Bar b : bars) {
      svg.words(LEFT - 10.0, y + 15, "end", b.name);
      double x = LEFT;
      int i = 0;
      for (Map.Entry<String, Double> part : b.parts.entrySet()) {
        double width = part.getValue() / most * (WIDTH - LEFT - 90);
        svg.box(
            x,
            y,
            width,
            20,
            COLORS[i++ % COLORS.length],
            String.format(Locale.ROOT, "%s: %.4f %s", part.getKey(), part.getValue(), unit));
        x += width;
      }
      svg.pale(x + 6, y + 15, "start", String.format(Locale.ROOT, "%.3f %s", b.total(), unit));
      y += 28;
    }
    return svg.toString();
  }

  private String sizes() {
    StringBuilder rows = new StringBuilder();
    outcome
        .maps()
        .forEach((name, maps) -> {
          for (double threshold : THRESHOLDS) {
            rows.append(size(name, maps, threshold));
          }
        });
    return "<table><tr><th>map</th><th>dropped below</th><th>bytes</th><th>smaller</th><th>rank correlation</th></tr>%s</table>"
        .formatted(rows);
  }

  private static String size(String name, List<Tensor> maps, double threshold) {
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
    return String.format(
        Locale.ROOT,
        "<tr><td>%s</td><td>%.0f %%</td><td>%,.0f</td><td>%.2fx</td><td>%.4f</td></tr>%n",
        Markup.text(name),
        100 * threshold,
        bytes / maps.size(),
        plain / bytes,
        correlation / maps.size());
  }
}
