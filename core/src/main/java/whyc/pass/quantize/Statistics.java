package whyc.pass.quantize;

import java.util.HashMap;
import java.util.Map;
import whyc.op.Value;

/**
 * What was met at the lines of a prepared graph. Statistics of parts add up to those of the whole,
 * in any order.
 */
public record Statistics(Map<Value, Histogram> histograms) {
  public Statistics {
    histograms = Map.copyOf(histograms);
  }

  public static Statistics empty() {
    return new Statistics(Map.of());
  }

  public Statistics plus(Statistics other) {
    Map<Value, Histogram> sum = new HashMap<>(histograms);
    other.histograms.forEach((v, h) -> sum.merge(v, h, Histogram::plus));
    return new Statistics(sum);
  }
}
