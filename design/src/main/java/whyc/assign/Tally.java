package whyc.assign;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.DoubleUnaryOperator;

/** Adds up what was measured for each image, in double precision and in the order of the images. */
final class Tally {
  private final Subject subject;
  private final boolean channels;
  private final SequencedMap<Integer, Sum> byClass = new LinkedHashMap<>();
  private final Sum all = new Sum();
  private final Sum signed = new Sum();
  private final SequencedMap<WeightedLayer, Gap> gaps = new LinkedHashMap<>();

  /**
   * @param channels whether values are those of channels; else those of layers
   */
  Tally(Subject subject, boolean channels) {
    this.subject = subject;
    this.channels = channels;
  }

  void add(List<Example> examples, Measurement.Measured measured) {
    for (int i = 0; i < examples.size(); i++) {
      double[] scores = measured.scores().get(i);
      double[] values = measured.signed().get(i);
      all.add(scores);
      signed.add(values);
      byClass.computeIfAbsent(examples.get(i).classIndex(), _ -> new Sum()).add(scores);
      if (!measured.differences().isEmpty()) {
        compare(values, measured.differences().get(i));
      }
    }
  }

  private void compare(double[] values, double difference) {
    Cuts cuts = Cuts.of(subject.graph(), List.of(subject.scores()));
    int at = 0;
    for (WeightedLayer layer : subject.layers()) {
      int channels = layer.channels(subject.graph());
      if (cuts.at(layer.output())) {
        double sum = Arrays.stream(values, at, at + channels).sum();
        gaps.computeIfAbsent(layer, _ -> new Gap()).add(sum, difference);
      }
      at += channels;
    }
  }

  Criticality.Scores scores(Duration time) {
    SequencedMap<Integer, LayerScores> classes = new LinkedHashMap<>();
    byClass.forEach((index, sum) -> classes.put(index, scores(sum)));
    return new Criticality.Scores(
        scores(all),
        classes,
        scores(signed),
        gaps.entrySet().stream().map(Tally::cut).toList(),
        all.count,
        time);
  }

  private static Criticality.Cut cut(Map.Entry<WeightedLayer, Gap> e) {
    Gap g = e.getValue();
    double gap = g.distances == 0 ? 0 : g.distances / g.sizes;
    return new Criticality.Cut(e.getKey().name(), g.sums / g.count, g.differences / g.count, gap);
  }

  private LayerScores scores(Sum sum) {
    double[] means = map(sum.values, v -> v / sum.count);
    return channels ? ofChannels(means) : ofLayers(means);
  }

  private LayerScores ofLayers(double[] means) {
    SequencedMap<String, Double> byLayer = new LinkedHashMap<>();
    List<String> names = subject.names();
    for (int i = 0; i < means.length; i++) {
      byLayer.put(names.get(i), means[i]);
    }
    return LayerScores.ofLayers(byLayer);
  }

  private LayerScores ofChannels(double[] means) {
    SequencedMap<String, double[]> byChannel = new LinkedHashMap<>();
    int at = 0;
    for (WeightedLayer layer : subject.layers()) {
      int channels = layer.channels(subject.graph());
      byChannel.put(layer.name(), Arrays.copyOfRange(means, at, at + channels));
      at += channels;
    }
    return LayerScores.ofChannels(byChannel);
  }

  private static double[] map(double[] values, DoubleUnaryOperator f) {
    return Arrays.stream(values).map(f).toArray();
  }

  private static final class Sum {
    private double[] values = {};
    private int count;

    void add(double[] more) {
      values = count == 0 ? more.clone() : values;
      if (count > 0) {
        Arrays.setAll(values, i -> values[i] + more[i]);
      }
      count++;
    }
  }

  private static final class Gap {
    private double sums;
    private double differences;
    private double distances;
    private double sizes;
    private int count;

    void add(double sum, double difference) {
      sums += sum;
      differences += difference;
      distances += Math.abs(sum - difference);
      sizes += Math.abs(difference);
      count++;
    }
  }
}
