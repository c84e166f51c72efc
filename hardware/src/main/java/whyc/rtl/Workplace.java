package whyc.rtl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import whyc.files.TemporaryFolder;

/** A folder for as long as a tool of others needs it. */
final class Workplace {
  private Workplace() {}

  /** What is made in the folder. */
  interface Work<T> {
    T in(Path folder) throws IOException;
  }

  /**
   * Writes sources and memories side by side, and works on them.
   *
   * @param files by path; folders are left out
   * @param top whose memories then lie there
   */
  static <T> T with(SequencedMap<String, String> files, String top, Work<T> work)
      throws IOException {
    try (TemporaryFolder temporary = TemporaryFolder.create("whyc-synthesis-")) {
      Path folder = temporary.path();
      for (Map.Entry<String, String> file : files.entrySet()) {
        String name = file.getKey().substring(file.getKey().lastIndexOf('/') + 1);
        String text = file.getValue();
        Files.writeString(
            folder.resolve(name),
            name.equals(top + ".sv")
                ? text.replace("Folder = \".\"", "Folder = \"" + folder + "\"")
                : text);
      }
      return work.in(folder);
    }
  }
}
