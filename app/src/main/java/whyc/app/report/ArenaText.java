package whyc.app.report;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An arena as characters: columns are steps, rows are offsets, the highest on top. */
public final class ArenaText {
  private static final int ROWS = 12;
  private static final int MOST_COLUMNS = 76;
  private static final char FREE = '.';

  private final Arena arena;

  /** Steps, with those before the first and after the last. */
  private final int times;

  private final int columns;

  private ArenaText(Arena arena) {
    this.arena = arena;
    this.times = arena.steps() + 2;
    this.columns = Math.min(MOST_COLUMNS, times);
  }

  public static String of(Arena arena) {
    ArenaText text = new ArenaText(arena);
    return arena.extents().keySet().stream().map(text::memory).collect(Collectors.joining())
        + text.legend();
  }

  private String memory(String memory) {
    long extent = arena.extents().getOrDefault(memory, 0L);
    int rows = (int) Math.min(ROWS, extent);
    char[][] cells = new char[rows][columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        cells[row][column] = sign(memory, extent * row / rows, extent * (row + 1) / rows, column);
      }
    }
    StringBuilder s = new StringBuilder();
    for (int row = rows - 1; row >= 0; row--) {
      String mark =
          row == rows - 1
              ? String.format(Locale.ROOT, "%s %d", memory, extent)
              : row == 0 ? "0" : "";
      s.append("%18s |%s|%n".formatted(mark, new String(cells[row])));
    }
    return s.toString();
  }

  /** What takes most of a piece of memory during the steps of a column. */
  private char sign(String memory, long low, long high, int column) {
    int from = column * times / columns - 1;
    int to = Math.max(from, (column + 1) * times / columns - 2);
    Map<Arena.Kind, Double> taken = new EnumMap<>(Arena.Kind.class);
    for (Arena.Block b : arena.blocks()) {
      if (b.memory().equals(memory)) {
        long bytes = Math.min(high, b.offset() + b.size()) - Math.max(low, b.offset());
        int steps = Math.min(to, b.to()) - Math.max(from, b.from()) + 1;
        if (bytes > 0 && steps > 0) {
          taken.merge(b.kind(), (double) bytes * steps, Double::sum);
        }
      }
    }
    char sign = FREE;
    double most =
        (double) (high - low) * (to - from + 1)
            - taken.values().stream().mapToDouble(Double::doubleValue).sum();
    for (Map.Entry<Arena.Kind, Double> e : taken.entrySet()) {
      if (e.getValue() > most) {
        most = e.getValue();
        sign = e.getKey().sign();
      }
    }
    return sign;
  }

  private String legend() {
    String ends = "step -1 to " + arena.steps();
    return "%18s  %s   %s   %s free%n"
        .formatted(
            "",
            ends,
            arena.kinds().stream()
                .map(kind -> kind.sign() + " " + kind.words())
                .collect(Collectors.joining("   ")),
            FREE);
  }
}
