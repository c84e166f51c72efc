package whyc.app.report;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An arena as a picture: steps go to the right, offsets upwards, one panel for each memory, one
 * rectangle for each value. Where the pointer rests, a browser says what it is.
 */
public final class ArenaSvg {
  private static final int WIDTH = 1080;
  private static final int LEFT = 96;
  private static final int RIGHT = 24;
  private static final int TOP = 84;
  private static final int GAP = 44;

  /** Heights of the panel of the largest memory and of the others. */
  private static final int TALL = 440;

  private static final int SHORT = 110;

  private static final int X_TICKS = 12;

  private final Arena arena;
  private final Formatter svg = new Formatter(Locale.ROOT);

  private ArenaSvg(Arena arena) {
    this.arena = arena;
  }

  /**
   * The file's text.
   *
   * @param title what runs, and what it takes
   */
  public static String of(Arena arena, String title) {
    return new ArenaSvg(arena).draw(title);
  }

  private String draw(String title) {
    long largest = arena.extents().values().stream().mapToLong(Long::longValue).max().orElse(1);
    int height = TOP;
    for (long extent : arena.extents().values()) {
      height += height(extent, largest) + GAP;
    }
    svg.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\">\n",
        WIDTH, height, WIDTH, height);
    svg.format("<title>%s</title>\n", Markup.text(title));
    svg.format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", WIDTH, height);
    svg.format(
        "<text x=\"%d\" y=\"30\" font-size=\"17\" fill=\"#1a1a1a\">%s</text>\n",
        LEFT, Markup.text(title));
    legend();
    int top = TOP;
    for (Map.Entry<String, Long> e : arena.extents().entrySet()) {
      int tall = height(e.getValue(), largest);
      panel(e.getKey(), e.getValue(), top, tall);
      top += tall + GAP;
    }
    svg.format("</svg>\n");
    return svg.toString();
  }

  private static int height(long extent, long largest) {
    return extent == largest ? TALL : SHORT;
  }

  private void legend() {
    int x = LEFT;
    for (Arena.Kind kind : arena.kinds()) {
      svg.format(
          "<rect x=\"%d\" y=\"46\" width=\"14\" height=\"14\" fill=\"%s\"/>\n", x, kind.color());
      svg.format("<text x=\"%d\" y=\"58\" fill=\"#1a1a1a\">%s</text>\n", x + 20, kind.words());
      x += 50 + 7 * kind.words().length();
    }
  }

  private void panel(String memory, long extent, int top, int height) {
    double bottom = top + (double) height;
    int width = WIDTH - LEFT - RIGHT;
    svg.format(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f4f4f4\"/>\n",
        LEFT, top, width, height);
    for (Arena.Block b : arena.blocks()) {
      if (b.memory().equals(memory)) {
        block(b, bottom, height / (double) extent);
      }
    }
    List<Axis.Tick> ticks = Axis.upTo(memory, " B", (double) extent).ticks();
    for (Axis.Tick t : height == TALL ? ticks : List.of(ticks.getFirst(), ticks.getLast())) {
      svg.format(
          "<text x=\"%d\" y=\"%.2f\" text-anchor=\"end\" fill=\"#444444\">%s</text>\n",
          LEFT - 8, bottom - height * t.value() / extent + 4, t.text());
    }
    svg.format(
        "<text transform=\"translate(20 %.2f) rotate(-90)\" text-anchor=\"middle\""
            + " fill=\"#1a1a1a\">%s</text>\n",
        top + height / 2.0, Markup.text(memory));
    int step = Math.max(1, Math.ceilDiv(arena.steps(), X_TICKS));
    for (int s = 0; s < arena.steps(); s += step) {
      svg.format(
          "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\" fill=\"#444444\">%s</text>\n",
          (x(s) + x(s + 1)) / 2, bottom + 16, s == 0 ? "step 0" : String.valueOf(s));
    }
  }

  /** White borders stay much thinner than what they surround. */
  private void block(Arena.Block b, double bottom, double heightPerByte) {
    double height = b.size() * heightPerByte;
    double width = x(b.to() + 1) - x(b.from());
    svg.format(
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\" stroke=\"#ffffff\""
            + " stroke-width=\"%.2f\"><title>%s, %d bytes at %d, steps %d to %d</title></rect>\n",
        x(b.from()),
        bottom - b.offset() * heightPerByte - height,
        width,
        height,
        b.kind().color(),
        Math.min(0.6, 0.15 * Math.min(width, height)),
        Markup.text(b.name()),
        b.size(),
        b.offset(),
        b.from(),
        b.to());
  }

  /** Where a step begins; one column is before the first step and one after the last. */
  private double x(int step) {
    return LEFT + (double) (WIDTH - LEFT - RIGHT) * (step + 1) / (arena.steps() + 2);
  }
}
