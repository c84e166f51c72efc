package whyc.engine.jvm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which candidate was the fastest, by what was timed, in a file of the user's cache folder.
 *
 * <p>The file is text: the line {@value #HEADER}, then for each timing the SHA-256 of its key, a
 * space and the candidate's number. It appears whole or not at all. A file of another form is as
 * good as none; so is one that can be neither read nor written, since all in it can be timed again.
 */
final class Timings {
  private static final String HEADER = "whyc timings 1";
  private static final Pattern ENTRY = Pattern.compile("([0-9a-f]{64}) ([0-9])");

  private static final int MOST_ENTRIES = 4096;

  private final Path file;
  private final int most;
  private final SequencedMap<String, Integer> entries;

  private Timings(Path file, int most, SequencedMap<String, Integer> entries) {
    this.file = file;
    this.most = most;
    this.entries = entries;
  }

  /** Those of the user, in {@code $XDG_CACHE_HOME/whyc} or {@code ~/.cache/whyc}. */
  static Timings ofUser() {
    Path cache =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
    return in(cache.resolve("whyc").resolve("timings"), MOST_ENTRIES);
  }

  /**
   * Those of a file.
   *
   * @param most entries; the oldest go first
   */
  static Timings in(Path file, int most) {
    return new Timings(file, most, read(file));
  }

  private static SequencedMap<String, Integer> read(Path file) {
    try {
      return entries(Files.readAllLines(file));
    } catch (IOException e) {
      return new LinkedHashMap<>();
    }
  }

  private static SequencedMap<String, Integer> entries(List<String> lines) {
    SequencedMap<String, Integer> entries = new LinkedHashMap<>();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      return entries;
    }
    for (String line : lines.subList(1, lines.size())) {
      Matcher m = ENTRY.matcher(line);
      if (!m.matches()) {
        return new LinkedHashMap<>();
      }
      entries.put(m.group(1), Integer.valueOf(m.group(2)));
    }
    return entries;
  }

  /** The fastest candidate's number, where it is known. */
  synchronized OptionalInt get(String key) {
    Integer found = entries.get(hash(key));
    return found == null ? OptionalInt.empty() : OptionalInt.of(found);
  }

  /** Remembers a candidate's number, 0 to 9. */
  synchronized void put(String key, int candidate) {
    entries.putLast(hash(key), candidate);
    while (entries.size() > most) {
      entries.pollFirstEntry();
    }
    write();
  }

  private void write() {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    for (Map.Entry<String, Integer> e : entries.entrySet()) {
      lines.add(e.getKey() + " " + e.getValue());
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path whole = Files.createTempFile(folder, "timings", ".part");
      try {
        Files.write(whole, lines);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      // The next program times again.
    }
  }

  private static String hash(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
