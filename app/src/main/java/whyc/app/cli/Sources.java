package whyc.app.cli;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The files that a command line names to be read: a result takes the place of none of them. */
final class Sources {
  private static final String RESULT = "--out";

  private Sources() {}

  /** The files of all arguments but the result, whether they are there or not. */
  static List<Path> of(CommandSpec command) {
    return command.args().stream()
        .filter(a -> !(a instanceof OptionSpec o && List.of(o.names()).contains(RESULT)))
        .flatMap(a -> files(a, a.getValue()))
        .toList();
  }

  private static Stream<Path> files(ArgSpec argument, @Nullable Object value) {
    return switch (value) {
      case Path p -> Stream.of(p);
      case Optional<?> o -> o.stream().flatMap(v -> files(argument, v));
      case Collection<?> c -> c.stream().flatMap(v -> files(argument, v));
      case String s when argument.paramLabel().contains("FILE") -> Stream.of(Path.of(s));
      case null, default -> Stream.empty();
    };
  }
}
