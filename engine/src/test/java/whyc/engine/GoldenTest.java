package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.engine.jvm.JvmEngine;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.GuidedBackprop;
import whyc.explain.InputXGradient;
import whyc.explain.IntegratedGradients;
import whyc.explain.PathRule;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.Simplify;
import whyc.tensor.ElementType;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Explanations in each engine, in single precision, against PyTorch's in double precision. A
 * gradient jumps where one of millions of ReLUs falls to the other side, or one winner of a
 * max-pooling changes, so bounds differ by network; the reference data's own notes give what
 * PyTorch in single precision comes to.
 */
class GoldenTest {
  private static final Map<String, Engine> ENGINES =
      Map.of(
          "ort", OrtEngine.create(new OrtEngine.Options(2, false)),
          "jvm", JvmEngine.create(JvmEngine.Options.of(2)));

  /** One line for each network and method. */
  private static final List<String> TABLE = new ArrayList<>();

  /**
   * Bounds of the relative distance: for maps and logits, for the better half of the gradients, for
   * the worst of them, and for the worst integrated gradient.
   */
  private record Bounds(double map, double most, double worst, double integrated) {}

  private record Case(String net, String file, String layer, Bounds bounds) {

    Model model() {
      return Model.read(OnnxModel.read(data().resolve("models").resolve(file)), Optional.empty());
    }

    Tensor golden(String name) {
      return read(data().resolve("golden").resolve(net).resolve(name + ".npy"));
    }

    boolean has(String name) {
      return Files.exists(data().resolve("golden").resolve(net).resolve(name + ".npy"));
    }
  }

  private static final Case RESNET20 =
      new Case(
          "resnet20_cifar10",
          "cifar10/resnet20_cifar10.onnx",
          "layer3.2.relu2_out",
          new Bounds(1e-4, 1e-4, 1e-2, 3e-2));
  private static final Case SQUEEZENET =
      new Case(
          "squeezenet1_1",
          "imagenet/squeezenet1_1.onnx",
          "fire9.concat_out",
          new Bounds(1e-4, 1e-4, 1e-2, 3e-2));
  private static final Case RESNET50 =
      new Case(
          "resnet50_w8",
          "imagenet/resnet50_w8.onnx",
          "activation_48.relu_out",
          new Bounds(1e-4, 1e-1, 1e-1, 1e-1));

  private static Path data() {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return data;
  }

  private static Tensor read(Path file) {
    try {
      return Npy.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void print() {
    TABLE.forEach(System.out::println);
    ENGINES.values().forEach(Engine::close);
  }

  private static Program compile(String engine, Model m, Graph g) {
    return Objects.requireNonNull(ENGINES.get(engine)).compile(m, g);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ort", "jvm"})
  void resNet20(String engine) {
    Tensor image = RESNET20.golden("input");
    check(engine, RESNET20, image);
    checkIntegratedGradients(engine, RESNET20, image, all() ? 10 : 4, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ort", "jvm"})
  void squeezeNet(String engine) {
    Tensor image = blueGreenRed(SQUEEZENET.golden("input_u8"), 104, 117, 123);
    check(engine, SQUEEZENET, image);
    checkIntegratedGradients(engine, SQUEEZENET, image, all() ? 10 : 1, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ort", "jvm"})
  void resNet50(String engine) {
    Tensor image = blueGreenRed(RESNET50.golden("input_u8"), 103.939, 116.779, 123.68);
    check(engine, RESNET50, image);
    if (all()) {
      checkIntegratedGradients(engine, RESNET50, image, 2, 5);
    }
  }

  /** {@code -Dwhyc.golden=all} takes minutes. */
  private static boolean all() {
    return System.getProperty("whyc.golden", "").equals("all");
  }

  private static void check(String engine, Case c, Tensor image) {
    Model m = c.model();
    Question q = Question.top(m.input(), "logits");
    List<Explanation> explanations =
        List.of(new GradCam(c.layer), new Saliency(), new GuidedBackprop(), new InputXGradient());
    List<Asked> asked = explanations.stream().map(e -> new Asked(e.name(), e, q)).toList();
    Graph graph = Asked.all(m.graph(), asked, Optional.of(Profile.WHYC));
    Set<String> outputs =
        Set.of(
            "logits",
            "saliency_class",
            "gradcam",
            "gradcam_heatmap",
            "saliency",
            "guided",
            "inputxgradient");
    SequencedMap<String, List<Tensor>> rows = new LinkedHashMap<>();
    try (Program program = compile(engine, m, graph)) {
      for (int i = 0; i < image.shape().dim(0); i++) {
        program
            .run(Map.of(m.input(), row(image, i)), outputs)
            .forEach((name, t) -> rows.computeIfAbsent(name, n -> new ArrayList<>()).add(t));
      }
    }
    long[] classes = rows.get("saliency_class").stream().mapToLong(t -> t.longs()[0]).toArray();
    assertThat(classes).isEqualTo(c.golden("target").longs());
    Bounds b = c.bounds;
    check(engine, c, "logits", rows.get("logits"), "logits", b.map, b.map);
    check(engine, c, "gradcam", rows.get("gradcam"), "gradcam", b.map, b.map);
    check(engine, c, "gradcam heat map", rows.get("gradcam_heatmap"), "gradcam_up", b.map, b.map);
    check(engine, c, "saliency", rows.get("saliency"), "saliency", b.most, b.worst);
    check(engine, c, "guided", rows.get("guided"), "guided_backprop", b.most, b.worst);
    if (c.has("input_x_gradient")) {
      check(
          engine,
          c,
          "inputxgradient",
          rows.get("inputxgradient"),
          "input_x_gradient",
          b.most,
          b.worst);
    } else {
      List<Tensor> sums = rows.get("inputxgradient").stream().map(GoldenTest::channelSum).toList();
      check(
          engine,
          c,
          "inputxgradient, channels summed",
          sums,
          "input_x_gradient_channel_sum",
          b.most,
          b.worst);
    }
  }

  private static void checkIntegratedGradients(
      String engine, Case c, Tensor image, int images, int pointsPerRun) {
    Model m = c.model();
    Question q =
        new Question(
            m.input(), "logits", new ClassChoice.Given("whyc_target"), Question.Score.LOGIT);
    IntegratedGradients e =
        new IntegratedGradients(50, PathRule.MIDDLE, new Baseline.Zero(), true, pointsPerRun);
    Graph few = new Simplify().apply(e.partial(m.graph(), q, pointsPerRun));
    List<Tensor> found = new ArrayList<>();
    try (Program program = compile(engine, m, few)) {
      for (int i = 0; i < images; i++) {
        Tensor one = row(image, i);
        Map<String, Tensor> inputs =
            Map.of(m.input(), one, "whyc_target", row(c.golden("target"), i));
        found.add(
            e.accumulate(
                inputs, one.type(), pointsPerRun, all -> program.run(all, Set.copyOf(e.sums()))));
      }
    }
    check(
        engine,
        c,
        "integrated gradients",
        found,
        "integrated_gradients",
        c.bounds.integrated,
        c.bounds.integrated);
  }

  private static void check(
      String engine,
      Case c,
      String method,
      List<Tensor> found,
      String file,
      double most,
      double worst) {
    Tensor expected = c.golden(file);
    double[] distances = new double[found.size()];
    Arrays.setAll(distances, i -> distance(found.get(i), row(expected, i)));
    double[] sorted = distances.clone();
    Arrays.sort(sorted);
    double median = sorted[(sorted.length - 1) / 2];
    double largest = sorted[sorted.length - 1];
    TABLE.add(
        String.format(
            Locale.ROOT,
            "%s %-18s %-32s images %2d  median %.1e  worst %.1e",
            engine,
            c.net,
            method,
            found.size(),
            median,
            largest));
    assertThat(median).as(engine + " " + c.net + " " + method).isLessThan(most);
    assertThat(largest).as(engine + " " + c.net + " " + method).isLessThan(worst);
  }

  /** {@code |a - b| / |b|}. */
  private static double distance(Tensor a, Tensor b) {
    assertThat(a.size()).isEqualTo(b.size());
    double difference = 0;
    double length = 0;
    for (int i = 0; i < a.size(); i++) {
      difference += (a.at(i) - b.at(i)) * (a.at(i) - b.at(i));
      length += b.at(i) * b.at(i);
    }
    return Math.sqrt(difference / Math.max(length, Double.MIN_NORMAL));
  }

  private static Tensor row(Tensor t, int row) {
    int size = t.size() / t.shape().dim(0);
    double[] values = new double[size];
    Arrays.setAll(values, i -> t.at(row * size + i));
    return Tensor.of(t.type().with(t.shape().with(0, 1)), values);
  }

  private static Tensor channelSum(Tensor t) {
    int plane = t.shape().dim(2) * t.shape().dim(3);
    double[] sums = new double[plane];
    Arrays.setAll(sums, i -> t.at(i) + t.at(plane + i) + t.at(2 * plane + i));
    return Tensor.of(Shape.of(1, t.shape().dim(2), t.shape().dim(3)), sums);
  }

  /**
   * Bytes [n,h,w,3] of red, green, blue as floats [n,3,h,w] of blue, green, red less a mean each.
   */
  private static Tensor blueGreenRed(Tensor bytes, double... means) {
    int h = bytes.shape().dim(1);
    int w = bytes.shape().dim(2);
    double[] x = new double[bytes.size()];
    for (int i = 0; i < x.length; i++) {
      int channel = i / (h * w) % 3;
      int pixel = i / (3 * h * w) * h * w + i % (h * w);
      x[i] = (float) bytes.at(pixel * 3 + 2 - channel) - (float) means[channel];
    }
    return Tensor.of(Shape.of(bytes.shape().dim(0), 3, h, w), x).cast(ElementType.FLOAT32);
  }
}
