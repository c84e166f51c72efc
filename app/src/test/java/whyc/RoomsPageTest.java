package whyc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether {@code docs/architecture.md} says of rooms and classes what is so. */
final class RoomsPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/architecture.md");
  private static final Pattern ROW = Pattern.compile("\\| `([a-z]+)` \\| ([`a-z ]*)\\| .*");
  private static final Pattern NAME = Pattern.compile("`([a-z.]*)`");
  private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]\\w*)`");

  @Test
  void theTableOfRoomsIsThePlan() throws IOException {
    Map<String, List<String>> told = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && RoomsTest.KNOWS.containsKey(row.group(1)) && isRoom(line)) {
        told.put(row.group(1), names(NAME, row.group(2)).sorted().toList());
      }
    }
    Map<String, List<String>> plan = new TreeMap<>();
    RoomsTest.KNOWS.forEach((room, known) -> plan.put(room, known.stream().sorted().toList()));
    assertThat(told).isEqualTo(plan);
  }

  /** The table of modules has two columns, that of rooms three. */
  private static boolean isRoom(String line) {
    return line.split("\\|", -1).length == 5;
  }

  @Test
  void theClassesThatItNamesExist() throws IOException {
    List<String> classes;
    try (Stream<Path> files = Files.walk(ROOT)) {
      classes =
          files
              .map(f -> String.valueOf(f.getFileName()))
              .filter(f -> f.endsWith(".java"))
              .map(f -> f.replace(".java", ""))
              .toList();
    }
    assertThat(names(CLASS, Files.readString(PAGE)).collect(Collectors.toSet()))
        .isSubsetOf(classes);
  }

  private static Stream<String> names(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult r) -> r.group(1));
  }
}
