package whyc.app.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import whyc.files.Tree;
import whyc.files.Unfinished;

/**
 * A folder of results that appears whole or not at all: it grows under a temporary name beside its
 * place and is renamed at the end. A folder that is replaced stays until then, and only one that
 * holds nothing but what its {@link FileList} names is replaced.
 */
public final class Bundle implements AutoCloseable {
  /** The page of a bundle. */
  public static final String PAGE = "index.html";

  /** The list of what was unpacked from an archive. */
  public static final String LIST = "maps.json";

  /** What says of a folder of RTL, or of an image, what is in it. */
  public static final String MANIFEST = "manifest.json";

  /** Names that no folder of an image may have. */
  public static final Set<String> RESERVED = Set.of(PAGE, FileList.NAME);

  private final Path target;
  private final Path growing;
  private boolean complete;

  private Bundle(Path target, Path growing) {
    this.target = target;
    this.growing = growing;
  }

  /**
   * Starts a bundle.
   *
   * @param overwrite whether a bundle that is there is replaced; a folder of other things never is
   */
  public static Bundle create(Path folder, boolean overwrite) throws IOException {
    check(folder, overwrite);
    Path target = folder.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null) {
      throw new IOException(folder + ": a folder of results wants a place in another folder");
    }
    Files.createDirectories(parent);
    Path growing = sibling(target, "tmp");
    Unfinished.begin(growing, folder);
    Files.createDirectory(growing);
    return new Bundle(target, growing);
  }

  /** Refuses a place where no bundle may be, before there is anything to write. */
  public static void check(Path folder, boolean overwrite) throws IOException {
    Path target = folder.toAbsolutePath().normalize();
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new IOException(folder + ": results want a folder, and a file of this name is there");
    }
    if (isEmpty(target)) {
      return;
    }
    if (!overwrite) {
      throw new IOException(folder + ": this folder exists; --overwrite replaces it");
    }
    Optional<Path> other = FileList.read(target).other(target);
    if (other.isPresent()) {
      throw new IOException(
          "%s: --overwrite replaces folders that hold what whyc wrote alone, got one with %s"
              .formatted(folder, target.relativize(other.get())));
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** {@code name}, or {@code name-2}, {@code name-3} ...: the first that is free. */
  public static Path free(Path name) {
    Path free = name;
    for (int i = 2; Files.exists(free); i++) {
      free = name.resolveSibling(name.getFileName() + "-" + i);
    }
    return free;
  }

  private static Path sibling(Path target, String kind) {
    return target.resolveSibling(
        ".%s.%d.%s".formatted(target.getFileName(), ProcessHandle.current().pid(), kind));
  }

  /** Where to write: nobody looks there until {@link #complete}. */
  public Path folder() {
    return growing;
  }

  /** The folder appears under its name. */
  public void complete() throws IOException {
    FileList.write(growing);
    if (Files.isDirectory(target) && isEmpty(target)) {
      Files.delete(target);
    }
    Path old = sibling(target, "old");
    boolean replaces = Files.exists(target);
    if (replaces) {
      Files.move(target, old);
    }
    try {
      Files.move(growing, target);
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, target);
      }
      throw e;
    }
    complete = true;
    if (replaces) {
      FileList.read(old).removeFrom(old);
      if (Files.exists(old)) {
        throw new IOException(
            "%s: files that whyc did not write were put there meanwhile; they are in %s"
                .formatted(target, old));
      }
    }
  }

  @Override
  public void close() {
    if (!complete) {
      Tree.removeQuietly(growing);
    }
    Unfinished.end(growing);
  }
}
