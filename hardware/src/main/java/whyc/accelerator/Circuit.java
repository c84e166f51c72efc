package whyc.accelerator;

/**
 * A multiplier circuit as synthesis reports it.
 *
 * @param powerMilliwatts while it multiplies without pause
 * @param delayNanoseconds from operands to product: no cycle may be shorter
 */
public record Circuit(String name, double powerMilliwatts, double delayNanoseconds) {
  static Circuit of(Fields f) {
    return new Circuit(f.text("circuit"), f.positive("power_mw", 1e3), f.positive("delay_ns", 1e3));
  }

  /** Energy of one product: power by delay, as if products followed each other at once. */
  public double energyPicojoules() {
    return powerMilliwatts * delayNanoseconds;
  }
}
