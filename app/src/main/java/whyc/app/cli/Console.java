package whyc.app.cli;

import java.io.PrintStream;

/** Where a command speaks: results to one stream, everything else to the other. */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final long started = System.nanoTime();
  private boolean quiet;
  private boolean verbose;

  /**
   * A console.
   *
   * @param terminal whether a person watches {@code err}
   */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  void setQuiet(boolean quiet) {
    this.quiet = quiet;
  }

  void setVerbose(boolean verbose) {
    this.verbose = verbose;
  }

  public boolean isVerbose() {
    return verbose;
  }

  /** Whether progress is drawn. */
  boolean drawsProgress() {
    return terminal && !quiet;
  }

  public PrintStream err() {
    return err;
  }

  /** Names come from models and files: none moves the cursor, changes colours or the title. */
  private static String shown(String text) {
    boolean plain = text.codePoints().noneMatch(Console::controls);
    return plain
        ? text
        : text.codePoints()
            .map(c -> controls(c) ? '?' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private static boolean controls(int c) {
    return Character.isISOControl(c) && c != '\n' && c != '\t';
  }

  /** A line of the result. */
  void result(String line) {
    out.println(shown(line));
  }

  /** Text of the result, without a line's end of its own. */
  void text(String text) {
    out.print(shown(text));
    out.flush();
  }

  /** What one may like to know; not with {@code --quiet}. */
  void say(String line) {
    if (!quiet) {
      err.println(shown(line));
    }
  }

  /** Says with {@code --verbose} that a stage is done, and when. */
  void reached(String stage) {
    if (verbose) {
      err.printf(
          java.util.Locale.ROOT, "%7.1f ms  %s%n", (System.nanoTime() - started) / 1e6, stage);
    }
  }

  /** What one should know. */
  void warn(String line) {
    err.println("whyc: warning: " + shown(line));
  }

  /** Why it could not be done. */
  public void fail(String sentence) {
    err.println("whyc: " + shown(sentence.strip()));
  }
}
