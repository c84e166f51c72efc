package whyc.app.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import whyc.engine.AutoEngine;
import whyc.engine.Engine;
import whyc.engine.jvm.JvmEngine;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.ort.OrtEngine;

/** Who computes. */
final class EngineOptions {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "ort: ONNX Runtime; jvm: whyc's own kernels, slower to start and faster then; auto (the default): ONNX Runtime, and long work moves to the other when that is warm")
  String engine = "auto";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that compute; default: one for each processor")
  Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "what the process may hold in memory, such as 500MB or 2GB; bounds how many images and points run at once; default 1GB")
  Optional<String> memory = Optional.empty();

  int threads() {
    int n = threads.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    if (n < 1 || n > 1024) {
      throw Refusal.usage("--threads wants 1 to 1024, got " + n);
    }
    return n;
  }

  /** Refuses what cannot be meant before anything is done. */
  void check() {
    threads();
    memory();
    choice();
  }

  /** The engines that can be asked for. */
  private enum Choice {
    AUTO,
    ORT,
    JVM
  }

  private Choice choice() {
    return Arrays.stream(Choice.values())
        .filter(c -> c.name().equalsIgnoreCase(engine))
        .findFirst()
        .orElseThrow(() -> Refusal.usage("--engine wants auto, ort or jvm, got " + engine));
  }

  /**
   * The engine. The JVM's own gives way to ONNX Runtime where this JVM cannot run it fast, of which
   * {@link #warning} tells who asked for it.
   */
  Engine create() {
    check();
    // Programs on two engines would not keep to a bound on memory.
    return choice() == Choice.AUTO && usable() && memory.isEmpty()
        ? AutoEngine.of(
            ort(),
            () -> jvm(memory().bytes(), JvmEngine.Preparation.REHEARSED),
            AutoEngine.Moving.USUAL)
        : steady();
  }

  /** The engine that begins, and stays. */
  Engine steady() {
    return choice() == Choice.JVM && usable()
        ? jvm(
            memory.isPresent() ? besideTheProcess() : Long.MAX_VALUE,
            JvmEngine.Preparation.REHEARSED)
        : ort();
  }

  private long besideTheProcess() {
    long process = JvmEngine.processBytes();
    long left = memory().bytes() - process;
    if (left < 1) {
      throw new Refusal(
          "--memory %s: with --engine jvm the process takes %.0f MB beside what a network needs"
              .formatted(memory.orElse(""), process / 1e6));
    }
    return left;
  }

  /** One to check {@link #steady} against; absent where only one is wanted, or can run. */
  Optional<Engine> other() {
    return choice() == Choice.ORT || !usable()
        ? Optional.empty()
        : Optional.of(
            choice() == Choice.JVM ? ort() : jvm(Long.MAX_VALUE, JvmEngine.Preparation.NONE));
  }

  private static boolean usable() {
    return JvmEngine.obstacle().isEmpty();
  }

  private Engine ort() {
    return OrtEngine.create(new OrtEngine.Options(threads(), true));
  }

  private Engine jvm(long bytes, JvmEngine.Preparation preparation) {
    return JvmEngine.create(
        new JvmEngine.Options(threads(), Lanes.preferred(), bytes, preparation));
  }

  /** That another engine computes than was asked for. */
  Optional<String> warning() {
    return choice() == Choice.JVM
        ? JvmEngine.obstacle()
            .map(o -> "--engine jvm: %s; ONNX Runtime computes instead".formatted(o))
        : Optional.empty();
  }

  MemoryBudget memory() {
    return new MemoryBudget(memory.map(EngineOptions::bytes).orElse(1L << 30), memory.isPresent());
  }

  static long bytes(String text) {
    java.util.regex.Matcher m =
        java.util.regex.Pattern.compile(
                "(\\d{1,6})\\s*([kmgt]?)i?b?", java.util.regex.Pattern.CASE_INSENSITIVE)
            .matcher(text.strip());
    if (!m.matches()) {
      throw Refusal.usage("--memory wants a size such as 500MB or 2GB, got " + text);
    }
    int power =
        "kmgt".indexOf(m.group(2).toLowerCase(Locale.ROOT)) + (m.group(2).isEmpty() ? 0 : 1);
    long bytes = Math.multiplyExact(Long.parseLong(m.group(1)), 1L << (10 * power));
    if (bytes < 1) {
      throw Refusal.usage("--memory wants a size above 0, got " + text);
    }
    return bytes;
  }
}
