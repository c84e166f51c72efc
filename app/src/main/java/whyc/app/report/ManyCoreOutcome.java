package whyc.app.report;

import java.util.List;
import java.util.Map;
import whyc.accelerator.ManyCore;
import whyc.simulate.Ablation;
import whyc.simulate.Simulation;
import whyc.tensor.Tensor;

/**
 * What a simulation on many cores has found.
 *
 * @param predictions of the same images, without explanation
 * @param explanations of the same images, whose predictions lie in the memory outside
 * @param both predictions and explanations
 * @param growing from none of the techniques to all
 * @param policies the same work under each
 * @param fidelity by attribution and image, the rank correlation with that in single precision
 * @param maps by attribution and image, as the machine computed them
 */
public record ManyCoreOutcome(
    ManyCore machine,
    Simulation predictions,
    Simulation explanations,
    Simulation both,
    List<Ablation> growing,
    List<Ablation> policies,
    Map<String, List<Double>> fidelity,
    Map<String, List<Tensor>> maps) {

  /** Share of the external bytes of the machine without techniques that it saves, 0 to 1. */
  public double saved() {
    double none = growing.getFirst().simulation().outcome().traffic().externalBytes();
    return 1 - both.outcome().traffic().externalBytes() / none;
  }
}
