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

  private static BoardMemories memories(int bits, long features, long weights, long masks) {
    return new BoardMemories(
        List.of(
            new BoardMemories.Memory("features", features, bits),
            new BoardMemories.Memory("weights", weights, bits)),
        List.of(
            new BoardMemories.Memory("masks", masks, bits / Byte.SIZE),
            new BoardMemories.Memory("results", 2080, 2 * bits)));
  }

  /** ResNet-8 of 8 bits: features take one large memory of four, weights the others. */
  @Test
  void memoriesThatFitAreNotRefused() {
    memories(16, 16_384, 39_072, 0).check();
    memories(16, 16_384, 3 * 16_384, 0).check();
    memories(16, 1000, 4 * 16_384, 0).check();
  }

  /**
   * Weights of 3 * 16,384 + 1 lines want all four large ones, and features of 16,384 words are 64
   * small ones, where there are 30. Lines of 32 bits want large ones in pairs.
   */
  @Test
  void tooFewLargeMemoriesAreSaidWithWhatWantsThem() {
    assertThatThrownBy(() -> memories(16, 16_384, 49_153, 0).check())
        .isInstanceOf(RtlException.class)
        .hasMessage(
            "RTL: the UP5K has 4 large memories of 16,384 words of 16 bits, and the core wants 5: 1 for features (16,384 words of 16 bits), 4 for weights (49,153 words of 16 bits); fewer lanes, fewer methods or a smaller network");
    assertThatThrownBy(() -> memories(32, 8192, 19_536, 0).check())
        .hasMessageContaining("the core wants 6: 2 for features (8,192 words of 32 bits), 4 for");
  }

  /** ResNet-8 with saliency: 36,864 words of 2 bits are 18 of the 30, results 17. */
  @Test
  void tooFewSmallMemoriesAreSaidWithWhatWantsThem() {
    assertThatThrownBy(() -> memories(16, 16_384, 39_072, 36_864).check())
        .isInstanceOf(RtlException.class)
        .hasMessageContaining(
            "the UP5K has 30 block memories of 4,096 bits, and the core wants 35: 18 for masks (36,864 words of 2 bits), 17 for results");
  }

  @Test
  void aCoreWhoseMemoriesDoNotFitIsRefusedBeforeItIsMade() {
    DrawnNetwork drawn = DrawnNetwork.of(3);
    int bits = drawn.core().codeBits();
    RtlDesign wide = drawn.design(new CoreShape(64, bits, bits, 64).small());
    assertThatThrownBy(() -> Up5k.files(wide))
        .isInstanceOf(RtlException.class)
        .hasMessageContaining("RTL: the UP5K has");
  }
}
