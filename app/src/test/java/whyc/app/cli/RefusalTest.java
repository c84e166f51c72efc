package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whyc.explain.Head;
import whyc.graph.Builder;
import whyc.onnx.OnnxWriter;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** What cannot be done is refused in one sentence, and leaves nothing behind. */
final class RefusalTest {
  @TempDir private Path folder;
  private Path model;
  private Path picture;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    model = Networks.plain(folder);
    picture = Called.picture(folder.resolve("noise.png"), 20, 16);
    out = folder.resolve("out");
  }

  private Called refused(int status, Object... arguments) throws IOException {
    List<String> before = Called.names(folder);
    Called c = Called.with(arguments);
    assertThat(c.status()).as(c.out() + c.err()).isEqualTo(status);
    assertThat(c.out()).isEmpty();
    List<String> sentences =
        c.err()
            .lines()
            .filter(l -> !l.startsWith("whyc: warning") && l.startsWith("whyc: "))
            .toList();
    assertThat(sentences).as(c.err()).hasSize(1);
    assertThat(c.err()).doesNotContain("\tat ", "Exception");
    assertThat(Called.names(folder)).isEqualTo(before);
    return c;
  }

  private Called explain(int status, Object... more) throws IOException {
    Object[] arguments = {"explain", model, picture, "-o", out};
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return refused(status, all);
  }

  @Test
  void aModelThatIsNotThere() throws IOException {
    assertThat(refused(1, "explain", folder.resolve("none.onnx"), picture, "-o", out).err())
        .contains("none.onnx");
  }

  @Test
  void aModelThatIsCutOff() throws IOException {
    byte[] whole = Files.readAllBytes(model);
    Path half = Files.write(folder.resolve("half.onnx"), Arrays.copyOf(whole, whole.length / 2));
    assertThat(refused(1, "explain", half, picture, "-o", out).err()).contains("half.onnx");
  }

  @Test
  void anOutputThatHasANameOfOurs() throws IOException {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 3, 3, 4, 4)));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of(Head.SCORES, b.mean(x, 2, 3)));
    byte[] onnx = OnnxWriter.write(b.finish(outputs), true).toByteArray();
    Path taken = Files.write(folder.resolve("taken.onnx"), onnx);
    assertThat(refused(1, "explain", taken, picture, "-o", out).err())
        .contains("taken.onnx: the output name \"whyc_scores\" is taken by whyc");
  }

  @Test
  void anImageThatIsNotThere() throws IOException {
    assertThat(refused(1, "explain", model, folder.resolve("none.png"), "-o", out).err())
        .contains("none.png");
  }

  /** Whose model is none: that would be found out first if it were read. */
  @Test
  void imagesThatAreNotThereAreRefusedBeforeModelsAreRead() throws IOException {
    Path noModel = Files.writeString(folder.resolve("no.onnx"), "no model");
    Path none = folder.resolve("none.png");
    assertThat(refused(1, "simulate", noModel, picture, none).err())
        .contains("none.png: there is no such file");
    assertThat(refused(1, "explain", noModel, picture, none, "-o", out).err())
        .contains("none.png: there is no such file");
    assertThat(refused(1, "approximate", noModel, folder.resolve("nowhere")).err())
        .contains("nowhere: there is no such file or folder");
  }

  @Test
  void theSecondImageIsDamaged() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.png"), "no picture");
    assertThat(refused(1, "explain", model, picture, bad, "-o", out).err()).contains("bad.png");
  }

  @Test
  void aClassOutOfRange() throws IOException {
    assertThat(explain(1, "--class", "4").err()).contains("0 to 3", "got 4");
    assertThat(explain(1, "--class", "-1").err()).contains("got -1");
  }

  @Test
  void aLabelWithoutLabels() throws IOException {
    assertThat(explain(1, "--class", "dog").err()).contains("--labels");
  }

  @Test
  void anUnknownLabelTellsTheNearest() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "ant\nbee\ncow\ndog\n");
    assertThat(explain(1, "--labels", labels, "--class", "doog").err())
        .contains("doog", "nearest: dog");
  }

  @Test
  void aLayerThatDoesNotExist() throws IOException {
    assertThat(explain(1, "--layer", "nowhere").err()).contains("nowhere", "nearest of");
  }

  @Test
  void aFolderThatExists() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("thesis.txt"), "years of work");
    assertThat(explain(1).err()).contains("--overwrite");
    assertThat(Called.names(out)).containsExactly("thesis.txt");
  }

  @Test
  void anEmptyFolderIsTaken() throws IOException {
    Files.createDirectory(out);
    Called c = Called.with("explain", model, picture, "-o", out);
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Called.names(out)).contains("index.html");
  }

  @Test
  void aFolderOfOtherThingsIsNeverReplaced() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("thesis.txt"), "years of work");
    explain(1, "--overwrite");
    assertThat(Called.names(out)).containsExactly("thesis.txt");
  }

  @Test
  void aFailureLeavesEarlierResults() throws IOException {
    assertThat(Called.with("explain", model, picture, "-o", out).status()).isZero();
    byte[] before = Files.readAllBytes(out.resolve("noise/manifest.json"));
    Path bad = Files.writeString(folder.resolve("bad.png"), "no picture");
    refused(1, "explain", model, picture, bad, "-o", out, "--overwrite");
    assertThat(out.resolve("noise/manifest.json")).hasBinaryContent(before);
  }

  @Test
  void tensorsOfAnotherShape() throws IOException {
    Path flat = Called.tensor(folder.resolve("flat.npy"), 3, 12);
    assertThat(refused(1, "explain", model, flat, "-o", out).err()).contains("flat.npy", "[3,12]");
    Path large = Called.tensor(folder.resolve("large.npy"), 1, 3, 13, 12);
    assertThat(refused(1, "explain", model, large, "-o", out).err()).contains("[1,3,13,12]");
  }

  @Test
  void tensorsOfAnotherType() throws IOException {
    Path doubles =
        Files.write(
            folder.resolve("doubles.npy"),
            Npy.write(Tensor.of(Shape.of(3, 12, 12), new double[432])));
    assertThat(refused(1, "explain", model, doubles, "-o", out).err())
        .contains("float32", "float64");
  }

  @Test
  void tensorsThatAreNoNumbers() throws IOException {
    float[] values = new float[432];
    values[7] = Float.NaN;
    Path nan =
        Files.write(folder.resolve("nan.npy"), Npy.write(Tensor.of(Shape.of(3, 12, 12), values)));
    assertThat(refused(1, "explain", model, nan, "-o", out).err()).contains("NaN", "position 7");
  }

  @Test
  void weightsThatAreNoNumbers() throws IOException {
    Path nan = Networks.notANumber(folder);
    assertThat(refused(1, "explain", nan, picture, "-o", out).err()).contains("nan.onnx", "NaN");
  }

  @Test
  void aPictureForAModelOfTwoChannels() throws IOException {
    Path two = Networks.twoChannels(folder);
    assertThat(refused(1, "explain", two, picture, "-o", out).err()).contains(".npy");
  }

  @Test
  void wrongCommandLines() throws IOException {
    explain(2, "--nonsense");
    explain(2, "--method", "nonsense");
    assertThat(explain(2, "--engine", "gpu").err()).contains("auto, ort or jvm, got gpu");
    explain(2, "--threads", "0");
    explain(2, "--engine", "jvm", "--threads", "0");
    explain(2, "--engine", "jvm", "--threads", "10000");
    explain(2, "--memory", "lots");
    explain(2, "--size", "12");
    explain(2, "--resize", "squeeze");
    explain(2, "--input", "nonsense");
    explain(2, "--profile", "nonsense");
    explain(2, "--rule", "nonsense", "-m", "ig");
    explain(2, "--baseline", "nonsense", "-m", "ig");
    explain(2, "--colormap", "nonsense");
    explain(2, "--steps", "many");
    explain(2, "--steps", "0");
    explain(2, "--steps", "1", "--rule", "trapezoid");
    explain(2, "--samples", "0");
    explain(2, "--noise", "-1");
    explain(2, "--std", "0");
    explain(2, "--crop", "0");
    explain(2, "--crop", "1.5");
    assertThat(explain(2, "--class", "input").err()).contains("compile");
    refused(2, "explain", model);
    refused(2, "nonsense");
    refused(2, "compile", model);
  }

  @Test
  void aSizeThatTheModelDoesNotHave() throws IOException {
    assertThat(explain(1, "--size", "24x24").err()).contains("12 x 12");
  }

  @Test
  void memoryThatDoesNotHoldAProgram() throws IOException {
    assertThat(explain(1, "--memory", "1MB", "--engine", "ort").err()).contains("--memory");
    assertThat(explain(1, "--memory", "1MB", "--engine", "jvm").err())
        .contains("--memory 1MB", "--engine jvm");
  }

  @Test
  void stacksAreForTheVerbose() {
    Called c = Called.with("explain", folder.resolve("none.onnx"), picture, "-o", out, "--verbose");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("\tat ");
  }

  @Test
  void integersWithoutImages() throws IOException {
    Path file = folder.resolve("int8.onnx");
    assertThat(refused(2, "compile", model, "--quantize", "int8", "-o", file).err())
        .contains("--quantize wants images to measure ranges on: --calibrate");
    assertThat(refused(2, "compile", model, "--calibrate", picture, "-o", file).err())
        .contains("want --quantize");
  }

  @Test
  void integersThatAreNotKnown() throws IOException {
    Path file = folder.resolve("int4.onnx");
    Object[] start = {"compile", model, "-o", file, "--calibrate", picture, "--quantize"};
    Object[] width = Arrays.copyOf(start, start.length + 1);
    width[start.length] = "int4";
    assertThat(refused(2, width).err()).contains("--quantize wants to be one of int8, int16");
    Object[] how = Arrays.copyOf(start, start.length + 3);
    how[start.length] = "int8";
    how[start.length + 1] = "--calibration";
    how[start.length + 2] = "magic";
    assertThat(refused(2, how).err()).contains("--calibration wants squares, minmax");
  }

  @Test
  void integersForAClassThatIsGiven() throws IOException {
    Path file = folder.resolve("int8.onnx");
    assertThat(
            refused(
                    2,
                    "compile",
                    model,
                    "-o",
                    file,
                    "--calibrate",
                    picture,
                    "--quantize",
                    "int8",
                    "-m",
                    "gradcam",
                    "--class",
                    "input")
                .err())
        .contains("a class that is known");
  }

  @Test
  void aFolderWithoutImages() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path file = folder.resolve("int8.onnx");
    assertThat(
            refused(1, "compile", model, "-o", file, "--calibrate", empty, "--quantize", "int8")
                .err())
        .contains("a folder stands for the images in it (.jpg .jpeg .png");
  }

  @Test
  void integersTwice() throws IOException {
    Path file = folder.resolve("int8.onnx");
    Called c =
        Called.with("compile", model, "-o", file, "--calibrate", picture, "--quantize", "int8");
    assertThat(c.status()).as(c.err()).isZero();
    Path again = folder.resolve("again.onnx");
    assertThat(
            refused(1, "compile", file, "-o", again, "--calibrate", picture, "--quantize", "int8")
                .err())
        .contains("rounds to integers already");
  }
}
