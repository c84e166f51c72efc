package whyc.assign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * The stages of a network, found from its graph alone.
 *
 * <ul>
 *   <li>{@code stem}: the layers that read the image through no other layer;
 *   <li>{@code B1, B2 ...}: the others in the order of the graph, a new stage wherever the height
 *       or width changes;
 *   <li>{@code head}: the layers that no other layer reads.
 * </ul>
 *
 * A block counts as a whole, with the size of its last layer: a block is what lies between two
 * lines that every path from the image to the scores goes through. So the reduction at the start of
 * a residual block and the convolution of its shortcut belong to the stage that they open. On
 * ResNets these are the stages of He et al. 2016, table 1; on SqueezeNet the fire modules between
 * two poolings; on MobileNetV2 the inverted bottlenecks of one size, where the expansion before a
 * stride belongs to the size that it has.
 *
 * @param byLayer the stage of each layer, in the order of the graph
 */
public record Stages(SequencedMap<String, String> byLayer) {

  /** The stages of a graph's layers. */
  public static Stages of(Graph g, List<WeightedLayer> layers, List<Value> results) {
    Cuts cuts = Cuts.of(g, results);
    boolean[] first = readingNoOther(g, layers);
    boolean[] last = readByNoOther(g, layers);
    SequencedMap<String, String> stages = new LinkedHashMap<>();
    int stage = 0;
    List<Integer> size = List.of(-1);
    for (int i = 0; i < layers.size(); i++) {
      if (first[i] || last[i]) {
        stages.put(layers.get(i).name(), first[i] ? "stem" : "head");
        continue;
      }
      List<Integer> now = size(g, lastOfBlock(layers, i, cuts, last));
      stage += now.equals(size) ? 0 : 1;
      size = now;
      stages.put(layers.get(i).name(), "B" + stage);
    }
    return new Stages(stages);
  }

  /** The names of the stages, in order. */
  public List<String> names() {
    return byLayer.values().stream().distinct().toList();
  }

  /** The last layer between the same two cuts. */
  private static WeightedLayer lastOfBlock(
      List<WeightedLayer> layers, int i, Cuts cuts, boolean[] heads) {
    int block = cuts.before(layers.get(i).product());
    int last = i;
    for (int k = i + 1; k < layers.size(); k++) {
      if (cuts.before(layers.get(k).product()) == block && !heads[k]) {
        last = k;
      }
    }
    return layers.get(last);
  }

  /** Height and width; nothing for a row of numbers. */
  private static List<Integer> size(Graph g, WeightedLayer layer) {
    Shape s = g.type(layer.output()).shape();
    List<Integer> size = new ArrayList<>();
    for (int axis = 1; axis < s.rank(); axis++) {
      if (axis != layer.channelAxis()) {
        size.add(s.dim(axis));
      }
    }
    return size;
  }

  private static boolean[] readingNoOther(Graph g, List<WeightedLayer> layers) {
    boolean[] first = new boolean[layers.size()];
    boolean[] behind = new boolean[g.nodes().size()];
    for (int k = 0, i = 0; i < behind.length; i++) {
      boolean reads = g.nodes().get(i).operands().stream().anyMatch(v -> behind[v.index()]);
      boolean isLayer = k < first.length && layers.get(k).product().index() == i;
      if (isLayer) {
        first[k++] = !reads;
      }
      behind[i] = isLayer || reads;
    }
    return first;
  }

  private static boolean[] readByNoOther(Graph g, List<WeightedLayer> layers) {
    boolean[] last = new boolean[layers.size()];
    boolean[] read = new boolean[g.nodes().size()];
    for (int k = layers.size() - 1, i = read.length - 1; i >= 0; i--) {
      boolean isLayer = k >= 0 && layers.get(k).product().index() == i;
      if (isLayer) {
        last[k--] = !read[i];
      }
      if (isLayer || read[i]) {
        g.nodes().get(i).operands().forEach(v -> read[v.index()] = true);
      }
    }
    return last;
  }
}
