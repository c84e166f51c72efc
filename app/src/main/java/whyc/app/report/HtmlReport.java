package whyc.app.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * {@code index.html}: all images and methods side by side, for a browser without a server. Pictures
 * are those of the bundle; the heat map alone shows where the pointer rests on an overlay.
 */
public final class HtmlReport {
  private static final String GENERATOR = "<meta name=\"generator\" content=\"whyc";

  /** Images that a page shows, at most: browsers hold no more with ease. */
  public static final int SHOWN = 200;

  private final StringBuilder page = new StringBuilder();
  private final boolean severalEngines;

  private HtmlReport(boolean severalEngines) {
    this.severalEngines = severalEngines;
  }

  /**
   * The page of a bundle.
   *
   * @param images the first ones
   * @param all how many there are
   */
  public static String of(String title, Run run, List<ImageResult> images, int all) {
    HtmlReport report = new HtmlReport(run.engines().size() > 1);
    report.head(title, run, images, all);
    for (int i = 0; i < images.size(); i++) {
      report.image(i, images.get(i));
    }
    report.foot(run, images);
    return report.page.toString();
  }

  private void head(String title, Run run, List<ImageResult> images, int all) {
    line("<!doctype html>");
    line("<html lang=\"en\"><head><meta charset=\"utf-8\">");
    line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    line(GENERATOR + " " + Markup.text(run.whyc()) + "\">");
    line("<title>" + Markup.text(title) + " explained</title>");
    line("<style>" + style() + "</style></head><body>");
    line("<header><h1>" + Markup.text(title) + "</h1>");
    line("<div class=\"facts\">");
    fact("Images", String.format(Locale.ROOT, "%,d", all));
    fact("Model", String.valueOf(run.model().getFileName()));
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
    line("<p class=\"verdict\">" + Markup.text(top.label()) + "</p>");
    line("<p class=\"score\">" + Markup.text(score(top)) + "</p>");
    line("<ol class=\"top\">");
    image.top().forEach(this::bar);
    line("</ol>");
    line("<dl>");
    row("Inference", milliseconds(image.timing().inference()));
    row("Explained", milliseconds(image.explained()));
    row("File", image.file().getFileName() + ", " + image.format());
    line("</dl>");
    notes(image.notes());
    line("<p><a href=\"" + link(image.folder(), "manifest.json") + "\">manifest.json</a></p>");
    line("</div><div class=\"methods\">");
    image.methods().forEach(m -> method(image, m, top));
    line("</div></section>");
  }

  private void bar(Ranked r) {
    String share =
        r.probability().isPresent()
            ? String.format(Locale.ROOT, "%.1f\u2009%%", 100 * r.probability().getAsDouble())
            : String.format(Locale.ROOT, "%.3f", r.logit());
    double width = 100 * Math.clamp(r.probability().orElse(0), 0.0, 1.0);
    line(
        "<li title=\"class %d, logit %s\"><div class=\"row\"><span>%s</span><span>%s</span></div>"
                .formatted(r.index(), number(r.logit()), Markup.text(r.label()), share)
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
    row(
        "Class",
        m.answer().label() + (m.answer().index() == top.index() ? "" : " (not the top class)"));
    row("Score", score(m.answer()));
    m.layer()
        .ifPresent(l ->
            line(
                "<dt>Layer</dt><dd title=\""
                    + Markup.text(l.reason())
                    + "\">"
                    + Markup.text(l.name())
                    + "</dd>"));
    row("Raw range", number(m.minimum()) + " to " + number(m.maximum()));
    row("Raw shape", String.join(" \u00d7 ", m.shape().stream().map(String::valueOf).toList()));
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
    line(
        "<a href=\"%s\">attribution.npy</a> \u00b7 <a href=\"%s\">heat map</a>"
            .formatted(link(image.folder(), m.folder(), "attribution.npy"), heatmap));
    line("</figcaption></figure>");
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
    String time = "+" + milliseconds(Math.max(0, m.milliseconds()));
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
    line("Rest the pointer on a picture to see the heat map alone.</p></footer></body></html>");
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
    page.append(html).append('\n');
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
    return String.format(Locale.ROOT, "%.4g", value).replace('-', '\u2212');
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

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("page.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
