package whyc.app.cli;

import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import whyc.engine.Engine;
import whyc.engine.ort.OrtEngine;

/** Who computes. */
final class EngineOptions {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "auto (the default) or ort: ONNX Runtime")
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
    String name = engine.toLowerCase(Locale.ROOT);
    if (!name.equals("auto") && !name.equals("ort")) {
      throw Refusal.usage("--engine wants auto or ort, got " + engine);
    }
  }

  Engine create() {
    check();
    return OrtEngine.create(new OrtEngine.Options(threads(), true));
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
