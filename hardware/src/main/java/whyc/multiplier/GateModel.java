package whyc.multiplier;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What gates cost, calibrated on circuits whose cost is published.
 *
 * <pre>{@code
 * area  = A * ands + B * columns
 * power = C * ands + D * meetings
 * delay = E + F * levels
 * }</pre>
 *
 * A to F are those of the least sum of squared relative errors over the circuits, which are all
 * arrays of 8 x 8 bits: figures of circuits that are no arrays, and of other widths, are rough.
 */
public final class GateModel {
  private final Line area;
  private final Line power;
  private final Line delay;
  private final List<Sample> samples;

  private GateModel(List<Sample> samples) {
    this.samples = List.copyOf(samples);
    area = fit(Gates::ands, g -> g.columns(), Cost::areaSquareMicrometres);
    power = fit(Gates::ands, g -> g.meetings(), Cost::powerMilliwatts);
    delay = fit(g -> 1, Gates::levels, Cost::delayNanoseconds);
  }

  /** A circuit of known gates and known cost. */
  record Sample(Gates gates, Cost cost) {}

  /** {@code first * x + second * y}. */
  private record Line(double first, double second) {
    double at(double x, double y) {
      return first * x + second * y;
    }
  }

  /** How far the model is from the circuits that it is calibrated on, as shares of 1. */
  public record Misfit(double mean, double worst) {}

  static GateModel of(List<Sample> samples) {
    return new GateModel(samples);
  }

  private Line fit(
      ToDoubleFunction<Gates> x, ToDoubleFunction<Gates> y, ToDoubleFunction<Cost> known) {
    double xx = 0;
    double xy = 0;
    double yy = 0;
    double x1 = 0;
    double y1 = 0;
    for (Sample s : samples) {
      double u = x.applyAsDouble(s.gates) / known.applyAsDouble(s.cost);
      double v = y.applyAsDouble(s.gates) / known.applyAsDouble(s.cost);
      xx += u * u;
      xy += u * v;
      yy += v * v;
      x1 += u;
      y1 += v;
    }
    double determinant = xx * yy - xy * xy;
    return new Line((x1 * yy - y1 * xy) / determinant, (y1 * xx - x1 * xy) / determinant);
  }

  Cost cost(Gates g) {
    return new Cost(
        power.at(g.ands(), g.meetings()),
        area.at(g.ands(), g.columns()),
        delay.at(1, g.levels()),
        Cost.Basis.MODELLED,
        "gates counted, calibrated on the %d signed circuits of 8 x 8 bits of EvoApproxLib v1.2022"
            .formatted(samples.size()));
  }

  public Misfit powerError() {
    return error(Cost::powerMilliwatts);
  }

  public Misfit areaError() {
    return error(Cost::areaSquareMicrometres);
  }

  public Misfit delayError() {
    return error(Cost::delayNanoseconds);
  }

  private Misfit error(ToDoubleFunction<Cost> figure) {
    double sum = 0;
    double worst = 0;
    for (Sample s : samples) {
      double known = figure.applyAsDouble(s.cost);
      double error = Math.abs(figure.applyAsDouble(cost(s.gates)) / known - 1);
      sum += error;
      worst = Math.max(worst, error);
    }
    return new Misfit(sum / samples.size(), worst);
  }
}
