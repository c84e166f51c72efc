package whyc.app.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import whyc.engine.ort.OrtEngine;

/** The list of commands. */
public final class Commands {
  private static final Map<String, Function<Console, Object>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("explain", ExplainCommand::new);
    ALL.put("compile", CompileCommand::new);
    ALL.put("inspect", InspectCommand::new);
    ALL.put("verify", VerifyCommand::new);
    ALL.put("simulate", SimulateCommand::new);
    ALL.put("approximate", ApproximateCommand::new);
    ALL.put("search", SearchCommand::new);
    ALL.put("multipliers", MultipliersCommand::new);
    ALL.put("pack", PackCommand::new);
    ALL.put("unpack", UnpackCommand::new);
    ALL.put("demo", DemoCommand::new);
    ALL.put("rehearse", c -> new RehearseCommand());
  }

  private Commands() {}

  /**
   * Adds commands: the one that the arguments name, or all where they name none, for a command
   * takes time to set up.
   */
  public static void add(CommandLine line, String[] arguments, Console console) {
    Optional<String> named = Arrays.stream(arguments).filter(a -> !a.startsWith("-")).findFirst();
    ALL.forEach((name, create) -> {
      if (named.isEmpty() || !ALL.containsKey(named.get()) || named.get().equals(name)) {
        line.addSubcommand(name, create.apply(console));
      }
    });
  }

  /**
   * Loads ONNX Runtime while the arguments are read: on a second core it costs no time of the
   * first.
   */
  public static void warmUp(String[] arguments) {
    String command = arguments.length == 0 ? "" : arguments[0];
    if (command.equals("explain") || command.equals("demo")) {
      Thread loading = new Thread(OrtEngine::load, "whyc-load");
      loading.setDaemon(true);
      loading.start();
    }
  }

  /** The version of this build. */
  public static String version() {
    String version = Commands.class.getPackage().getImplementationVersion();
    return version == null ? "(unpacked)" : version;
  }
}
