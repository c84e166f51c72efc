package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import whyc.app.image.PictureReader;

/** Images as command lines name them: files, and folders for the images that lie in them. */
final class ImageFiles {
  private static final List<String> ENDINGS =
      Stream.concat(PictureReader.endings().stream(), Stream.of(".npy")).toList();

  private ImageFiles() {}

  /** The files that were named, and in the place of each folder its images by their names. */
  static List<Path> of(List<Path> named) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path p : named) {
      if (Files.isDirectory(p)) {
        List<Path> within = within(p);
        if (within.isEmpty()) {
          throw new Refusal(
              "%s: a folder stands for the images in it (%s), and has none"
                  .formatted(p, String.join(" ", ENDINGS)));
        }
        files.addAll(within);
      } else {
        files.add(p);
      }
    }
    return files;
  }

  private static List<Path> within(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(f -> ENDINGS.stream().anyMatch(e -> name(f).endsWith(e)))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }
}
