package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A core behind the six pins of a small board. */
final class Up5kTest {
  private static final Path BENCH = Path.of("src/test/sv/whyc_up5k_tb.sv").toAbsolutePath();

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {3, 5})
  void aNetworkRunsOverItsPins(long seed, @TempDir Path folder) throws IOException {
    Verilator verilator = Installed.verilator();
    DrawnNetwork drawn = DrawnNetwork.of(seed);
    RtlDesign design = drawn.design(drawn.core().small());
    SequencedMap<String, String> files = design.files();
    files.putAll(Up5k.files(design));
    files.putAll(design.testFiles(List.of(design.codes(Map.of("x", drawn.image())))));
    for (Map.Entry<String, String> file : files.entrySet()) {
      String name = file.getKey().substring(file.getKey().lastIndexOf('/') + 1);
      Files.writeString(folder.resolve(name), file.getValue());
    }
    Files.delete(folder.resolve(TestBench.MODULE + ".sv"));
    List<Path> sources = new ArrayList<>(RtlDesign.sources(folder));
    sources.add(BENCH);
    Path built =
        verilator.build(
            Files.createDirectory(folder.resolve("build")),
            "whyc_up5k_tb",
            sources,
            options(design.program(), folder));
    assertThat(Verilator.run(built, List.of(), Duration.ofMinutes(5))).contains("PASS");
  }

  private static List<String> options(Program p, Path folder) throws IOException {
    Program.Port in = p.input();
    Program.Port scores = p.outputs().getFirst();
    int lanes = p.core().lanes();
    int words = new Plane(in.rows(), in.columns(), in.channels(), lanes).words();
    return List.of(
        "-GFolder=\"" + folder + "\"",
        "-GLines=" + p.weights().size(),
        "-GWordBytes=" + p.core().lineBits() / Byte.SIZE,
        "-GWords=" + words,
        "-GInputLines=" + lines(folder, "inputs.hex"),
        "-GExpectedLines=" + lines(folder, "expected.hex"),
        "-GRuns=" + lines(folder, "runs.hex"),
        "-GImageAddress=" + in.address(),
        "-GScoreAddress=" + scores.address(),
        "-GScores=" + scores.channels(),
        "-GLanes=" + lanes);
  }

  private static int lines(Path folder, String file) throws IOException {
    return Files.readAllLines(folder.resolve(file)).size();
  }

  @Test
  void weightsThatAreNotLoadedAreRefused() {
    RtlDesign design = DrawnNetwork.of(3).design();
    assertThatThrownBy(() -> Up5k.files(design))
        .isInstanceOf(RtlException.class)
        .hasMessageContaining("the UP5K wants weights that are loaded");
  }
}
