package whyc.accelerator;

/**
 * The multiplier of an element, as synthesis reports it.
 *
 * @param circuit its name in the catalogue of multipliers, if it is there
 * @param powerMilliwatts while it multiplies without pause
 * @param delayNanoseconds from operands to product: no cycle may be shorter
 */
public record MultiplierUnit(String circuit, double powerMilliwatts, double delayNanoseconds) {
  static MultiplierUnit of(Fields f) {
    return new MultiplierUnit(
        f.text("circuit"), f.positive("power_mw", 1e3), f.positive("delay_ns", 1e3));
  }

  /** Energy of one product: power by delay, as if products followed each other at once. */
  public double energyPicojoules() {
    return powerMilliwatts * delayNanoseconds;
  }
}
