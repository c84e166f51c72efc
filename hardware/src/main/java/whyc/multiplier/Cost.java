package whyc.multiplier;

/**
 * Power, area and delay of a circuit.
 *
 * @param source where the figures come from
 */
public record Cost(
    double powerMilliwatts,
    double areaSquareMicrometres,
    double delayNanoseconds,
    Basis basis,
    String source) {

  /** How the figures came about. */
  public enum Basis {
    /** Somebody synthesised the circuit and said what came out. */
    PUBLISHED,

    /** Counted gates, at what they cost in published circuits. */
    MODELLED;

    /** As it is printed. */
    public String text() {
      return this == PUBLISHED ? "published" : "modelled";
    }
  }

  /** Power times delay. */
  public double energyPicojoules() {
    return powerMilliwatts * delayNanoseconds;
  }
}
