package whyc.architecture;

import java.util.List;
import java.util.Map;

/**
 * What a method found.
 *
 * @param points in the order in which they were measured
 * @param correlations rank correlation of predictors with the accuracy at the end, by their names;
 *     empty for methods that do not look
 * @param seconds of work, by workers that work at once
 * @param trainings whole ones; parts count as parts
 */
public record Found(
    String method,
    List<Point> points,
    List<RuledOut> ruledOut,
    Map<String, Double> correlations,
    double seconds,
    double trainings) {
  public Found {
    points = List.copyOf(points);
    ruledOut = List.copyOf(ruledOut);
    correlations = new java.util.LinkedHashMap<>(correlations);
  }
}
