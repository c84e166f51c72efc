package whyc.simulate.multipod;

/**
 * Energy of work on the pods.
 *
 * @param cycles until the last pod has finished; 0 in a model without time
 * @param arrayPicojoules adders and registers of the elements
 * @param memoryPicojoules banks of activations, weights and partial sums
 */
public record PodEnergy(
    long cycles, double multiplierPicojoules, double arrayPicojoules, double memoryPicojoules) {
  public static final PodEnergy NONE = new PodEnergy(0, 0, 0, 0);

  public double totalPicojoules() {
    return multiplierPicojoules + arrayPicojoules + memoryPicojoules;
  }

  public PodEnergy plus(PodEnergy other) {
    return new PodEnergy(
        cycles + other.cycles,
        multiplierPicojoules + other.multiplierPicojoules,
        arrayPicojoules + other.arrayPicojoules,
        memoryPicojoules + other.memoryPicojoules);
  }
}
