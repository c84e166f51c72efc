package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The same work in PyTorch, where a Python with PyTorch is installed: {@code peer.py} beside this
 * class. The Python is that of {@code WHYC_PYTHON}, else {@code python3}.
 */
final class PyTorchPeer {
  private PyTorchPeer() {}

  static void run(double seconds, PrintStream out) {
    String python = System.getenv().getOrDefault("WHYC_PYTHON", "python3");
    if (!hasTorch(python)) {
      out.println();
      out.println(
          "PyTorch beside it: skipped, no PyTorch in \""
              + python
              + "\" (WHYC_PYTHON names another).");
      return;
    }
    try {
      Path script = Files.createTempFile("whyc-peer", ".py");
      try (var source = PyTorchPeer.class.getResourceAsStream("/peer.py")) {
        Files.write(script, java.util.Objects.requireNonNull(source).readAllBytes());
        Process p =
            new ProcessBuilder(python, script.toString(), String.valueOf(seconds))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
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
