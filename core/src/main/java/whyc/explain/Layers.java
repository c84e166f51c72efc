package whyc.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.graph.Graph;
import whyc.graph.Names;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.MaxPool;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * The layers whose activations a class activation map can weigh: the model's tensors that have
 * channels and two spatial axes, and lie between the image and the scores.
 */
public record Layers(List<Layer> candidates, Optional<Layer> preferred) {

  /**
   * One layer.
   *
   * @param name the model's tensor
   * @param channelAxis 1, or 3 where the model holds channels last
   * @param shape of the activation, typed batch included
   * @param reason why it is preferred, or what it is
   */
  public record Layer(String name, int channelAxis, Shape shape, String reason) {
    public int channels() {
      return shape.dim(channelAxis);
    }

    public int height() {
      return shape.dim(channelAxis == 1 ? 2 : 1);
    }

    public int width() {
      return shape.dim(channelAxis == 1 ? 3 : 2);
    }
  }

  /** The layers of a model, in its order; the preferred one is the last that is no classifier. */
  public static Layers of(Graph model, Question q) {
    Value output = model.output(q.output());
    boolean[] reached = reachedFrom(model, q.input());
    boolean[] needed = model.neededFor(List.of(output));
    int classes = model.type(output).shape().rank() > 1 ? model.type(output).shape().dim(1) : 1;
    int[] channelAxes = channelAxes(model);
    List<Layer> candidates = new ArrayList<>();
    for (int i = 0; i < model.nodes().size(); i++) {
      Node n = model.nodes().get(i);
      if (reached[i]
          && needed[i]
          && channelAxes[i] > 0
          && !n.label().isEmpty()
          && isSpatial(n, channelAxes[i])) {
        candidates.add(new Layer(n.label(), channelAxes[i], n.type().shape(), n.op().name()));
      }
    }
    return new Layers(candidates, preferred(candidates, classes));
  }

  private static Optional<Layer> preferred(List<Layer> candidates, int classes) {
    for (int i = candidates.size() - 1; i >= 0; i--) {
      Layer layer = candidates.get(i);
      boolean scoresClasses =
          layer.channels() == classes && candidates.stream().anyMatch(l -> l.channels() != classes);
      if (!scoresClasses) {
        boolean last = i == candidates.size() - 1;
        String size =
            "%d channels of %d x %d".formatted(layer.channels(), layer.height(), layer.width());
        String reason =
            last
                ? "the last layer with spatial extent: " + size
                : "the last layer with spatial extent whose channels are features, not classes: "
                    + size;
        return Optional.of(new Layer(layer.name(), layer.channelAxis(), layer.shape(), reason));
      }
    }
    return Optional.empty();
  }

  private static boolean isSpatial(Node n, int channelAxis) {
    Shape s = n.type().shape();
    return n.type().element().isFloating()
        && s.rank() == 4
        && s.size() / s.dim(0) / s.dim(channelAxis) > 1;
  }

  private static boolean[] reachedFrom(Graph model, String input) {
    boolean[] reached = new boolean[model.nodes().size()];
    for (int i = 0; i < reached.length; i++) {
      Node n = model.nodes().get(i);
      reached[i] =
          n.operands().stream().anyMatch(v -> reached[v.index()] || isInput(model, v, input));
    }
    return reached;
  }

  private static boolean isInput(Graph model, Value v, String input) {
    return model.node(v).op() instanceof whyc.op.Input in && in.input().equals(input);
  }

  /** Where the channels of each value of four axes are; 0 where that is unknown. */
  private static int[] channelAxes(Graph model) {
    int[] axes = new int[model.nodes().size()];
    for (int i = 0; i < axes.length; i++) {
      Node n = model.nodes().get(i);
      int inherited =
          n.operands().stream()
              .filter(v -> model.type(v).shape().rank() == 4)
              .mapToInt(v -> axes[v.index()])
              .max()
              .orElse(0);
      axes[i] =
          n.type().shape().rank() != 4
              ? 0
              : switch (n.op()) {
                case Conv c -> 1;
                case ConvTranspose c -> 1;
                case MaxPool m -> 1;
                case SumPool s -> 1;
                case Transpose t -> inherited > 0 ? t.permutation().indexOf(inherited) : 0;
                default -> inherited;
              };
      if (axes[i] == 2) {
        axes[i] = 0;
      }
    }
    return axes;
  }

  /** The layer of this name, or a refusal that tells the nearest. */
  public Layer named(String name) {
    return candidates.stream()
        .filter(l -> l.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "a layer wants channels and spatial extent, between image and scores, got \""
                    + name
                    + "\"; nearest of "
                    + candidates.size()
                    + ": "
                    + Names.nearest(name, candidates.stream().map(Layer::name).toList(), 3)));
  }
}
