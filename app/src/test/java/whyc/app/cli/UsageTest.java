package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What can be seen on the command line alone is refused with status 2 and a pointer to the help,
 * before any file is looked at: here none of them is there.
 */
class UsageTest {
  @TempDir private Path folder;

  /** A call of each command that is right but for its files. */
  private static final Map<String, String> CALLS =
      Map.ofEntries(
          Map.entry("explain", "nowhere.onnx nowhere.png"),
          Map.entry("compile", "nowhere.onnx -o OUT"),
          Map.entry("inspect", "nowhere.onnx"),
          Map.entry("verify", "nowhere.onnx nowhere.png"),
          Map.entry("simulate", "nowhere.onnx nowhere.png"),
          Map.entry("approximate", "nowhere.onnx nowhere.bin"),
          Map.entry("search", "nowhere"),
          Map.entry("multipliers", ""),
          Map.entry("pack", "nowhere -o OUT"),
          Map.entry("unpack", "nowhere.hbf -o OUT"),
          Map.entry("demo", ""));

  private static final String CORE =
      "--target rtl --quantize int8 --weights external --calibrate nowhere.png";

  /** What some options want beside them. */
  private static final Map<String, String> BESIDE =
      Map.ofEntries(
          Map.entry("compile --lanes", CORE),
          Map.entry("compile --places", CORE),
          Map.entry("compile --multiplier", CORE),
          Map.entry("compile --vectors", CORE),
          Map.entry("compile --synthesize", CORE),
          Map.entry("compile --board", CORE),
          Map.entry("compile --weights", "--target rtl --quantize int8 --calibrate nowhere.png"),
          Map.entry("compile --weight-port", CORE),
          Map.entry("compile --weight-latency", CORE),
          Map.entry("compile --quantize", "--calibrate nowhere.png"),
          Map.entry("compile --calibration", "--quantize int8 --calibrate nowhere.png"),
          Map.entry("inspect --method", "--schedule"));

  /** Values that nobody can mean, of options for which the word WRONG is not wrong enough. */
  private static final Map<String, List<String>> WRONG =
      Map.ofEntries(
          Map.entry("--lanes", List.of("7", "0", "128")),
          Map.entry("--places", List.of("5", "2")),
          Map.entry("--vectors", List.of("0", "-1")),
          Map.entry("--weight-port", List.of("9", "1024")),
          Map.entry("--weight-latency", List.of("0", "1000")),
          Map.entry("--threads", List.of("0", "5000")),
          Map.entry("--steps", List.of("0")),
          Map.entry("--samples", List.of("0")),
          Map.entry("--noise", List.of("-1", "NaN")),
          Map.entry("--std", List.of("0", "NaN")),
          Map.entry("--mean", List.of("NaN")),
          Map.entry("--scale", List.of("0")),
          Map.entry("--crop", List.of("0", "2")),
          Map.entry("--prune-threshold", List.of("2", "NaN")),
          Map.entry("--prune-bound", List.of("2")),
          Map.entry("--loss", List.of("-1", "101")),
          Map.entry("--fidelity", List.of("2")),
          Map.entry("--held-out", List.of("0", "1")),
          Map.entry("--skip", List.of("0", "100")),
          Map.entry("--evaluations", List.of("0")),
          Map.entry("--images", List.of("0")),
          Map.entry("--budget", List.of("0s", "99999999999h", "x")),
          Map.entry("--workers", List.of("0")),
          Map.entry("--batch", List.of("0")),
          Map.entry("--seeds", List.of("0")),
          Map.entry("--validation", List.of("0")),
          Map.entry("--bits", List.of("0", "99")),
          Map.entry("--memory", List.of("0MB", "x")));

  /** Whose values are names in files, or files: more than a command line is wanted to tell. */
  private static final Set<String> OF_FILES =
      Set.of(
          "--output",
          "--labels",
          "--class",
          "--layer",
          "--out",
          "--accelerator",
          "--space",
          "--design",
          "--calibrate",
          "--test",
          "--import",
          "--name",
          "--list",
          "--only",
          "--check");

  private static List<Arguments> everyOption() {
    CommandLine line = new CommandLine(CommandSpec.create());
    var nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Commands.add(line, new String[0], new Console(nowhere, nowhere, false));
    List<Arguments> all = new ArrayList<>();
    line.getSubcommands()
        .forEach((name, command) -> {
          if (command.getCommandSpec().usageMessage().hidden()) {
            return; // it is the launcher's, and nobody's command line
          }
          for (OptionSpec o : command.getCommandSpec().options()) {
            if (o.arity().max() > 0 && !OF_FILES.contains(o.longestName())) {
              for (String wrong : WRONG.getOrDefault(o.longestName(), List.of("WRONG"))) {
                all.add(Arguments.of(name, o.longestName(), wrong));
              }
            }
          }
        });
    return all;
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("everyOption")
  void aWrongValueIsWrongUsage(String command, String option, String value) {
    String call =
        "%s %s %s"
            .formatted(
                command, CALLS.get(command), BESIDE.getOrDefault(command + " " + option, ""));
    List<Object> arguments =
        new ArrayList<>(
            Stream.of(call.split(" +"))
                .map(a -> a.equals("OUT") ? folder.resolve("out").toString() : a)
                .toList());
    arguments.add(option + "=" + value);
    Called c = Called.with(arguments.toArray());
    assertThat(c.err()).endsWith("; see whyc " + command + " --help\n");
    assertThat(c.status()).isEqualTo(2);
    assertThat(c.err().lines()).hasSize(1);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"search nowhere", "approximate nowhere.onnx nowhere.bin"})
  void aTimeThatIsTooLongIsCalledSo(String call) {
    List<Object> arguments = new ArrayList<>(List.of(call.split(" ")));
    arguments.add("--budget=99999999999h");
    assertThat(Called.with(arguments.toArray()).err())
        .contains("--budget wants a time of at most 999999h")
        .contains("got 99999999999h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"explain nowhere.onnx nowhere.png", "inspect nowhere.onnx"})
  void aFileThatIsNotThereIsNoWrongUsage(String call) {
    Called c = Called.with((Object[]) call.split(" "));
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).doesNotContain("--help");
  }
}
