package whyc.rtl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A module in SystemVerilog that comes with whyc, in a file of its own name.
 *
 * @param name of the module
 */
public record Cell(String name) {

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

  /** Writes it into a folder, under its name. */
  public Path write(Path folder) throws IOException {
    return Files.writeString(folder.resolve(name + ".sv"), text());
  }
}
