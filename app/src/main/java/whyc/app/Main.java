package whyc.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import whyc.app.cli.Commands;
import whyc.app.cli.Console;
import whyc.app.cli.Refusal;
import whyc.files.Unfinished;
import whyc.refusal.FileFault;
import whyc.refusal.Refused;

/** The command line's entry. */
@Command(
    name = "whyc",
    description = "Compiles an image classifier into a program that also says why.",
    footer =
        "  bench    Measures what explanations cost on this machine: ./whyc bench --help tells more.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main implements Runnable {
  /** Set by the launcher where a person watches the standard error stream. */
  private static final String TERMINAL = "whyc.terminal";

  @Spec private CommandSpec spec;

  private Main() {
    spec = CommandSpec.create();
  }

  public static void main(String[] arguments) {
    Stop.install();
    PrintStream out =
        new PrintStream(
            new java.io.FileOutputStream(java.io.FileDescriptor.out),
            false,
            StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(
            new java.io.FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);
    Commands.warmUp(arguments);
    int status = run(arguments, new Console(out, err, Boolean.getBoolean(TERMINAL)), out, err);
    out.flush();
    System.exit(status);
  }

  /** Runs one command, as {@link #main} does, in this process; gives the exit status. */
  public static int run(String[] arguments, PrintStream out, PrintStream err) {
    return run(arguments, new Console(out, err, false), out, err);
  }

  private static int run(String[] arguments, Console console, PrintStream out, PrintStream err) {
    CommandLine line = new CommandLine(new Main());
    Commands.add(line, arguments, console);
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((e, args) -> wrongUsage(e, console));
    line.setExecutionExceptionHandler(
        (e, command, result) -> failed(e, console, command.getCommandSpec().qualifiedName()));
    try {
      return line.execute(arguments);
    } catch (Error e) {
      return failed(e, console, "whyc");
    }
  }

  private static int wrongUsage(ParameterException e, Console console) {
    String meant =
        e instanceof UnmatchedArgumentException u && !u.getSuggestions().isEmpty()
            ? "; nearest: " + String.join(", ", u.getSuggestions())
            : "";
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    console.fail(withHelp(e.getMessage() + meant, command));
    return 2;
  }

  private static String withHelp(String sentence, String command) {
    return "%s; see %s --help".formatted(sentence, command);
  }

  private static int failed(Throwable thrown, Console console, String command) {
    Throwable e = cause(thrown);
    if (console.isVerbose()) {
      e.printStackTrace(console.err());
    }
    int status = e instanceof Refusal r ? r.status() : 1;
    console.fail(status == 2 ? withHelp(sentence(e), command) : sentence(e));
    return status;
  }

  /** Without what other threads and streams wrap it in. */
  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown.getCause();
    boolean wrapped =
        thrown instanceof CompletionException || thrown instanceof UncheckedIOException;
    return wrapped && cause != null ? cause(cause) : thrown;
  }

  static String sentence(Throwable e) {
    return switch (e) {
      case OutOfMemoryError o ->
          "out of memory (%s): the Java heap has at most %d MB; WHYC_JAVA_OPTS=-Xmx4g gives it 4 GB, and fewer or smaller images take less"
              .formatted(o.getMessage(), Runtime.getRuntime().maxMemory() / 1_000_000);
      case FileSystemException f when f.getFile() != null ->
          Unfinished.asked(Path.of(f.getFile())) + ": " + FileFault.reason(f);
      case Throwable t
          when (t instanceof Refused
                  || t instanceof IOException
                  || t instanceof InvalidPathException)
              && t.getMessage() != null ->
          String.valueOf(t.getMessage());
      default -> "an error inside whyc (%s); --verbose shows where, please report it".formatted(e);
    };
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"whyc " + Commands.version()};
    }
  }
}
