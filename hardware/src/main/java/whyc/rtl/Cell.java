package whyc.rtl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A module in SystemVerilog that comes with whyc, in a file of its own name.
 *
 * @param name of the module
 */
public record Cell(String name) {
  private static final Pattern INSTANCE = Pattern.compile("^ *([a-z]\\w*) #\\(", Pattern.MULTILINE);

  public Cell {
    if (Cell.class.getResource(file(name)) == null) {
      throw new IllegalArgumentException(name + ": whyc has no cell of this name");
    }
  }

  private static String file(String name) {
    return "sv/" + name + ".sv";
  }

  public String text() {
    try (InputStream in = Cell.class.getResourceAsStream(file(name))) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cells that it is built of, and that these are built of, before those that need them. */
  public List<Cell> parts() {
    return instances(text());
  }

  /** Cells that some modules are built of. */
  static List<Cell> instances(String text) {
    Set<Cell> cells = new LinkedHashSet<>();
    Matcher m = INSTANCE.matcher(text);
    while (m.find()) {
      Cell cell = new Cell(m.group(1));
      cells.addAll(cell.parts());
      cells.add(cell);
    }
    return List.copyOf(cells);
  }

  /** Writes it into a folder, under its name. */
  public Path write(Path folder) throws IOException {
    return Files.writeString(folder.resolve(name + ".sv"), text());
  }
}
