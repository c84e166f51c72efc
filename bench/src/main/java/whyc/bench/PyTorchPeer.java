package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The same work in PyTorch, where a Python with PyTorch is installed: {@code peer.py} beside this
 * class. The Python is that of {@code WHYC_PYTHON}, else {@code python3}.
 */
final class PyTorchPeer {
  private PyTorchPeer() {}

  private static String python() {
    return System.getenv().getOrDefault("WHYC_PYTHON", "python3");
  }

  /**
   * Without what the launcher tells the C library for ONNX Runtime's sake: PyTorch would map and
   * clear each of its tensors anew, which doubles its time.
   */
  private static ProcessBuilder asByItself(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private static Path script() throws IOException {
    Path script = Files.createTempFile("whyc-peer", ".py");
    try (var source = PyTorchPeer.class.getResourceAsStream("/peer.py")) {
      Files.write(script, java.util.Objects.requireNonNull(source).readAllBytes());
    }
    return script;
  }

  /** A Python that does single pieces of work when it is asked to, and tells how long they took. */
  static final class Server implements AutoCloseable {
    private final Path script;
    private final Process process;
    private final java.io.BufferedReader answers;

    private Server(int threads) throws IOException {
      this.script = script();
      this.process =
          asByItself(
                  new ProcessBuilder(python(), script.toString(), "serve", String.valueOf(threads)))
              .start();
      this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Does a piece of work.
     *
     * @param network {@code ResNet-18} or {@code ResNet-34}
     * @param form {@code default} or {@code frozen}
     * @param work {@code predict} or {@code saliency}
     * @return milliseconds
     */
    double milliseconds(String network, String form, int batch, String work) {
      try {
        process
            .outputWriter(StandardCharsets.UTF_8)
            .write("%s %s %d %s%n".formatted(network, form, batch, work));
        process.outputWriter(StandardCharsets.UTF_8).flush();
        String answer = answers.readLine();
        if (answer == null) {
          throw new IllegalStateException("PyTorch's side ended");
        }
        return Double.parseDouble(answer);
      } catch (IOException e) {
        throw new IllegalStateException("PyTorch's side does not answer: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      process.destroy();
      try {
        Files.deleteIfExists(script);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Starts PyTorch's side, where there is one. */
  static Optional<Server> serve(int threads) {
    if (!hasTorch(python())) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Server(threads));
    } catch (IOException e) {
      throw new IllegalStateException("PyTorch's side does not start: " + e.getMessage(), e);
    }
  }

  /**
   * The most that a process of its own holds for a gradient by its input, in bytes; absent without
   * PyTorch.
   *
   * @param network {@code ResNet-18}, {@code -34}, {@code -50} or {@code SqueezeNet}
   * @param points images at once
   */
  static OptionalLong peakBytes(String network, int points) {
    String python = python();
    if (!hasTorch(python)) {
      return OptionalLong.empty();
    }
    try {
      Path script = script();
      try {
        Process p =
            asByItself(
                    new ProcessBuilder(
                        python, script.toString(), "memory", network, String.valueOf(points)))
                .start();
        byte[] said = p.getInputStream().readAllBytes();
        return OptionalLong.of(Long.parseLong(new String(said, StandardCharsets.UTF_8).strip()));
      } finally {
        Files.deleteIfExists(script);
      }
    } catch (IOException e) {
      throw new IllegalStateException("PyTorch's side does not run: " + e.getMessage(), e);
    }
  }

  static void run(double seconds, PrintStream out) {
    String python = python();
    if (!hasTorch(python)) {
      out.println();
      out.println(
          "PyTorch beside it: skipped, no PyTorch in \""
              + python
              + "\" (WHYC_PYTHON names another).");
      return;
    }
    try {
      Path script = script();
      try {
        Process p =
            asByItself(new ProcessBuilder(python, script.toString(), String.valueOf(seconds)))
                .start();
        out.println();
        out.print(new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        p.waitFor(1, TimeUnit.MINUTES);
      } finally {
        Files.deleteIfExists(script);
      }
    } catch (IOException e) {
      throw new IllegalStateException("PyTorch's side does not run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean hasTorch(String python) {
    try {
      Process p =
          new ProcessBuilder(List.of(python, "-c", "import torch"))
              .redirectErrorStream(true)
              .start();
      p.getInputStream().readAllBytes();
      return p.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
