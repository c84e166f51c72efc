package whyc.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A page in Markdown: its text, and its fenced blocks.
 *
 * @param text what is outside of blocks
 */
record Page(List<String> text, List<Block> blocks) {
  /** The repository, seen from where the tests of this module run. */
  static final Path ROOT = Path.of("..");

  private static final String FENCE = "```";

  /**
   * One fenced block.
   *
   * @param kind what stands behind the fence
   */
  record Block(String kind, List<String> lines) {}

  static Page read(Path file) throws IOException {
    List<String> text = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(FENCE)) {
        inside = !inside;
        if (inside) {
          blocks.add(new Block(line.substring(FENCE.length()), new ArrayList<>()));
        }
      } else if (inside) {
        blocks.getLast().lines().add(line);
      } else {
        text.add(line);
      }
    }
    return new Page(text, blocks);
  }

  /** The pages in a folder and below. */
  static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".md")).sorted().toList();
    }
  }
}
