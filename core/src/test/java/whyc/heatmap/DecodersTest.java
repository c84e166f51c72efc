package whyc.heatmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoders in C and in JavaScript give the numbers that the one in Java gives, bit by bit. */
class DecodersTest {
  private static final Path C = Path.of("src/main/c");
  private static final Path SCRIPT = Path.of("src/main/js/hbf.mjs").toAbsolutePath();
  private static final List<String> WARNINGS =
      List.of("-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror");

  @TempDir private Path folder;
  private final List<MapRecord> records = new ArrayList<>();
  private Path archive;

  @BeforeEach
  void writeArchive() throws IOException {
    Random random = new Random(11);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 60; i++) {
      TiledMap map = RandomMaps.map(random);
      boolean plane = map.grid().channels() == 1;
      MapRecord r = new MapRecord("bild ä/" + i, Map.of("n", "é" + i, "k", ""), plane, map);
      records.add(r);
      out.writeBytes(r.bytes());
    }
    archive = Files.write(folder.resolve("maps.hbf"), out.toByteArray());
  }

  /** What came of a program. */
  private record Run(int status, byte[] out, String err) {
    static Run of(Path folder, List<String> command) throws IOException, InterruptedException {
      Path out = folder.resolve("out");
      Path err = folder.resolve("err");
      Process p =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        p.destroyForcibly();
      }
      return new Run(p.exitValue(), Files.readAllBytes(out), Files.readString(err));
    }
  }

  private static void assumeThere(String program) {
    boolean there =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    Assumptions.assumeTrue(there, program + " is not installed");
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    return b.array();
  }

  private Path compile() throws IOException, InterruptedException {
    assumeThere("gcc");
    Path program = folder.resolve("hbf");
    List<String> command = new ArrayList<>(List.of("gcc"));
    command.addAll(WARNINGS);
    command.addAll(List.of(C.resolve("hbf.c").toString(), C.resolve("hbf_main.c").toString()));
    command.addAll(List.of("-o", program.toString()));
    List<String> guarded = new ArrayList<>(command);
    guarded.add("-fsanitize=address,undefined");
    guarded.add("-fno-sanitize-recover=all");
    if (Run.of(folder, guarded).status() != 0) {
      Run plain = Run.of(folder, command);
      assertThat(plain.status()).as(plain.err()).isZero();
    }
    return program;
  }

  @Test
  void theDecoderInCAgrees() throws IOException, InterruptedException {
    String program = compile().toString();
    Run list = Run.of(folder, List.of(program, archive.toString()));
    assertThat(list.status()).as(list.err()).isZero();
    assertThat(new String(list.out(), java.nio.charset.StandardCharsets.UTF_8).lines())
        .hasSize(records.size())
        .first()
        .asString()
        .startsWith("bild ä/0 [");
    for (MapRecord r : records) {
      Run one = Run.of(folder, List.of(program, archive.toString(), r.name()));
      assertThat(one.status()).as(one.err()).isZero();
      assertThat(one.out()).isEqualTo(littleEndian(r.map().values()));
    }
  }

  /** With sums that fit, and under the guards of the compiler where it has them. */
  @Test
  void theDecoderInCRefusesWhatIsDamaged() throws IOException, InterruptedException {
    String program = compile().toString();
    Random random = new Random(5);
    for (int n = 0; n < 60; n++) {
      MapRecord r = records.get(n);
      byte[] bytes = r.bytes();
      int at = n % 2 == 0 ? 4 + random.nextInt(28) : 44 + random.nextInt(bytes.length - 44);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      ArchiveTest.repairSums(bytes);
      Path file = Files.write(folder.resolve("damaged.hbf"), bytes);
      Run one = Run.of(folder, List.of(program, file.toString(), r.name()));
      assertThat(one.status()).as(one.err()).isBetween(0, 1);
      assertThat(one.err()).doesNotContain("Sanitizer", "runtime error");
    }
    byte[] cut = Arrays.copyOf(Files.readAllBytes(archive), 1000);
    Path file = Files.write(folder.resolve("cut.hbf"), cut);
    Run list = Run.of(folder, List.of(program, file.toString()));
    assertThat(list.status()).isEqualTo(1);
    assertThat(list.err()).contains("damaged at byte");
  }

  @Test
  void theDecoderInJavaScriptAgrees() throws IOException, InterruptedException {
    assumeThere("node");
    String program =
        """
        import { readFileSync, writeSync } from "node:fs";
        const { maps } = await import(process.argv[1]);
        for (const m of maps(readFileSync(process.argv[2]))) {
          console.error(m.name, JSON.stringify(m.shape), JSON.stringify([...m.metadata]));
          const values = Buffer.from(m.values().buffer);
          for (let at = 0; at < values.length; ) at += writeSync(1, values, at);
        }
        """;
    Run run = node(program, archive);
    assertThat(run.status()).as(run.err()).isZero();
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    StringBuilder heads = new StringBuilder();
    for (MapRecord r : records) {
      values.writeBytes(littleEndian(r.map().values()));
      heads.append(
          "%s %s [[\"k\",\"\"],[\"n\",\"%s\"]]\n"
              .formatted(r.name(), r.shape(), r.metadata().get("n")));
    }
    assertThat(run.out()).isEqualTo(values.toByteArray());
    assertThat(run.err()).isEqualTo(heads.toString());
  }

  @Test
  void theDecoderInJavaScriptRefusesWhatIsDamaged() throws IOException, InterruptedException {
    assumeThere("node");
    String program =
        """
        import { readFileSync } from "node:fs";
        const { maps } = await import(process.argv[1]);
        const bytes = readFileSync(process.argv[2]);
        let wrong = 0;
        for (let i = 0; i < bytes.length; i++) {
          bytes[i] ^= 1 << i % 8;
          try {
            for (const m of maps(bytes)) m.values();
            wrong++;
          } catch (e) {
            if (!(e instanceof RangeError)) throw e;
          }
          bytes[i] ^= 1 << i % 8;
        }
        console.log(wrong);
        """;
    Path one = Files.write(folder.resolve("one.hbf"), records.getFirst().bytes());
    Run run = node(program, one);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(new String(run.out(), java.nio.charset.StandardCharsets.UTF_8)).isEqualTo("0\n");
  }

  private Run node(String program, Path file) throws IOException, InterruptedException {
    return Run.of(
        folder,
        List.of(
            "node",
            "--input-type=module",
            "-e",
            program,
            SCRIPT.toUri().toString(),
            file.toString()));
  }
}
