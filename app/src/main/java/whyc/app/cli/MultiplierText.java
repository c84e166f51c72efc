package whyc.app.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Cost;
import whyc.multiplier.DataSheet;
import whyc.multiplier.Design;
import whyc.multiplier.Figures;
import whyc.multiplier.GateModel;
import whyc.multiplier.Multiplier;
import whyc.multiplier.Published;

/** Multipliers as text for people. */
record MultiplierText(Catalogue catalogue, Console console) {
  private static final String ROW = "%-18s %-12s %9s %9s %7s %8s %9s %4s %5s %-7s %8s %7s %6s  %s";

  void list(List<DataSheet> sheets, List<Published> figuresOnly) {
    console.result(
        ROW.formatted(
                "name",
                "identity",
                "MAE %",
                "WCE %",
                "EP %",
                "MRE %",
                "bias",
                "zero",
                "rank",
                "route",
                "mW",
                "um2",
                "ns",
                "also called")
            .stripTrailing());
    sheets.forEach(s -> console.result(row(s)));
    if (!figuresOnly.isEmpty()) {
      console.result("");
      console.result("published figures only, no function:");
      figuresOnly.forEach(p -> console.result(row(p)));
    }
    console.result("");
    console.result(
        "MAE, WCE: of 2^(2w); MRE: of products that are not 0; zero: whether 0 times anything is 0");
    console.result("rank: of the table, + where it is larger; route: how sums of it are emulated");
    console.result("~ " + modelled());
  }

  private String modelled() {
    GateModel model = catalogue.gates();
    return "modelled, not published: gates counted. On the 13 published signed circuits, mean and"
        + " largest error: power %s, area %s, delay %s; rougher for circuits that are no arrays and other widths"
            .formatted(
                error(model.powerError()), error(model.areaError()), error(model.delayError()));
  }

  private static String error(GateModel.Misfit e) {
    return "%s and %s %%".formatted(number(100 * e.mean(), 2), number(100 * e.worst(), 2));
  }

  private String row(DataSheet s) {
    Figures f = s.figures();
    Optional<Cost> cost = s.cost();
    return ROW.formatted(
            s.name(),
            Multiplier.shortened(s.identity()),
            number(f.meanAbsolutePercent(), 3),
            number(f.worstCasePercent(), 3),
            number(100 * f.errorProbability(), 4),
            number(100 * f.meanRelative(), 4),
            number(f.bias(), 4),
            f.preservesZero() ? "yes" : "no",
            rank(s),
            s.routeText(),
            cost.map(c -> mark(c) + number(c.powerMilliwatts(), 3)).orElse(""),
            cost.map(c -> number(c.areaSquareMicrometres(), 4)).orElse(""),
            cost.map(c -> number(c.delayNanoseconds(), 3)).orElse(""),
            Stream.concat(s.published().stream().map(Published::name), s.sameDesigns().stream())
                .collect(Collectors.joining(", ")))
        .stripTrailing();
  }

  private static String row(Published p) {
    Cost c = p.cost();
    return ROW.formatted(
            p.name(),
            "",
            published(p, "mae_percent"),
            number(100 * p.figures().getOrDefault("wce", Double.NaN) / p.form().pairs(), 3),
            "",
            published(p, "mre_percent"),
            "",
            "",
            "",
            "",
            number(c.powerMilliwatts(), 3),
            number(c.areaSquareMicrometres(), 4),
            number(c.delayNanoseconds(), 3),
            p.note().orElse(""))
        .stripTrailing();
  }

  private static String published(Published p, String key) {
    return number(p.figures().getOrDefault(key, Double.NaN), 4);
  }

  private static String rank(DataSheet s) {
    return s.rank().isPresent()
        ? String.valueOf(s.rank().getAsInt())
        : Catalogue.mostRank(s.form()) + "+";
  }

  private static String mark(Cost c) {
    return c.basis() == Cost.Basis.MODELLED ? "~" : "";
  }

  void details(List<DataSheet> sheets, List<Published> figuresOnly) {
    List<String> blocks = new ArrayList<>();
    sheets.forEach(s -> blocks.add(String.join("\n", details(s))));
    figuresOnly.forEach(p -> blocks.add(String.join("\n", details(p))));
    console.result(String.join("\n\n", blocks));
  }

  private List<String> details(DataSheet s) {
    List<String> lines = new ArrayList<>();
    lines.add(s.name());
    line(lines, "operands", s.form().describe());
    s.design().ifPresent(d -> design(lines, d));
    s.published().stream()
        .flatMap(p -> p.closedForm().stream())
        .forEach(form -> line(lines, "closed form", form));
    line(lines, "also called", aliases(s));
    line(lines, "identity", s.identity());
    figures(lines, s.figures());
    line(lines, "rank", rank(s) + " of " + s.form().codes());
    line(lines, "emulated by", emulation(s));
    s.cost().ifPresent(c -> cost(lines, c));
    catalogue.pitfalls(s).forEach(p -> line(lines, "beware", p));
    return lines;
  }

  private static void design(List<String> lines, Design d) {
    line(lines, "signs", d.form().signed() ? d.signs() : "");
    line(lines, "computes", d.family().formula());
    for (int i = 0; i < d.circuit().parameters().size(); i++) {
      line(
          lines,
          "with",
          "%s = %d (%s)"
              .formatted(
                  d.family().parameters().get(i).symbol(),
                  d.circuit().parameters().get(i),
                  d.family().parameters().get(i).means()));
    }
    line(lines, "reference", d.family().reference());
  }

  private static String aliases(DataSheet s) {
    Stream<String> published =
        s.published().stream()
            .flatMap(p -> Stream.concat(Stream.of(p.alias()), p.formerAlias().stream()));
    return Stream.concat(published, s.sameDesigns().stream()).collect(Collectors.joining("; "));
  }

  private static void figures(List<String> lines, Figures f) {
    String of = " %% of 2^%d)".formatted(2 * f.form().bits());
    line(
        lines, "MAE", number(f.meanAbsolute(), 6) + " (" + number(f.meanAbsolutePercent(), 4) + of);
    line(lines, "WCE", f.worstCase() + " (" + number(f.worstCasePercent(), 4) + of);
    line(lines, "EP", number(100 * f.errorProbability(), 6) + " %");
    line(lines, "MRE", number(100 * f.meanRelative(), 6) + " % of products that are not 0");
    line(lines, "bias", number(f.bias(), 6));
    line(lines, "variance", number(f.variance(), 6));
    line(
        lines,
        "zero",
        f.preservesZero() ? "0 times anything is 0" : "0 times something is up to " + f.atZero());
    line(
        lines,
        "order",
        f.commutative()
            ? "commutative"
            : "not commutative; as a product in a graph, b is the weight");
  }

  private static String emulation(DataSheet s) {
    return s.routeText().isEmpty() ? "nothing: engines take operands of 8 bits" : s.routeText();
  }

  private void cost(List<String> lines, Cost c) {
    line(lines, "power", number(c.powerMilliwatts(), 4) + " mW, " + c.basis().text());
    line(lines, "area", number(c.areaSquareMicrometres(), 4) + " um2, " + c.basis().text());
    line(lines, "delay", number(c.delayNanoseconds(), 3) + " ns, " + c.basis().text());
    line(lines, "source", c.source());
    line(lines, "", c.basis() == Cost.Basis.MODELLED ? modelled() : "");
  }

  private static List<String> details(Published p) {
    List<String> lines = new ArrayList<>();
    lines.add(p.alias());
    line(lines, "operands", p.form().describe());
    line(lines, "function", "not known here: figures only");
    p.figures().forEach((key, value) -> line(lines, key, number(value, 6)));
    line(lines, "power", number(p.cost().powerMilliwatts(), 4) + " mW, published");
    line(lines, "area", number(p.cost().areaSquareMicrometres(), 4) + " um2, published");
    line(lines, "delay", number(p.cost().delayNanoseconds(), 3) + " ns, published");
    line(lines, "source", p.cost().source());
    p.note().ifPresent(note -> line(lines, "beware", note));
    return lines;
  }

  private static void line(List<String> lines, String label, String text) {
    if (!text.isEmpty()) {
      lines.add("  %-12s %s".formatted(label, text));
    }
  }

  /** A number with so many digits that count, without exponents and trailing zeros. */
  static String number(double value, int digits) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : "-";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    BigDecimal plain = rounded.stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0).toPlainString() : plain.toPlainString();
  }
}
