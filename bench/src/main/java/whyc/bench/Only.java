package whyc.bench;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import whyc.refusal.RefusedArgument;

/** Which of its rows a figure is to have. */
final class Only {
  private static final int MOST_TOLD = 40;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      description = "only what has such a name: a regular expression for all of it; default: all")
  private Pattern pattern = Pattern.compile(".*");

  boolean has(String name) {
    return pattern.matcher(name).matches();
  }

  /** Those of such a name, of which there must be one. */
  <T> List<T> of(List<T> all, Function<T, String> name) {
    List<T> some = all.stream().filter(t -> has(name.apply(t))).toList();
    if (some.isEmpty()) {
      throw new RefusedArgument(
          "--only must match one of these names, got %s: %s"
              .formatted(pattern, names(all.stream().map(name).toList())));
    }
    return some;
  }

  private static String names(List<String> all) {
    return String.join("; ", all.subList(0, Math.min(all.size(), MOST_TOLD)))
        + (all.size() > MOST_TOLD ? "; ..." : "");
  }
}
