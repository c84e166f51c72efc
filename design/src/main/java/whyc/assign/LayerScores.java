package whyc.assign;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.graph.Names;

/**
 * How much each layer of a network matters, and each of its output channels. Scores of one way to
 * measure compare with each other only.
 *
 * @param byLayer larger is more important, in the order of the graph; names are those of {@link
 *     WeightedLayer}
 * @param byChannel one score for each output channel; empty for a way to measure that tells layers
 *     only. The arrays must not be written to
 */
public record LayerScores(
    SequencedMap<String, Double> byLayer, SequencedMap<String, double[]> byChannel) {
  public LayerScores {
    byLayer = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byLayer));
    byChannel = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byChannel));
  }

  /** A layer's score is the sum of its channels'. */
  public static LayerScores ofChannels(SequencedMap<String, double[]> byChannel) {
    SequencedMap<String, Double> byLayer = new LinkedHashMap<>();
    byChannel.forEach((name, channels) -> byLayer.put(name, Arrays.stream(channels).sum()));
    return new LayerScores(byLayer, byChannel);
  }

  /** Scores of layers alone. */
  public static LayerScores ofLayers(SequencedMap<String, Double> byLayer) {
    return new LayerScores(byLayer, new LinkedHashMap<>());
  }

  /** The names of the layers, in the order of the graph. */
  public List<String> layers() {
    return List.copyOf(byLayer.keySet());
  }

  /** A layer's score. */
  public double of(String layer) {
    return Optional.ofNullable(byLayer.get(layer))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "a score wants a layer that was measured, got \""
                    + layer
                    + "\"; nearest of "
                    + byLayer.size()
                    + ": "
                    + Names.nearest(layer, byLayer.keySet(), 3)));
  }

  /** The channels of a layer that matter least; of equal ones the first. */
  public Set<Integer> least(String layer, int count) {
    double[] scores =
        Optional.ofNullable(byChannel.get(layer))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the least channels want a layer whose channels were measured, got \""
                        + layer
                        + "\""));
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> scores[c]))
        .limit(count)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The names of the layers, the most important first; equal ones in the order of the graph. */
  public List<String> descending() {
    return byLayer.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Divided by the largest score of a layer, so that this is 1; unchanged where none is above 0.
   */
  public LayerScores normalized() {
    double largest = byLayer.values().stream().mapToDouble(d -> d).max().orElse(0);
    return largest > 0 ? scaled(1 / largest) : this;
  }

  private LayerScores scaled(double factor) {
    SequencedMap<String, Double> layers = new LinkedHashMap<>(byLayer);
    layers.replaceAll((_, score) -> score * factor);
    SequencedMap<String, double[]> channels = new LinkedHashMap<>(byChannel);
    channels.replaceAll((_, scores) -> Arrays.stream(scores).map(s -> s * factor).toArray());
    return new LayerScores(layers, channels);
  }

  /** The sums over the layers of each stage. */
  public SequencedMap<String, Double> byStage(Stages stages) {
    SequencedMap<String, Double> sums = new LinkedHashMap<>();
    stages.byLayer().forEach((layer, stage) -> sums.merge(stage, of(layer), Double::sum));
    return sums;
  }
}
