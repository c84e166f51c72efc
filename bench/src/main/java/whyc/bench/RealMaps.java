package whyc.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import whyc.engine.jvm.JvmEngine;
import whyc.engine.jvm.JvmProgram;
import whyc.explain.Asked;
import whyc.explain.GradCam;
import whyc.explain.Layers;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.Gate;
import whyc.op.Value;
import whyc.pass.Expand;
import whyc.pass.FoldConstants;
import whyc.pass.Simplify;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Heat maps and gradients of real images in trained networks. */
public final class RealMaps {
  private static final String GRAD_CAM = "whyc_gradcam";
  private static final String SALIENCY = "whyc_saliency";

  /** Images whose gradients are given as well: each leaves ten million numbers in ResNet-50. */
  static final int WITH_GRADIENTS = 10;

  private RealMaps() {}

  /** What a map is. */
  public enum Kind {
    /** Of the image's size, as it is shown. */
    GRAD_CAM("Grad-CAM"),
    /** Raw, a number for each of the image's. */
    SALIENCY("saliency"),
    /** The backward pass behind each ReLU of a convolution. */
    GRADIENT("gradients");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  /**
   * One map.
   *
   * @param map {@code [c,h,w]}
   */
  public record Sample(String network, Kind kind, Tensor map) {
    float[] values() {
      return map.floats();
    }
  }

  /** The networks. */
  static final List<String> NETWORKS = List.of("ResNet-50", "ResNet-20");

  /**
   * Gives the maps of so many images in one of the networks to {@code sink}, image by image;
   * gradients of the first {@link #WITH_GRADIENTS}.
   */
  static void of(String network, Path data, int images, Consumer<Sample> sink) {
    if (network.equals("ResNet-50")) {
      resNet50(data, images, sink);
    } else {
      Path file = data.resolve("models/cifar10/resnet20_cifar10.onnx");
      of(network, file, LabelledSets.cifar(data, images, true).images(), sink);
    }
  }

  /** Those of the large network. */
  public static void resNet50(Path data, int images, Consumer<Sample> sink) {
    Path file = data.resolve("models/imagenet/resnet50_w8.onnx");
    of("ResNet-50", file, LabelledSets.imageNet(data, images).images(), sink);
  }

  private static void of(String network, Path file, List<float[]> images, Consumer<Sample> sink) {
    Model model = Networks.read(file);
    Graph explained = explained(model);
    SequencedMap<String, Kind> kinds = new LinkedHashMap<>();
    SequencedMap<String, Value> outputs = outputs(explained, kinds);
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(1))) {
      JvmProgram.Bound program = engine.compile(model, explained.withOutputs(outputs)).at(1);
      for (int i = 0; i < images.size(); i++) {
        if (i == WITH_GRADIENTS) {
          kinds.values().removeIf(kind -> kind == Kind.GRADIENT);
        }
        program.input(model.input(), images.get(i));
        program.run(kinds.keySet());
        kinds.forEach((name, kind) -> {
          Shape s = program.shape(name);
          float[] values = new float[s.size()];
          program.output(name, values);
          Shape map = Shape.of(s.dim(1), s.dim(2), s.dim(3));
          sink.accept(new Sample(network, kind, Tensor.of(map, values)));
        });
      }
    }
  }

  private static Graph explained(Model model) {
    Question q = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
    String layer = Layers.of(model.graph(), q).preferred().orElseThrow().name();
    List<Asked> asked =
        List.of(new Asked(GRAD_CAM, new GradCam(layer), q), new Asked(SALIENCY, new Saliency(), q));
    Graph all = Asked.all(model.graph(), asked, Optional.of(Profile.WHYC));
    return new FoldConstants().apply(new Simplify().apply(new Expand().apply(all))).withBatch(1);
  }

  private static SequencedMap<String, Value> outputs(Graph g, SequencedMap<String, Kind> kinds) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    String enlarged = GRAD_CAM + "_heatmap";
    kinds.put(enlarged, Kind.GRAD_CAM);
    kinds.put(SALIENCY, Kind.SALIENCY);
    for (String name : new ArrayList<>(kinds.keySet())) {
      outputs.put(name, g.output(name));
    }
    for (int i = 0; i < g.nodes().size(); i++) {
      Node n = g.nodes().get(i);
      if (n.op() instanceof Gate && n.type().shape().rank() == 4 && n.type().shape().dim(2) > 1) {
        kinds.put("gradient" + i, Kind.GRADIENT);
        outputs.put("gradient" + i, new Value(i));
      }
    }
    return outputs;
  }
}
