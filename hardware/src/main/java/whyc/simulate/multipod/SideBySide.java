package whyc.simulate.multipod;

import java.util.List;
import whyc.accelerator.MultiPod;

/** The same layers by every model. */
public record SideBySide(PodEnergy byCount, PodEnergy asPrinted, PodEnergy corrected) {
  public static SideBySide of(MultiPod machine, List<PodWork> works) {
    return new SideBySide(
        new ByCount(machine).run(works),
        new AsPrinted(machine).run(works),
        new Corrected(machine).run(works));
  }
}
