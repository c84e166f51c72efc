package whyc.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.tensor.ElementType;
import whyc.tensor.Npy;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Does what the pages say, from top to bottom, in a folder of its own. Blocks of a tutorial:
 *
 * <pre>{@code
 * sh        commands; each ends well
 * console   lines that begin so were printed since the last block with commands began
 * text      files that are there now
 * java      a program, saved under its class's name
 * }</pre>
 *
 * Of the README the lines that call whyc are done, with files of the names that it uses.
 */
final class TutorialTest {
  private static final Path DEMO = Path.of("app/src/main/resources/whyc/demo");
  private static final String COPY = "cp -r " + DEMO + " demo";
  private static final String JAVA = "java ";
  private static final String LIBRARIES = "-cp \"app/target/lib/*\" ";
  private static final String WHYC = "./whyc ";
  private static final Pattern FILE = Pattern.compile(".*(/.*|\\.(onnx|jpg|npy|txt))");
  private static final Pattern CLASS = Pattern.compile("class (\\w+)");

  @TempDir private Path folder;
  private final StringBuilder printed = new StringBuilder();

  static List<Path> tutorials() throws IOException {
    List<Path> pages = new ArrayList<>(Page.in(Page.ROOT.resolve("docs/tutorials")));
    pages.add(Page.ROOT.resolve("docs/architecture.md"));
    return pages;
  }

  /** What the pages take for granted: a model, a photograph, a list of classes, a tensor. */
  @BeforeEach
  void placeholders() throws IOException {
    Path demo = Page.ROOT.resolve(DEMO);
    Files.copy(demo.resolve("model.onnx"), folder.resolve("model.onnx"));
    Files.copy(demo.resolve("dog.jpg"), folder.resolve("photo.jpg"));
    Files.writeString(
        folder.resolve("classes.txt"),
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n");
    Tensor grey = Tensor.filled(TensorType.of(ElementType.FLOAT32, 1, 3, 32, 32), 0);
    Files.write(folder.resolve("prepared.npy"), Npy.write(grey));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tutorials")
  void aTutorialDoesWhatItSays(Path page) throws IOException, InterruptedException {
    for (Page.Block block : Page.read(page).blocks()) {
      switch (block.kind()) {
        case "sh" -> {
          printed.setLength(0);
          for (String line : block.lines()) {
            command(line);
          }
        }
        case "console" -> block.lines().forEach(this::wasPrinted);
        case "text" ->
            assertThat(block.lines()).allSatisfy(f -> assertThat(folder.resolve(f)).exists());
        case "java" -> save(String.join("\n", block.lines()));
        case "python" -> assertThat(block.lines()).isNotEmpty();
        default -> throw new AssertionError("a block wants a kind, got " + block);
      }
    }
  }

  @Test
  void theReadmeDoesWhatItSays() throws IOException {
    List<String> calls =
        Page.read(Page.ROOT.resolve("README.md")).blocks().stream()
            .flatMap(b -> b.lines().stream())
            .filter(l -> l.startsWith(WHYC))
            .map(l -> l.replaceFirst("\\s+#.*", ""))
            .toList();
    assertThat(calls).isNotEmpty();
    calls.forEach(c -> whyc(c.substring(WHYC.length())));
  }

  private void wasPrinted(String line) {
    assertThat(printed.toString().lines()).as(line).anyMatch(l -> l.startsWith(line));
  }

  private void command(String line) throws IOException, InterruptedException {
    if (line.startsWith(WHYC)) {
      whyc(line.substring(WHYC.length()));
    } else if (line.startsWith(JAVA)) {
      java(line.substring(JAVA.length()).replace(LIBRARIES, ""));
    } else {
      assertThat(line).isEqualTo(COPY);
      copy(Page.ROOT.resolve(DEMO), Files.createDirectory(folder.resolve("demo")));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private void whyc(String call) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream all = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      int status = Main.run(arguments(call), all, all);
      String output = bytes.toString(StandardCharsets.UTF_8);
      assertThat(status).as(call + "\n" + output).isZero();
      printed.append(output.replace(folder + "/", ""));
    }
  }

  /** The same with files in the folder. Results without a name go there, too. */
  private String[] arguments(String call) {
    List<String> words = new ArrayList<>(List.of(call.split(" ")));
    if (Set.of("explain", "demo").contains(words.getFirst()) && !words.contains("-o")) {
      words.addAll(List.of("-o", "results-of-" + words.getFirst()));
    }
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      boolean folderOfResults = Set.of("-o", "pack").contains(words.get(i - 1));
      if (folderOfResults || FILE.matcher(word).matches()) {
        words.set(i, folder.resolve(word).toString());
      }
    }
    return words.toArray(String[]::new);
  }

  private void save(String program) throws IOException {
    Matcher name = CLASS.matcher(program);
    assertThat(name.find()).as(program).isTrue();
    Files.writeString(folder.resolve(name.group(1) + ".java"), program);
  }

  private void java(String call) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(Arrays.asList(call.split(" ")));
    Process process =
        new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(call + "\n" + output).isZero();
    printed.append(output);
  }
}
