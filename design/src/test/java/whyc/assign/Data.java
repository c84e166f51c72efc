package whyc.assign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Assumptions;
import whyc.explain.Explanation;
import whyc.explain.Head;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.graph.Graph;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Trained networks and the images that they are tested on, where they are at hand. */
final class Data {
  private static final int BYTES = 3 * 32 * 32;
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  private Data() {}

  private static Path folder() {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return data;
  }

  static Model model(String name) {
    Path file = folder().resolve("models").resolve(name + ".onnx");
    return Model.read(OnnxModel.read(file), Optional.empty());
  }

  /** CIFAR-10 test images, prepared for a model. */
  static DataSet cifar(Model m, int from, int to) throws IOException {
    byte[] all = Files.readAllBytes(folder().resolve("images/cifar10/test_0000_1999.bin"));
    boolean raw = m.file().name().contains("resnet8");
    List<float[]> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int image = from; image < to; image++) {
      int start = image * (BYTES + 1);
      float[] x = new float[BYTES];
      for (int i = 0; i < x.length; i++) {
        int u = all[start + 1 + i] & 0xff;
        x[i] = raw ? u : (float) ((u / 255.0 - MEAN[i / 1024]) / DEVIATION[i / 1024]);
      }
      images.add(x);
      labels.add((int) all[start]);
    }
    return new DataSet("cifar10", Shape.of(3, 32, 32), images, labels);
  }

  /** Images with the class that is asked about, their own. */
  static List<Example> examples(Model m, int from, int to) throws IOException {
    DataSet some = cifar(m, from, to);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      Tensor x = Tensor.of(Shape.of(1, 3, 32, 32), some.images().get(i));
      examples.add(new Example(x, some.labels().get(i)));
    }
    return examples;
  }

  /** A model's scores are its only output; the map is absent for an empty method. */
  static Network.Wanted wanted(Model m, String method) {
    return wanted(m, method, Network.Backward.EXACT);
  }

  static Network.Wanted wanted(Model m, String method, Network.Backward backward) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(m.graph().outputs());
    String output = outputs.firstEntry().getKey();
    outputs.put(Head.SCORES, outputs.firstEntry().getValue());
    Graph scored = m.graph().withOutputs(outputs);
    Network.Wanted without = new Network.Wanted(m, scored, output, Optional.empty());
    if (method.isEmpty()) {
      return without;
    }
    Explanation e =
        Methods.named(method).create(scored, without.question(), Methods.Options.of(Profile.WHYC));
    return new Network.Wanted(
        m, scored, output, Optional.of(new Network.Explains(e, new RankCorrelation(), backward)));
  }
}
