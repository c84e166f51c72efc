package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.tensor.Tensor;

/** A core behind AXI whose weights come over AXI, too. */
final class AxiTest {
  private static final Path BENCH = Path.of("src/test/sv/whyc_axi_tb.sv").toAbsolutePath();

  /** Ports of a byte, of less than a line, and of a line. */
  @ParameterizedTest(name = "-Dseed={0}, {1} bits")
  @CsvSource({"3,8", "5,16", "21,256"})
  void aNetworkRunsWithWeightsFromAnAxiMemory(long seed, int portBits, @TempDir Path folder)
      throws IOException {
    Verilator verilator = Installed.verilator();
    DrawnNetwork drawn = DrawnNetwork.of(seed);
    RtlDesign design = drawn.design(drawn.core().with(new Weights.Streamed(portBits, 20)));
    Program p = design.program();
    Tensor codes = design.codes(Map.of("x", drawn.image()));
    SequencedMap<String, String> files = design.files();
    files.putAll(design.testFiles(List.of(codes)));
    files.put("reads.hex", HexText.of(reads(p), w -> w));
    files.put("beats.hex", HexText.of(beats(design), w -> w));
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
            "whyc_axi_tb",
            sources,
            options(p, folder));
    assertThat(Verilator.run(built, List.of(), Duration.ofMinutes(5))).contains("PASS");
  }

  /** Of each run the results that it leaves. */
  private static List<HexText.Word> reads(Program p) {
    List<HexText.Word> reads = new ArrayList<>();
    for (int run = 0; run < p.methods().size(); run++) {
      int asked = 1 | 1 << run;
      for (Program.Port o : p.outputs()) {
        if ((asked >> o.method() & 1) != 0) {
          int lanes = p.core().lanes();
          Plane plane = new Plane(o.rows(), o.columns(), o.channels(), lanes);
          reads.add(
              HexText.word()
                  .then(run, 16)
                  .then(o.address(), 16)
                  .then(plane.words(), 16)
                  .then(Math.min(o.channels(), lanes), 16));
        }
      }
    }
    return reads;
  }

  private static List<HexText.Word> beats(RtlDesign design) {
    return IntStream.range(0, design.methods().size())
        .mapToObj(
            m -> HexText.word().then(design.weightBeats(List.of(design.methods().get(m))), 32))
        .toList();
  }

  private static List<String> options(Program p, Path folder) throws IOException {
    Program.Port in = p.input();
    int lanes = p.core().lanes();
    return List.of(
        "-GFolder=\"" + folder + "\"",
        "-GLineBits=" + p.core().lineBits(),
        "-GPortBits=" + p.core().portBits(),
        "-GFeatureBits=" + lanes * p.core().codeBits(),
        "-GResultBits=" + lanes * p.core().resultBits(),
        "-GLines=" + p.weights().size(),
        "-GWords=" + new Plane(in.rows(), in.columns(), in.channels(), lanes).words(),
        "-GInputLines=" + lines(folder, "inputs.hex"),
        "-GExpectedLines=" + lines(folder, "expected.hex"),
        "-GReads=" + lines(folder, "reads.hex"),
        "-GRuns=" + lines(folder, "runs.hex"));
  }

  private static int lines(Path folder, String file) throws IOException {
    return Files.readAllLines(folder.resolve(file)).size();
  }

  @Test
  void theTopWithAMasterIsClean(@TempDir Path folder) throws IOException {
    DrawnNetwork drawn = DrawnNetwork.of(3);
    RtlDesign design = drawn.design(drawn.core().with(new Weights.Streamed(16, 20)));
    for (Map.Entry<String, String> file : design.files().entrySet()) {
      String name = file.getKey().substring(file.getKey().lastIndexOf('/') + 1);
      Files.writeString(folder.resolve(name), file.getValue());
    }
    Installed.verilator()
        .check(
            "whyc_axi",
            RtlDesign.sources(folder),
            List.of("-Wno-UNUSEDSIGNAL", "-Wno-UNUSEDPARAM"));
  }
}
