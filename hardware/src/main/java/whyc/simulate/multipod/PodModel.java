package whyc.simulate.multipod;

import java.util.List;
import whyc.accelerator.MultiPod;
import whyc.accelerator.MultiplierUnit;

/**
 * What a layer costs on the pods. The models disagree, and {@code docs/accelerators/multi-pod.md}
 * says why.
 */
public sealed interface PodModel permits ByCount, AsPrinted, Corrected {
  MultiPod machine();

  /** One layer on all pods. */
  PodEnergy run(PodWork work);

  /** One layer after the other. */
  default PodEnergy run(List<PodWork> works) {
    return works.stream().map(this::run).reduce(PodEnergy.NONE, PodEnergy::plus);
  }

  /** The mean over exact and approximate elements. */
  default double mean(double exact, double approximate) {
    double share = machine().approximateShare();
    return (1 - share) * exact + share * approximate;
  }

  /** Picojoules of one product, the mean over the elements. */
  default double productPicojoules(MultiplierUnit approximate) {
    return mean(machine().exact().energyPicojoules(), approximate.energyPicojoules());
  }

  /** Milliwatts of one multiplier, the mean over the elements. */
  default double multiplierMilliwatts(MultiplierUnit approximate) {
    return mean(machine().exact().powerMilliwatts(), approximate.powerMilliwatts());
  }
}
