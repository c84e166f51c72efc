package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import whyc.app.image.PictureReader;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

final class ExplainCommandTest {
  @TempDir private Path folder;
  private Path out;
  private Path picture;

  @BeforeEach
  void prepare() throws IOException {
    out = folder.resolve("out");
    picture = Called.picture(folder.resolve("noise.png"), 20, 16);
  }

  private JsonNode manifest(String image) throws IOException {
    return Called.json(out.resolve(image).resolve("manifest.json"));
  }

  @Test
  void aBundleHoldsRawAttributionPicturesManifestAndPage() throws IOException {
    Called c =
        Called.with(
            "explain", Networks.plain(folder), picture, "-o", out, "-m", "gradcam,saliency");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Called.names(out)).containsExactly("index.html", "noise", "whyc-files.txt");
    assertThat(Called.names(out.resolve("noise")))
        .containsExactly("gradcam", "manifest.json", "saliency");
    for (String method : List.of("gradcam", "saliency")) {
      assertThat(Called.names(out.resolve("noise").resolve(method)))
          .containsExactly("attribution.npy", "heatmap.png", "overlay.png");
    }
    assertThat(Npy.read(out.resolve("noise/gradcam/attribution.npy")).shape())
        .isEqualTo(Shape.of(6, 6));
    assertThat(Npy.read(out.resolve("noise/saliency/attribution.npy")).shape())
        .isEqualTo(Shape.of(3, 12, 12));
    assertThat(PictureReader.read(out.resolve("noise/gradcam/overlay.png")).picture().width())
        .isGreaterThan(300);
    assertThat(c.out()).contains("noise: class ", "gradcam", "index.html");
    assertThat(Called.names(folder)).doesNotContain(".out");
  }

  /** Of any number of images a page shows the first, and each has its manifest. */
  @Test
  void thePageOfManyImagesIsBounded() throws IOException {
    Path tensors = Called.tensor(folder.resolve("many.npy"), 203, 3, 12, 12);
    Called c = Called.with("explain", Networks.plain(folder), tensors, "-o", out, "--json");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Files.readString(out.resolve("index.html")))
        .contains("The first 200 of 203 images are shown", "id=\"image-199\"")
        .doesNotContain("id=\"image-200\"", "many_200");
    assertThat(manifest("many_202").at("/methods/0/picture/to").isNumber()).isTrue();
    assertThat(c.json().get("folder").asString()).isEqualTo(out.toString());
    assertThat(c.json().get("images")).hasSize(203);
    assertThat(c.json().at("/images/202")).isEqualTo(manifest("many_202"));
    assertThat(Called.names(out)).hasSize(205);
  }

  @Test
  void picturesThatAreAllOfOneClassRaiseADoubtAboutAGuess() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      Files.copy(picture, folder.resolve(name + ".png"));
    }
    Path model = Networks.plain(folder);
    Called guessed = Called.with("explain", model, folder, "-o", out, "-m", "gradcam");
    Called told =
        Called.with("explain", model, folder, "-o", folder.resolve("told"), "--input", "unit");

    assertThat(guessed.err()).containsPattern("warning: all 4 images are class \\d: if they show");
    assertThat(Files.readString(out.resolve("index.html"))).contains("all 4 images are class");
    assertThat(told.status()).isZero();
    assertThat(told.err()).doesNotContain("images are class");
  }

  @Test
  void theManifestSaysWhatWasDone() throws IOException {
    Called.with("explain", Networks.plain(folder), picture, "-o", out, "-m", "gradcam", "-m", "ig");
    JsonNode m = manifest("noise");
    assertThat(m.get("schema").asInt()).isEqualTo(1);
    assertThat(m.get("model").get("file").asString()).isEqualTo("plain.onnx");
    assertThat(m.get("model").get("sha256").asString()).hasSize(64);
    assertThat(m.get("input").get("sha256").asString()).hasSize(64);
    assertThat(m.get("preprocessing").get("source").asString()).isEqualTo("guess (imagenet)");
    assertThat(m.get("top")).hasSize(4);
    double sum = 0;
    for (JsonNode t : m.get("top")) {
      sum += t.get("probability").asDouble();
    }
    assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(m.get("timing").get("inference_ms").asDouble()).isPositive();
    JsonNode gradcam = m.get("methods").get(0);
    assertThat(gradcam.get("layer").get("name").asString()).isNotEmpty();
    assertThat(gradcam.get("layer").get("reason").asString()).contains("last layer");
    assertThat(gradcam.get("profile").asString()).isEqualTo("whyc");
    assertThat(gradcam.get("minimum").asDouble()).isGreaterThanOrEqualTo(0);
    assertThat(gradcam.get("engine").asString()).startsWith("ONNX Runtime");
    assertThat(gradcam.get("parameters").get("relu").asBoolean()).isTrue();
    JsonNode path = m.get("methods").get(1);
    assertThat(path.get("parameters").get("steps").asInt()).isEqualTo(50);
    assertThat(path.get("parameters").get("rule").asString()).isEqualTo("gauss-legendre");
    assertThat(path.get("parameters").get("baseline").asString()).isEqualTo("zero");
    assertThat(path.get("parameters").get("points_per_run").asInt()).isPositive();
    assertThat(Math.abs(path.get("checks").get("completeness_residual").asDouble()))
        .isLessThan(0.1 * Math.abs(path.get("checks").get("sum").asDouble()));
  }

  @Test
  void aFileOfTooFewNamesIsWarnedOf() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "ant\nbee\n");
    Called c =
        Called.with("explain", Networks.plain(folder), picture, "-o", out, "--labels", labels);
    assertThat(c.err()).contains("names 2 classes, the model has 4");
  }

  @Test
  void optionsWithoutEffectAndTooManyLabelsAreWarnedOf() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "ant\nbee\ncow\ndog\nelk\n");
    Called c =
        Called.with(
            "explain",
            Networks.plain(folder),
            picture,
            "-o",
            out,
            "--steps",
            "9",
            "--seed",
            "1",
            "--labels",
            labels);
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.err())
        .contains("warning: --steps has no effect", "warning: --seed has no effect")
        .contains("names 5 classes, the model has 4")
        .doesNotContain("--noise");
    assertThat(manifest("noise").get("notes").toString()).contains("--steps has no effect");
  }

  /** With one picture, of as much as {@code inspect} says: the same programs on the same engine. */
  @ParameterizedTest
  @ValueSource(strings = {"ort", "jvm"})
  void thePeakOfTheProcessIsPredictedBeforeItRuns(String engine) throws IOException {
    Path model = Networks.plain(folder);
    Object[] call = {"explain", model, picture, "-o", out, "-m", "saliency", "--engine", engine};
    Called c = Called.with(call);
    Called inspected = Called.with("inspect", model, "--engine", engine, "--json");
    JsonNode saliency =
        inspected
            .json()
            .get("methods")
            .valueStream()
            .filter(m -> m.get("name").asString().equals("saliency"))
            .findFirst()
            .orElseThrow();
    String line =
        "%.0f MB predicted for the process at its peak, one image at a time (%s)"
            .formatted(
                saliency.get("peak_memory_bytes").asDouble() / 1e6,
                inspected.json().get("engine").asString());
    assertThat(c.err().lines()).containsOnlyOnce(line);
    assertThat(c.out()).doesNotContain("predicted for the process");
  }

  @Test
  void thePeakIsThatOfTheImagesThatRunAtOnceAndQuietSaysNothing() throws IOException {
    Path model = Networks.plain(folder);
    Path other = Called.picture(folder.resolve("other.png"), 30, 16);
    Path ten = Called.tensor(folder.resolve("ten.npy"), 10, 3, 12, 12);
    String at = "at its peak, ";
    assertThat(Called.with("explain", model, picture, other, "-o", out).err())
        .contains(at + "2 images at once");
    assertThat(Called.with("explain", model, ten, "-o", out, "--overwrite").err())
        .contains(at + "8 images at once");
    Path three = Called.tensor(folder.resolve("three.npy"), 3, 3, 12, 12);
    assertThat(Called.with("explain", model, picture, three, "-o", out, "--overwrite").err())
        .contains(at + "4 images at once");
    assertThat(Called.with("explain", model, picture, "-o", out, "--overwrite", "-q").err())
        .doesNotContain(at);
  }

  @Test
  void aBudgetThatOneImageExceedsIsRefusedBeforeAnythingIsPredictedToRun() throws IOException {
    Path model = Networks.plain(folder);
    Path ten = Called.tensor(folder.resolve("ten.npy"), 10, 3, 12, 12);
    Called less = Called.with("explain", model, ten, "-o", out, "--memory", "1MB");
    assertThat(less.status()).isEqualTo(1);
    assertThat(less.err()).contains("more than the 1 MB of --memory").doesNotContain("at its peak");
  }

  @Test
  void jsonIsAllThatGoesToStandardOutput() throws IOException {
    Called c = Called.with("explain", Networks.plain(folder), picture, "-o", out, "--json");
    assertThat(c.status()).isZero();
    assertThat(c.json().get("images")).hasSize(1);
    assertThat(c.json().get("images").get(0)).isEqualTo(manifest("noise"));
  }

  @Test
  void theTopClassHasTheLargestLogitAndTheCaptionItsLabel() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "ant\nbee\ncow\ndog\n");
    Called c =
        Called.with("explain", Networks.plain(folder), picture, "-o", out, "--labels", labels);
    JsonNode top = manifest("noise").get("top");
    assertThat(top.get(0).get("logit").asDouble())
        .isGreaterThan(top.get(1).get("logit").asDouble());
    assertThat(List.of("ant", "bee", "cow", "dog")).contains(top.get(0).get("label").asString());
    assertThat(c.out()).contains(top.get(0).get("label").asString());
  }

  @Test
  void severalClassesGetAFolderEach() throws IOException {
    Path labels =
        Files.writeString(folder.resolve("labels.tsv"), "0\tant\n1\tbee\n2\tcow\n3\tdog\n");
    Called c =
        Called.with(
            "explain",
            Networks.plain(folder),
            picture,
            "-o",
            out,
            "--labels",
            labels,
            "--class",
            "bee",
            "--class",
            "3");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Called.names(out.resolve("noise")))
        .containsExactly("gradcam@1", "gradcam@3", "manifest.json");
    assertThat(manifest("noise").get("methods").get(0).get("label").asString()).isEqualTo("bee");
  }

  @Test
  void eachSampleOfATensorFileHasItsFolder() throws IOException {
    Path tensors = Called.tensor(folder.resolve("some.npy"), 11, 3, 12, 12);
    Called c = Called.with("explain", Networks.plain(folder), tensors, "-o", out, "-m", "saliency");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Called.names(out)).hasSize(13).contains("some_0", "some_10");
    assertThat(manifest("some_10").get("input").get("sample").asInt()).isEqualTo(10);
    assertThat(manifest("some_10").get("preprocessing").get("source").asString())
        .isEqualTo("tensor");
  }

  @Test
  void aBatchGivesWhatItsImagesGiveAlone() throws IOException {
    Path model = Networks.plain(folder);
    Path tensors = Called.tensor(folder.resolve("some.npy"), 3, 3, 12, 12);
    Tensor all = Npy.read(tensors);
    float[] second = java.util.Arrays.copyOfRange(all.floats(), 432, 864);
    Path alone =
        Files.write(folder.resolve("alone.npy"), Npy.write(Tensor.of(Shape.of(3, 12, 12), second)));
    Called.with(
        "explain", model, tensors, alone, "-o", out, "-m", "gradcam,saliency,ig,smoothgrad");
    for (String method : List.of("gradcam", "saliency", "integratedgradients", "smoothgrad")) {
      float[] batched = Npy.read(out.resolve("some_1/" + method + "/attribution.npy")).floats();
      float[] single = Npy.read(out.resolve("alone/" + method + "/attribution.npy")).floats();
      for (int i = 0; i < single.length; i++) {
        assertThat(batched[i]).isCloseTo(single[i], org.assertj.core.data.Offset.offset(1e-4f));
      }
    }
  }

  @Test
  void imagesOfOneNameAreToldApart() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path same = Called.picture(other.resolve("noise.png"), 30, 30);
    Path index = Called.picture(other.resolve("index.html.png"), 30, 30);
    Called.with("explain", Networks.plain(folder), picture, same, index, "-o", out);
    assertThat(Called.names(out))
        .containsExactly("index.html", "index.html-2", "noise", "noise-2", "whyc-files.txt");
  }

  @Test
  void aSoftmaxIsCutAndSaidSo() throws IOException {
    Called c = Called.with("explain", Networks.softmax(folder), picture, "-o", out);
    assertThat(c.status()).as(c.err()).isZero();
    JsonNode m = manifest("noise");
    assertThat(m.get("notes").get(0).asString()).contains("Softmax");
    double p = 0;
    for (JsonNode t : m.get("top")) {
      p += t.get("probability").asDouble();
    }
    assertThat(p).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
  }

  /** p1 = 1 / (1 + exp(-z)), p0 = 1 - p1. */
  @Test
  void oneOutputIsTwoClasses() throws IOException {
    Called c =
        Called.with("explain", Networks.binary(folder), picture, "-o", out, "-c", "0", "-c", "1");
    assertThat(c.status()).as(c.err()).isZero();
    JsonNode top = manifest("noise").get("top");
    assertThat(top).hasSize(2);
    double z = top.get(0).get("logit").asDouble();
    assertThat(top.get(1).get("logit").asDouble()).isEqualTo(-z);
    assertThat(top.get(0).get("probability").asDouble())
        .isCloseTo(1 / (1 + Math.exp(-z)), org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void anOutputIsChosenByItsName() throws IOException {
    Path model = Networks.twoOutputs(folder);
    Called first = Called.with("explain", model, picture, "-o", out, "--overwrite");
    assertThat(first.err()).contains("--output takes another");
    assertThat(manifest("noise").get("top")).hasSize(2);
    Called.with("explain", model, picture, "-o", out, "--overwrite", "--output", "second");
    assertThat(manifest("noise").get("top")).hasSize(3);
    Called none = Called.with("explain", model, picture, "-o", out, "--overwrite", "--output", "x");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("first", "second", "x");
  }

  @Test
  void aMapOfZerosIsWarnedOfAndNotStretched() throws IOException {
    Called c = Called.with("explain", Networks.dead(folder), picture, "-o", out);
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.err()).contains("warning", "zero everywhere");
    JsonNode gradcam = manifest("noise").get("methods").get(0);
    assertThat(gradcam.get("constant").asBoolean()).isTrue();
    assertThat(gradcam.get("warnings")).hasSize(1);
  }

  @Test
  void preprocessingFollowsTheOptions() throws IOException {
    Called.with(
        "explain",
        Networks.plain(folder),
        picture,
        "-o",
        out,
        "--mean",
        "104,117,123",
        "--channels",
        "bgr",
        "--resize",
        "fit");
    JsonNode p = manifest("noise").get("preprocessing");
    assertThat(p.get("source").asString()).isEqualTo("options");
    assertThat(p.get("scale").asDouble()).isEqualTo(1);
    assertThat(p.get("channels").asString()).isEqualTo("bgr");
    assertThat(p.get("resize").asString()).isEqualTo("fit");
    assertThat(p.get("mean").get(2).asDouble()).isEqualTo(123);
  }

  @Test
  void theSameCallGivesTheSameBytes() throws IOException {
    Path model = Networks.plain(folder);
    Path other = folder.resolve("other-out");
    Called.with("explain", model, picture, "-o", out, "-m", "smoothgrad", "--seed", "5");
    Called.with("explain", model, picture, "-o", other, "-m", "smoothgrad", "--seed", "5");
    for (String file : List.of("attribution.npy", "heatmap.png", "overlay.png")) {
      assertThat(out.resolve("noise/smoothgrad").resolve(file))
          .hasSameBinaryContentAs(other.resolve("noise/smoothgrad").resolve(file));
    }
    JsonNode sampled = manifest("noise").get("methods").get(0);
    assertThat(sampled.get("seed").asLong()).isEqualTo(5);
    assertThat(sampled.get("parameters").get("noise").get("relative").asBoolean()).isTrue();
  }

  @Test
  void allMethodsThatApplyAreOneWord() throws IOException {
    Called c =
        Called.with(
            "explain",
            Networks.plain(folder),
            picture,
            "-o",
            out,
            "-m",
            "all",
            "--steps",
            "4",
            "--samples",
            "3");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(manifest("noise").get("methods").size()).isGreaterThan(10);
  }

  @Test
  void greyModelsTakePictures() throws IOException {
    Called c = Called.with("explain", Networks.grey(folder), picture, "-o", out, "-m", "saliency");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Npy.read(out.resolve("noise/saliency/attribution.npy")).shape())
        .isEqualTo(Shape.of(1, 12, 12));
  }

  @Test
  void pathsStartWhereTheyAreTold() throws IOException {
    Path start = Called.tensor(folder.resolve("start.npy"), 3, 12, 12);
    for (Object baseline : List.of("zero", "mean", "blur", "0.5", start)) {
      Called c =
          Called.with(
              "explain",
              Networks.plain(folder),
              picture,
              "-o",
              out,
              "--overwrite",
              "-m",
              "ig",
              "--steps",
              "64",
              "--rule",
              "middle",
              "--baseline",
              baseline);
      assertThat(c.status()).as(c.err()).isZero();
      JsonNode timing = manifest("noise").get("timing");
      assertThat(timing.get("with_all_methods_ms").asDouble())
          .isGreaterThan(timing.get("inference_ms").asDouble());
      JsonNode checks = manifest("noise").get("methods").get(0).get("checks");
      assertThat(Math.abs(checks.get("completeness_residual").asDouble()))
          .as("baseline %s", baseline)
          .isLessThan(0.02 + 0.05 * Math.abs(checks.get("sum").asDouble()));
    }
  }

  @Test
  void aTrainedNetworkGivesItsKnownAnswers() throws IOException {
    Path model = Called.data("models/imagenet/squeezenet1_1.onnx");
    Called c =
        Called.with(
            "explain",
            model,
            Called.data("images/open/parrot.jpg"),
            "-o",
            out,
            "--input",
            "caffe",
            "--mean",
            "104,117,123",
            "--labels",
            Called.data("images/imagenet/classes.tsv"));
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(manifest("parrot").get("top").get(0).get("label").asString()).isEqualTo("macaw");
    assertThat(manifest("parrot").get("methods").get(0).get("layer").get("name").asString())
        .isEqualTo("fire9.concat_out");
  }
}
