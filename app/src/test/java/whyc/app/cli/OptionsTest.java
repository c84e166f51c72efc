package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.Accelerator;
import whyc.architecture.Method;
import whyc.architecture.Space;
import whyc.assign.Strategies;

/** No option is ignored without a word, no input is replaced, no text takes over the terminal. */
class OptionsTest {
  @TempDir private Path folder;
  private Path model;
  private Path picture;

  @BeforeEach
  void prepare() throws IOException {
    model = Networks.plain(folder);
    picture = Called.picture(folder.resolve("noise.png"), 20, 16);
  }

  private Called compile(String... more) {
    List<Object> all = new ArrayList<>(List.of("compile", model, "-o", folder.resolve("out")));
    all.addAll(List.of(more));
    return Called.with(all.toArray());
  }

  /** Also where it says what is the default. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--lanes 8                     | onnx | --lanes",
        "--lanes 4 --weight-latency 3  | c    | --lanes, --weight-latency",
        "--weights held                | onnx | --weights",
        "--weight-port 64              | c    | --weight-port",
        "--board up5k                  | onnx | --board",
        "--simulate --scale-maps       | onnx | --simulate, --scale-maps"
      })
  void optionsOfCoresMustGoWithCores(String options, String target, String named) {
    List<String> all = new ArrayList<>(List.of(options.split(" ")));
    all.addAll(List.of("--target", target));
    Called c = compile(all.toArray(String[]::new));
    assertThat(c.status()).isEqualTo(2);
    assertThat(c.err()).contains(named + " must go with --target rtl, got --target " + target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--weight-port", "--weight-latency"})
  void aPortForWeightsMustHaveWeightsOutside(String option) {
    Called c =
        compile(
            "--target",
            "rtl",
            "--quantize",
            "int8",
            "--calibrate",
            picture.toString(),
            option,
            "64");
    assertThat(c.status()).isEqualTo(2);
    assertThat(c.err()).contains(option + " must go with --weights external, got --weights held");
  }

  @Test
  void aFolderToCalibrateWithMayHoldFilesOfOtherKinds() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Files.writeString(pictures.resolve("scan.tif"), "of another kind");
    String[] call = {"--quantize", "int8", "--calibrate", pictures.toString(), "--input", "unit"};
    assertThat(compile(call).err())
        .contains("a folder stands for the images in it (.jpg .jpeg .png", ".npy), and has none");
    Called.picture(pictures.resolve("noise.PNG"), 20, 16);
    assertThat(compile(call).status()).isZero();
  }

  /** The same for every command that takes images. */
  @ParameterizedTest
  @ValueSource(strings = {"explain", "verify", "simulate"})
  void aFolderStandsForTheImagesInIt(String command) throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Files.writeString(pictures.resolve("notes.txt"), "of another kind");
    List<Object> call = new ArrayList<>(List.of(command, model, pictures, "--input", "unit"));
    if (command.equals("explain")) {
      call.addAll(List.of("-o", folder.resolve("why")));
    }
    Called none = Called.with(call.toArray());
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err())
        .contains(pictures + ": a folder stands for the images in it (.jpg", "and has none");
    Called.picture(pictures.resolve("b.png"), 20, 16);
    Called.picture(pictures.resolve("a.PNG"), 20, 16);
    call.add("--json");
    Called both = Called.with(call.toArray());
    assertThat(both.err()).doesNotContain("none");
    assertThat(both.status()).isZero();
    if (command.equals("explain")) {
      assertThat(both.json().at("/images")).hasSize(2);
      assertThat(Called.names(folder.resolve("why"))).contains("a", "b");
    } else if (command.equals("verify")) {
      assertThat(both.out().indexOf("a.PNG")).isBetween(0, both.out().indexOf("b.png"));
    }
  }

  @Test
  void fewerVectorsThanAskedForAreWarnedOf() {
    Called c =
        compile(
            "--target",
            "rtl",
            "--quantize",
            "int8",
            "--input",
            "unit",
            "--vectors",
            "50",
            "--calibrate",
            picture.toString());
    assertThat(c.status()).isZero();
    assertThat(c.err())
        .contains(
            "warning: --vectors 50: the test bench runs 1, all images that --calibrate names");
  }

  @Test
  void theUsualNumberOfVectorsIsNoWish() {
    Called c =
        compile(
            "--target",
            "rtl",
            "--quantize",
            "int8",
            "--input",
            "unit",
            "--calibrate",
            picture.toString());
    assertThat(c.status()).isZero();
    assertThat(c.err()).doesNotContain("--vectors");
  }

  /** Not the temporary name that files have while they are written. */
  @ParameterizedTest
  @CsvSource({"compile, x.onnx", "compile, x"})
  void whatMayNotBeWrittenIsNamedAsItWasAskedFor(String command, String name) throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "root writes all");
    Path out = closed.resolve(name);
    Called c =
        name.equals("x")
            ? Called.with(command, model, "--target", "c", "-o", out)
            : Called.with(command, model, "-o", out);
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).isEqualTo("whyc: " + out + ": access is denied\n");
  }

  @Test
  void verifyTakesNoBoundThatItWouldNotKeep() {
    Called c = Called.with("verify", model, "--memory", "1GB");
    assertThat(c.status()).isEqualTo(2);
    assertThat(c.err()).contains("which no --memory can bound, got --memory 1GB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exact8s --bits 6        | --bits has no effect: it is for the list, and circuits are asked for",
        "exact8s --signed        | --signed has no effect",
        "exact8s --family drum   | --family has no effect",
        "exact8s --sort area     | --sort has no effect",
        "--import t.csv --signed --bits 4 --sort area | --sort has no effect: it is for the list, and one table is"
      })
  void optionsOfTheListOfMultipliersAreWarnedOf(String options, String warning) throws IOException {
    Path table = folder.resolve("t.csv");
    Called.with("multipliers", "exact4s", "--export", table);
    List<Object> all = new ArrayList<>(List.of("multipliers"));
    for (String o : options.split(" ")) {
      all.add(o.equals("t.csv") ? table : o);
    }
    Called c = Called.with(all.toArray());
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.err()).contains("whyc: warning: " + warning);
    assertThat(c.err().lines().filter(l -> l.contains("has no effect"))).hasSize(1);
  }

  @Test
  void noInputIsReplacedByTheResult() throws IOException {
    Path machine = folder.resolve("mine.json");
    try (var in = getClass().getResourceAsStream("/accelerator/epu-28nm.json")) {
      Files.write(machine, in.readAllBytes());
    }
    Path labels = Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\n");
    for (Path input : List.of(model, picture, machine, labels)) {
      byte[] before = Files.readAllBytes(input);
      Called c =
          Called.with(
              "simulate",
              model,
              picture,
              "--labels",
              labels,
              "-a",
              machine,
              "-o",
              input,
              "--overwrite");
      assertThat(c.status()).isEqualTo(1);
      assertThat(c.err()).contains(input + ": the result wants a file of its own");
      assertThat(input).hasBinaryContent(before);
    }
  }

  @Test
  void noPictureToCalibrateWithIsReplacedByTheResult() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Path one = Called.picture(pictures.resolve("noise.png"), 20, 16);
    byte[] before = Files.readAllBytes(one);
    for (Path calibrate : List.of(one, pictures)) {
      Called c =
          Called.with(
              "compile",
              model,
              "--quantize",
              "int8",
              "--calibrate",
              calibrate,
              "-o",
              one,
              "--overwrite");
      assertThat(c.status()).isEqualTo(1);
      assertThat(c.err()).contains("got the one it is made from");
    }
    assertThat(one).hasBinaryContent(before);
  }

  @Test
  void helpListsWhatComesWithWhyc() {
    String simulate = Called.with("simulate", "--help").out().replaceAll("\\s+", " ");
    assertThat(simulate)
        .contains(String.join(", ", Accelerator.shipped()) + ", or a JSON file; default epu-28nm");
    String approximate = Called.with("approximate", "--help").out().replaceAll("\\s+", " ");
    assertThat(approximate)
        .contains(
            String.join(", ", Strategies.names()) + ", all, the last to compare; default ours")
        .contains("whose energy counts: xai-gen-8x16, xai-gen-8x256, or a JSON file");
    String search = Called.with("search", "--help").out().replaceAll("\\s+", " ");
    assertThat(search)
        .contains(String.join(", ", Method.all().stream().map(Method::name).toList()))
        .contains(String.join(", ", Space.shipped()) + ", or a JSON file")
        .contains("accuracy, energy, latency");
  }

  @Test
  void aRehearsalThatFailsEndsInAnotherStatusThanZero() throws IOException {
    Path stage = Files.createDirectory(folder.resolve("stage"));
    Called c = Called.with("rehearse", "-o", stage, "--engine", "none");
    assertThat(c.status()).isNotZero();
    assertThat(c.err()).contains("a rehearsal must end in 0, got 1");
  }

  /** Red, a title, and the eight-bit form of an escape sequence's begin. */
  @Test
  void namesDoNotReachTheTerminalAsEscapeSequences() throws IOException {
    Path labels = folder.resolve("labels.txt");
    Files.writeString(labels, "\u001b[31ma\n\u001b]0;b\u0007\n\u009b31mc\nd\u007f\n");
    for (int k = 0; k < Networks.CLASSES; k++) {
      Path out = folder.resolve("out" + k);
      for (String form : List.of("-q", "--json")) {
        Called c =
            Called.with(
                "explain",
                model,
                picture,
                "--labels",
                labels,
                "-c",
                k,
                "-o",
                out,
                "--overwrite",
                form);
        assertThat(c.status()).as(c.err()).isZero();
        assertThat(c.out() + c.err()).doesNotContain("\u001b", "\u0007", "\u009b", "\u007f");
      }
    }
    assertThat(
            Called.json(folder.resolve("out2/noise/manifest.json"))
                .at("/methods/0/label")
                .asString())
        .isEqualTo("\u009b31mc");
  }

  @Test
  void textThatIsNoTextIsRefusedByTheNameOfItsFile() throws IOException {
    byte[] latin = "caf\u00e9\t1\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(folder.resolve("labels.tsv"), latin);
    assertThat(
            Called.with("approximate", model, folder, "--input", "unit", "-o", folder.resolve("o"))
                .err())
        .contains("labels.tsv: a text file must be UTF-8");
    Path table = Files.write(folder.resolve("t.csv"), latin);
    assertThat(Called.with("multipliers", "--import", table, "--signed").err())
        .contains("t.csv: a text file must be UTF-8");
  }
}
