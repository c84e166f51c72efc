package whyc.app.report;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * {@code index.html}: all images and methods side by side, for a browser without a server. Pictures
 * are those of the bundle; the heat map alone shows where the pointer rests on an overlay.
 */
public final class HtmlReport {
  /** Images that a page shows, at most: browsers hold no more with ease. */
  public static final int SHOWN = 200;

  private static final int MOST_COLUMNS = 4;

  private static final String SYNONYM = ", ";

  /** Letters of a label from which on one of its synonyms will do. */
  private static final int LONG = 30;

  /** Dimensions of an attribution that each channel has its own numbers in, [c,h,w]. */
  private static final int CHANNELS_TOO = 3;

  private final Page page;
  private final boolean severalEngines;

  private HtmlReport(Page page, boolean severalEngines) {
    this.page = page;
    this.severalEngines = severalEngines;
  }

  /**
   * The page of a bundle.
   *
   * @param images the first ones
   * @param all how many there are
   */
  public static String of(String title, Run run, List<ImageResult> images, int all) {
    HtmlReport report = new HtmlReport(new Page(title + " explained"), run.engines().size() > 1);
    report.head(title, run, images, all);
    for (int i = 0; i < images.size(); i++) {
      report.image(i, images.get(i));
    }
    report.foot(run, images);
    return report.page.end();
  }

  private void head(String title, Run run, List<ImageResult> images, int all) {
    line("<header><h1>" + Markup.text(title) + "</h1>");
    line("<div class=\"facts\">");
    fact("Images", String.format(Locale.ROOT, "%,d", all));
    String model = String.valueOf(run.model().getFileName());
    if (!model.equals(title)) {
      fact("Model", model);
    }
    fact("Output", run.output());
    fact("Input", run.input());
    fact("Preprocessing", run.prepared());
    fact("Engine", String.join(" and ", run.engines()) + ", " + run.threadCount());
    line("</div>");
    notes(run.notes());
    if (images.size() < all) {
      line(
          String.format(
              Locale.ROOT,
              "<p>The first %,d of %,d images are shown. Each of the others has a folder like theirs, with its pictures and its manifest.json.</p>",
              images.size(),
              all));
    }
    if (images.size() > 1) {
      line("<nav>");
      for (int i = 0; i < images.size(); i++) {
        line("<a href=\"#image-" + i + "\">" + Markup.text(images.get(i).folder()) + "</a>");
      }
      line("</nav>");
    }
    line("</header><main>");
  }

  private void image(int index, ImageResult image) {
    Ranked top = image.top().getFirst();
    line("<section class=\"image\" id=\"image-" + index + "\"><div>");
    line("<h2>" + Markup.text(image.folder()) + "</h2>");
    line("<p class=\"verdict\">" + verdict(top.label()) + "</p>");
    line("<p class=\"score\">" + Markup.text(score(top)) + "</p>");
    line("<ol class=\"top\">");
    image.top().forEach(this::bar);
    line("</ol>");
    line("<dl>");
    row("Prediction", milliseconds(image.timing().inference()));
    row("With maps", milliseconds(image.explained()));
    row("File", image.file().getFileName() + ", " + image.format());
    line("</dl>");
    notes(image.notes());
    line("<p><a href=\"" + link(image.folder(), "manifest.json") + "\">manifest.json</a></p>");
    line("</div><div class=\"methods columns-%d\">".formatted(columns(image.methods().size())));
    image.methods().forEach(m -> method(image, m, top));
    line("</div></section>");
  }

  /** As few as fill their rows best; four at most, so that pictures can be seen. */
  private static int columns(int methods) {
    if (methods <= MOST_COLUMNS) {
      return methods;
    }
    int three = Math.floorMod(-methods, 3);
    return three < Math.floorMod(-methods, MOST_COLUMNS) ? 3 : MOST_COLUMNS;
  }

  /** A long list of synonyms in large letters would push the rest away. */
  private static String verdict(String label) {
    String first = first(label);
    return first.equals(label)
        ? Markup.text(label)
        : Markup.text(first)
            + "<small>"
            + Markup.text(label.substring(first.length() + SYNONYM.length()))
            + "</small>";
  }

  /** The first of many synonyms, else all of a label. */
  private static String first(String label) {
    return label.length() > LONG && label.contains(SYNONYM)
        ? label.substring(0, label.indexOf(SYNONYM))
        : label;
  }

  private void bar(Ranked r) {
    String share =
        r.probability().isPresent()
            ? String.format(Locale.ROOT, "%.1f\u2009%%", 100 * r.probability().getAsDouble())
            : String.format(Locale.ROOT, "%.3f", r.logit());
    double width = 100 * Math.clamp(r.probability().orElse(0), 0.0, 1.0);
    line(
        "<li title=\"%s: class %d, logit %s\"><div class=\"row\"><span>%s</span><span>%s</span></div>"
                .formatted(
                    Markup.text(r.label()),
                    r.index(),
                    number(r.logit()),
                    Markup.text(r.label()),
                    share)
            + String.format(
                Locale.ROOT,
                "<div class=\"track\"><i style=\"width:%.2f%%\"></i></div></li>",
                width));
  }

  private void method(ImageResult image, MethodResult m, Ranked top) {
    String name = Markup.text(m.method());
    String overlay = link(image.folder(), m.folder(), "overlay.png");
    String heatmap = link(image.folder(), m.folder(), "heatmap.png");
    String alternative =
        Markup.text("%s for %s on %s".formatted(m.method(), m.answer().label(), image.folder()));
    line("<figure><a class=\"pictures\" href=\"" + overlay + "\">");
    line("<img loading=\"lazy\" src=\"" + overlay + "\" alt=\"" + alternative + "\">");
    line("<img loading=\"lazy\" src=\"" + heatmap + "\" alt=\"\"></a>");
    line("<figcaption><h3>" + name + "<small>" + time(m) + "</small></h3><dl>");
    line(
        "<dt>Class</dt><dd title=\"%s\">%s%s</dd>"
            .formatted(
                Markup.text(m.answer().label()),
                Markup.text(first(m.answer().label())),
                m.answer().index() == top.index() ? "" : " (not the top class)"));
    row("Score", score(m.answer()));
    m.layer()
        .ifPresent(l ->
            line(
                "<dt>Layer</dt><dd title=\""
                    + Markup.text(l.reason())
                    + "\">"
                    + Markup.text(l.name())
                    + "</dd>"));
    line(
        "<dt><a href=\"%s\">attribution.npy</a></dt><dd>%s</dd>"
            .formatted(link(image.folder(), m.folder(), "attribution.npy"), numbers(m)));
    if (!m.profile().equals("whyc")) {
      row("Profile", m.profile());
    }
    m.seed().ifPresent(s -> row("Seed", String.valueOf(s)));
    m.pruned().ifPresent(p -> row("Pruned", p.summary()));
    if (severalEngines) {
      row("Engine", m.engine());
    }
    if (!m.checks().isEmpty()) {
      row("Check", checks(m));
    }
    line("</dl>");
    m.warnings().forEach(w -> line("<div class=\"warning\">" + Markup.text(w) + "</div>"));
    line("<a href=\"%s\">heat map alone</a>".formatted(heatmap));
    line("</figcaption></figure>");
  }

  /** What the file holds; the caption of the picture says what was drawn of it. */
  private static String numbers(MethodResult m) {
    return "%s numbers from %s to %s%s"
        .formatted(
            String.join(" \u00d7 ", m.shape().stream().map(String::valueOf).toList()),
            number(m.minimum()),
            number(m.maximum()),
            m.shape().size() == CHANNELS_TOO ? "; the picture shows the sum of channels" : "");
  }

  private static String checks(MethodResult m) {
    return m.checks().entrySet().stream()
        .map(e ->
            e.getKey().replace('_', ' ')
                + " "
                + (e.getValue() instanceof Double d ? number(d) : e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String time(MethodResult m) {
    String time =
        m.milliseconds() > 0 ? "+" + milliseconds(m.milliseconds()) : "too short to measure";
    return m.measuredWith().size() > 1
        ? time + " for " + m.measuredWith().size() + " methods"
        : time;
  }

  private void foot(Run run, List<ImageResult> images) {
    line("</main><footer><p>Written by whyc " + Markup.text(run.whyc()) + ".");
    line("Model SHA-256 <code>" + Markup.text(run.modelSha256()) + "</code>.");
    if (!images.isEmpty()) {
      line("Times: " + Markup.text(images.getFirst().timing().how()) + ".");
    }
    line("Rest the pointer on a picture to see the heat map alone.</p></footer>");
  }

  private void fact(String name, String value) {
    line("<span>" + Markup.text(name) + " <b>" + Markup.text(value) + "</b></span>");
  }

  private void row(String name, String value) {
    line("<dt>" + Markup.text(name) + "</dt><dd>" + Markup.text(value) + "</dd>");
  }

  private void notes(List<String> notes) {
    if (!notes.isEmpty()) {
      line("<ul class=\"notes\">");
      notes.forEach(n -> line("<li>" + Markup.text(n) + "</li>"));
      line("</ul>");
    }
  }

  private void line(String html) {
    page.line(html);
  }

  private static String score(Ranked r) {
    String logit = "logit " + number(r.logit());
    return r.probability().isEmpty()
        ? logit
        : String.format(
            Locale.ROOT, "%.2f\u2009%% (%s)", 100 * r.probability().getAsDouble(), logit);
  }

  private static String milliseconds(double ms) {
    return String.format(Locale.ROOT, ms < 10 ? "%.2f ms" : "%.1f ms", ms);
  }

  /** Four significant digits. */
  private static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.4g", value).replace('-', '\u2212');
  }

  /** A path below the page. */
  static String link(String... parts) {
    try {
      String path = new URI(null, null, "./" + String.join("/", parts), null).toASCIIString();
      return Markup.text(path.replace("?", "%3F"));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "a path wants to be sayable in a page, got " + List.of(parts), e);
    }
  }
}
