package whyc.architecture;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of a search: a file {@code HASH-STEPS.checkpoint} for each training and each
 * number of steps that was asked for, so that a short training never takes the place of a long one.
 * A file that is damaged is set aside.
 *
 * @param told of what went wrong and was put right
 */
record Checkpoints(Path folder, Consumer<String> told) {
  private static final Pattern NAME = Pattern.compile("\\w+-(\\d{1,9})\\.checkpoint");

  /**
   * The longest training that is kept, of so many steps at most.
   *
   * @param hash of the training
   */
  Optional<Checkpoint> longest(String hash, int steps, Architecture network) throws IOException {
    for (Path file : files(hash, steps).values()) {
      Optional<Checkpoint> c = whole(file, network);
      if (c.isPresent() && c.get().step() <= steps) {
        return c;
      }
    }
    return Optional.empty();
  }

  void keep(String hash, Checkpoint c) throws IOException {
    c.write(folder.resolve("%s-%d.checkpoint".formatted(hash, c.step())));
  }

  /** By their steps, the longest first. */
  private Map<Integer, Path> files(String hash, int steps) throws IOException {
    Map<Integer, Path> files = new TreeMap<>(Comparator.reverseOrder());
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, hash + "-*.checkpoint")) {
      for (Path file : all) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && Integer.parseInt(name.group(1)) <= steps) {
          files.put(Integer.parseInt(name.group(1)), file);
        }
      }
    }
    return files;
  }

  private Optional<Checkpoint> whole(Path file, Architecture network) throws IOException {
    try {
      return Optional.of(Checkpoint.read(file, network));
    } catch (Checkpoint.Damaged e) {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      told.accept(
          "%s; it is set aside as %s, and trained again"
              .formatted(e.getMessage(), aside.getFileName()));
      return Optional.empty();
    }
  }
}
