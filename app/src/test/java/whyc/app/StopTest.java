package whyc.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.app.report.Bundle;
import whyc.rtl.Family;
import whyc.rtl.Yosys;

/** A program that is told to stop leaves nothing half-written, and nobody at work. */
@EnabledOnOs(OS.LINUX)
final class StopTest {
  private static final String TOOL =
      """
      #!/bin/sh
      mkdir deeper && echo half > deeper/file
      sleep 600 &
      echo $$ $! > "$0.draft" && mv "$0.draft" "$0.pids"
      wait
      """;

  @TempDir private Path folder;
  private Path tool = Path.of("");
  private Path pids = Path.of("");
  private Path temporary = Path.of("");

  /** Writes a bundle, and waits for a tool that takes its time. */
  static final class Busy {
    private Busy() {}

    public static void main(String[] arguments) throws IOException {
      Stop.install();
      Path folder = Path.of(arguments[0]);
      try (Bundle bundle = Bundle.create(folder.resolve("results"), false)) {
        Files.writeString(bundle.folder().resolve("page"), "half of it");
        new Yosys(folder.resolve("tool")).synthesize(Family.ICE40, "top", List.of(), Map.of());
        bundle.complete();
      }
    }
  }

  @BeforeEach
  void placed() throws IOException {
    tool = Files.writeString(folder.resolve("tool"), TOOL);
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    pids = folder.resolve("tool.pids");
    temporary = Files.createDirectory(folder.resolve("temporary"));
  }

  private Process busy() throws IOException, InterruptedException {
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Busy.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    while (!Files.exists(pids) && p.isAlive()) {
      Thread.sleep(20);
    }
    assertThat(p.isAlive()).as(() -> said()).isTrue();
    return p;
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("said"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
  void aProgramThatIsToldToStopLeavesNothing(String signal, int status) throws Exception {
    assumeTrue(!isIgnored(status - 128), "a background job of a shell ignores this signal");
    Process p = busy();
    try {
      assertThat(names(temporary)).isNotEmpty();
      new ProcessBuilder("kill", "-" + signal, String.valueOf(p.pid())).start().waitFor();
      assertThat(p.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(p.exitValue()).isEqualTo(status);
      assertThat(names(temporary)).isEmpty();
      assertThat(names(folder)).containsExactlyInAnyOrder("said", "temporary", "tool", "tool.pids");
      assertThat(said()).isEmpty();
      assertThat(atWork()).isEmpty();
    } finally {
      p.destroyForcibly();
      atWork().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
  }

  /** What this process ignores, those that it starts ignore as well. */
  private static boolean isIgnored(int signal) throws IOException {
    String mask =
        Files.readString(Path.of("/proc/self/status"))
            .lines()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(mask.substring(7).strip(), 16) >> (signal - 1) & 1) == 1;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  /** Of the tool and its child those that run; what nobody has waited for yet is a zombie. */
  private List<Long> atWork() throws IOException, InterruptedException {
    List<Long> all =
        Stream.of(Files.readString(pids).strip().split(" ")).map(Long::parseLong).toList();
    for (int i = 0; i < 100 && all.stream().anyMatch(StopTest::runs); i++) {
      Thread.sleep(20);
    }
    return all.stream().filter(StopTest::runs).toList();
  }

  private static boolean runs(long pid) {
    try {
      return !Files.readString(Path.of("/proc", String.valueOf(pid), "stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }
}
