package whyc.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What is not to stay when the program is stopped: what is being written under a temporary name,
 * and the processes that it started.
 */
public final class Unfinished {
  /** Files may come while a folder is removed, from threads that still run. */
  private static final int ATTEMPTS = 3;

  private static final long SECONDS_TO_END = 2;

  private static final Set<Path> PATHS = new HashSet<>();

  /** By the temporary name, which messages must not tell; they may come after the end. */
  private static final Map<Path, Path> ASKED = new HashMap<>();

  private static final Set<Process> CHILDREN = new HashSet<>();

  private Unfinished() {}

  /** A file or folder is about to be written. */
  public static synchronized void begin(Path path) {
    PATHS.add(path);
  }

  /**
   * A file or folder is about to be written that will have another name.
   *
   * @param asked what its user calls it
   */
  public static synchronized void begin(Path path, Path asked) {
    begin(path);
    ASKED.put(path, asked);
  }

  /** What its user calls a file that is being written, or was; another file's name stays. */
  public static synchronized Path asked(Path path) {
    for (Map.Entry<Path, Path> e : ASKED.entrySet()) {
      if (path.startsWith(e.getKey())) {
        Path within = e.getKey().relativize(path);
        return within.toString().isEmpty() ? e.getValue() : e.getValue().resolve(within);
      }
    }
    return path;
  }

  /** It has its own name now, or is gone. */
  public static synchronized void end(Path path) {
    PATHS.remove(path);
  }

  static synchronized Path temporaryFolder(String prefix) throws IOException {
    Path folder = Files.createTempDirectory(prefix);
    PATHS.add(folder);
    return folder;
  }

  /** Starts a process, whose caller hands it to {@link #end(Process)} in any case. */
  public static synchronized Process start(ProcessBuilder builder) throws IOException {
    Process child = builder.start();
    CHILDREN.add(child);
    return child;
  }

  /** Ends a process with all that it started, if they still run. */
  public static void end(Process child) {
    kill(child);
    forget(child);
  }

  private static synchronized void forget(Process child) {
    CHILDREN.remove(child);
  }

  /** The parent first, so that it starts nobody anew. */
  private static void kill(Process child) {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(child.toHandle()), child.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Ends and removes all that was begun and not ended.
   *
   * @param then comes last: nobody can begin or end anything before it is done
   */
  public static synchronized void removeAll(Runnable then) {
    CHILDREN.forEach(Unfinished::kill);
    CHILDREN.forEach(Unfinished::awaitEnd);
    for (int i = 0; i < ATTEMPTS; i++) {
      PATHS.forEach(Tree::removeQuietly);
    }
    then.run();
  }

  private static void awaitEnd(Process child) {
    try {
      child.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
