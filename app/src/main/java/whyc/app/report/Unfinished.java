package whyc.app.report;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is being written under a temporary name, so that a program that is stopped can remove it.
 */
public final class Unfinished {
  private static final Set<Path> PATHS = ConcurrentHashMap.newKeySet();

  private Unfinished() {}

  /** A file or folder is about to be written. */
  public static void begin(Path path) {
    PATHS.add(path);
  }

  /** It has its own name now, or is gone. */
  public static void end(Path path) {
    PATHS.remove(path);
  }

  /** Removes all that was begun and not ended. */
  public static void removeAll() {
    PATHS.forEach(Bundle::removeQuietly);
  }
}
