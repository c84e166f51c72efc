package whyc.engine;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import whyc.engine.Conformance.Outcome;
import whyc.engine.Conformance.Verdict;
import whyc.onnx.OnnxGraphs;

/**
 * ONNX's own cases, through the interpreter and through ONNX Runtime, and the table that is made of
 * them: {@code docs/operators.md}. {@code -Dwhyc.write=true} writes that table anew.
 */
class OnnxConformanceTest {
  private static final List<String> SUITES =
      List.of("node", "pytorch-converted", "pytorch-operator");

  /** Debian's package libonnx-testdata, unless the environment names another place. */
  private static final Path DATA =
      Path.of(
          System.getenv().getOrDefault("WHYC_ONNX_TESTDATA", "/usr/share/libonnx-testdata/data"));

  private static final Path TABLE = Path.of("../docs/operators.md");

  private static final List<Outcome> OUTCOMES = new ArrayList<>();

  @BeforeAll
  static void runAllCases() {
    assumeTrue(
        Files.isDirectory(DATA),
        "ONNX's conformance cases are absent: WHYC_ONNX_TESTDATA, or the package libonnx-testdata");
    Conformance conformance = new Conformance(DATA);
    for (String suite : SUITES) {
      conformance.cases(suite).forEach(folder -> OUTCOMES.add(conformance.run(folder)));
    }
  }

  @Test
  void noCaseGivesAnotherResultThanOnnxSays() {
    assertThat(OUTCOMES).isNotEmpty();
    assertThat(OUTCOMES.stream().filter(o -> o.verdict() == Verdict.FAILED)).isEmpty();
  }

  @Test
  void aRefusalSaysWhatItRefuses() {
    assertThat(OUTCOMES.stream().filter(o -> o.verdict() == Verdict.UNSUPPORTED))
        .allSatisfy(o ->
            assertThat(o.reason())
                .as(o.name())
                .containsAnyOf("is not supported", "wants", "element types are"));
  }

  /** The package may be of another version elsewhere; then its cases are others. */
  @Test
  void theTableOfOperatorsIsUpToDate() throws IOException {
    String table = table();
    if (Boolean.getBoolean("whyc.write")) {
      Files.writeString(TABLE, table);
    }
    String written = Files.readString(TABLE);
    assumeTrue(
        written.contains(casesLine()), "the table was made from other cases: " + casesLine());
    assertThat(written)
        .as("docs/operators.md is out of date: run with -Dwhyc.write=true")
        .isEqualTo(table);
  }

  private static String casesLine() {
    return SUITES.stream()
        .map(s -> OUTCOMES.stream().filter(o -> o.suite().equals(s)).count() + " `" + s + "`")
        .collect(joining(", ", "Cases: ", "."));
  }

  private static long count(Verdict verdict) {
    return OUTCOMES.stream().filter(o -> o.verdict() == verdict).count();
  }

  private static String table() {
    StringBuilder s = new StringBuilder();
    s.append(
        """
        # Operators

        What whyc reads from an ONNX file. An operator in the first table is claimed for every version that
        ONNX gave it from operator set 7 on, in `float32` and `float16` (and integers where ONNX has them).
        Operands that decide shapes (axes, sizes, pads, splits, depth ...) must be known when the model is
        read: constants, initialisers, or arithmetic on the shapes of tensors. Images have one or two spatial
        axes. `bfloat16`, 4-bit and 8-bit floating types, strings, sequences and optionals are refused.

        This page is made by `OnnxConformanceTest` from ONNX's own conformance cases (Debian package
        `libonnx-testdata`). Each case runs through the interpreter and, written as ONNX again, through ONNX
        Runtime; both must agree with what ONNX says within the bounds of ONNX's runner (relative 1e-3,
        absolute 1e-7).

        """);
    s.append(casesLine()).append("\n\n");
    s.append("| passed | unsupported | failed |\n|---|---|---|\n");
    s.append(
        "| %d | %d | %d |\n"
            .formatted(count(Verdict.PASSED), count(Verdict.UNSUPPORTED), count(Verdict.FAILED)));
    supported(s);
    refusals(s);
    alone(s);
    return s.toString();
  }

  /** What a model of one operator is about; a model of several counts for each of them. */
  private static void supported(StringBuilder s) {
    Map<String, List<Outcome>> byOperator = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    SortedSet<String> operators = OnnxGraphs.operators();
    operators.forEach(o -> byOperator.put(o, new ArrayList<>()));
    OUTCOMES.forEach(o ->
        o.operators().stream()
            .filter(operators::contains)
            .forEach(name -> byOperator.get(name).add(o)));
    s.append("\n## Supported\n\n");
    long confirmed = byOperator.values().stream().filter(OnnxConformanceTest::anyPassed).count();
    s.append(
        "%d operators, %d of them with cases that pass; of the others the package has no case that is read.\n\n"
            .formatted(operators.size(), confirmed));
    s.append(
        "`cases`: models with the operator that pass. `sets`: operator sets of those models.\n\n");
    s.append("| operator | cases | sets |\n|---|---|---|\n");
    byOperator.forEach((operator, outcomes) -> {
      List<Outcome> passed = outcomes.stream().filter(o -> o.verdict() == Verdict.PASSED).toList();
      TreeSet<Integer> sets = new TreeSet<>(passed.stream().map(Outcome::opset).toList());
      s.append(
          "| %s | %d | %s |\n"
              .formatted(
                  operator,
                  passed.size(),
                  sets.stream().map(String::valueOf).collect(joining(" "))));
    });
  }

  private static boolean anyPassed(List<Outcome> outcomes) {
    return outcomes.stream().anyMatch(o -> o.verdict() == Verdict.PASSED);
  }

  private static void refusals(StringBuilder s) {
    Map<String, List<String>> byReason = new TreeMap<>();
    for (Outcome o : OUTCOMES) {
      if (o.verdict() == Verdict.UNSUPPORTED) {
        String reason = o.reason().replaceAll(" at node \"[^\"]*\"", "");
        byReason.computeIfAbsent(reason, r -> new ArrayList<>()).add(o.name());
      }
    }
    s.append("\n## Refused\n\nThe sentence, and the cases that get it.\n\n");
    byReason.forEach((reason, names) ->
        s.append("- ").append(reason).append(": ").append(listed(names)).append('\n'));
  }

  private static void alone(StringBuilder s) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    OUTCOMES.stream()
        .filter(o -> o.verdict() == Verdict.PASSED && !o.reason().isEmpty())
        .forEach(o ->
            byReason
                .computeIfAbsent(
                    o.reason().replaceAll(" node with name.*", ""), r -> new ArrayList<>())
                .add(o.name()));
    s.append("\n## Passed by the interpreter alone\n\nWhy ONNX Runtime could not confirm.\n\n");
    byReason.forEach((reason, names) ->
        s.append("- ").append(reason).append(": ").append(listed(names)).append('\n'));
  }

  private static String listed(List<String> names) {
    Stream<String> bare = names.stream().map(n -> "`" + n.replaceFirst("^test_", "") + "`");
    return bare.collect(joining(", "));
  }
}
