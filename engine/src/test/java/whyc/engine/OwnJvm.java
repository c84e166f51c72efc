package whyc.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Runs a class in a JVM of its own, as a service runs it: beside tests of all kinds the compiler of
 * the JVM has seen every method used in every way, and keeps on the heap what it otherwise does
 * not.
 */
public final class OwnJvm {
  private OwnJvm() {}

  /** What the class printed, its exceptions included. */
  public static String output(Class<?> main) throws IOException {
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName())
            .redirectErrorStream(true)
            .start();
    String all = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return all.replaceFirst("WARNING: Using incubator modules: .*\\R", "").strip();
  }
}
