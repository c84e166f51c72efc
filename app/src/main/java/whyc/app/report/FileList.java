package whyc.app.report;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whyc.refusal.TextFile;

/**
 * The list of the files that whyc wrote into a folder. It stands in the folder, so that replacing
 * the folder takes those files away and no others.
 *
 * <pre>{@code
 * # Files that whyc wrote. --overwrite replaces a folder of these and no others.
 * dog/manifest.json
 * index.html
 * }</pre>
 *
 * Names are below the folder; in them, a backslash is doubled and the ends of lines are {@code \n}
 * and {@code \r}.
 */
final class FileList {
  static final String NAME = "whyc-files.txt";

  private static final String HEADER =
      "# Files that whyc wrote. --overwrite replaces a folder of these and no others.";

  private final Set<String> names;

  private FileList(Set<String> names) {
    this.names = names;
  }

  /** Lists what is in a folder, in it. */
  static void write(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files(folder)) {
      lines.add(name(folder, file));
    }
    lines.sort(null);
    lines.addFirst(HEADER);
    Files.write(folder.resolve(NAME), lines);
  }

  /** The list of a folder; without one, it names no file. */
  static FileList read(Path folder) throws IOException {
    Path list = folder.resolve(NAME);
    Set<String> names = new HashSet<>();
    if (Files.isRegularFile(list)) {
      names.addAll(TextFile.lines(list));
      names.add(NAME);
    }
    return new FileList(names);
  }

  /** A file in the folder that is not on the list. */
  Optional<Path> other(Path folder) throws IOException {
    return files(folder).stream().filter(f -> !names.contains(name(folder, f))).findFirst();
  }

  /** Removes the files on the list, then the folders that are empty. */
  void removeFrom(Path folder) throws IOException {
    for (Path file : files(folder)) {
      if (names.contains(name(folder, file))) {
        Files.delete(file);
      }
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            try {
              Files.delete(dir);
            } catch (DirectoryNotEmptyException other) {
              // Somebody else's files keep their folder.
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** All but folders, below a folder; what links point to is not looked at. */
  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static String name(Path folder, Path file) {
    StringBuilder name = new StringBuilder();
    for (Path part : folder.relativize(file)) {
      name.append(name.isEmpty() ? "" : "/")
          .append(part.toString().replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"));
    }
    return name.toString();
  }
}
