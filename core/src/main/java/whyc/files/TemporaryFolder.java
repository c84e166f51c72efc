package whyc.files;

import java.io.IOException;
import java.nio.file.Path;

/** A folder that is gone, with all in it, when it is closed or the program is stopped. */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes one where the system keeps such.
   *
   * @param prefix of its name
   */
  public static TemporaryFolder create(String prefix) throws IOException {
    return new TemporaryFolder(Unfinished.temporaryFolder(prefix));
  }

  public Path path() {
    return path;
  }

  public Path resolve(String name) {
    return path.resolve(name);
  }

  /** What was done in it counts, even if something in it cannot be removed. */
  @Override
  public void close() {
    Tree.removeQuietly(path);
    Unfinished.end(path);
  }
}
