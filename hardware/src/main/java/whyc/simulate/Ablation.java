package whyc.simulate;

import java.util.ArrayList;
import java.util.List;
import whyc.accelerator.ManyCore;
import whyc.accelerator.ManyCore.Policy;
import whyc.accelerator.ManyCore.Scheduler;

/**
 * One machine without its techniques, with one after the other, and with all but one.
 *
 * @param name what was switched, for people
 */
public record Ablation(String name, Simulation simulation) {

  /** Inference to the memory outside, then the explanation from there: nothing kept, or packed. */
  public static Ablation none(Simulator s, ManyCore m) {
    return of(s, m, "none", new Scheduler(Policy.SEQUENTIAL, false, false, false, false));
  }

  /** From none to all of the techniques that the machine has, one more each time. */
  public static List<Ablation> growing(Simulator s, ManyCore m) {
    Scheduler all = m.scheduler();
    List<Ablation> rows = new ArrayList<>(List.of(none(s, m)));
    Scheduler now = rows.getFirst().simulation.outcome().machine().scheduler();
    now = new Scheduler(now.policy(), all.compresses(), false, false, false);
    rows.add(of(s, m, "+ compressed tensors", now));
    now = new Scheduler(now.policy(), now.compresses(), all.keepsActivations(), false, false);
    rows.add(of(s, m, "+ activations and gradients stay on the chip", now));
    now =
        new Scheduler(
            now.policy(), now.compresses(), now.keepsActivations(), all.keepsMaps(), false);
    rows.add(of(s, m, "+ maps for the explanation stay, too", now));
    now =
        new Scheduler(
            now.policy(),
            now.compresses(),
            now.keepsActivations(),
            now.keepsMaps(),
            all.fusesHeatMaps());
    rows.add(of(s, m, "+ heat map made with the last gradients", now));
    rows.add(of(s, m, "+ " + policy(all.policy()), all));
    return List.copyOf(rows);
  }

  /** All techniques but one. */
  public static List<Ablation> without(Simulator s, ManyCore m) {
    Scheduler a = m.scheduler();
    return List.of(
        of(
            s,
            m,
            "without compression",
            new Scheduler(
                a.policy(), false, a.keepsActivations(), a.keepsMaps(), a.fusesHeatMaps())),
        of(
            s,
            m,
            "without activations on the chip",
            new Scheduler(a.policy(), a.compresses(), false, a.keepsMaps(), a.fusesHeatMaps())),
        of(
            s,
            m,
            "without maps on the chip",
            new Scheduler(
                a.policy(), a.compresses(), a.keepsActivations(), false, a.fusesHeatMaps())),
        of(
            s,
            m,
            "without fused heat maps",
            new Scheduler(a.policy(), a.compresses(), a.keepsActivations(), a.keepsMaps(), false)));
  }

  /** The same machine under each policy. */
  public static List<Ablation> policies(Simulator s, ManyCore m) {
    Scheduler a = m.scheduler();
    List<Ablation> rows = new ArrayList<>();
    for (Policy p : Policy.values()) {
      Scheduler other =
          new Scheduler(p, a.compresses(), a.keepsActivations(), a.keepsMaps(), a.fusesHeatMaps());
      rows.add(of(s, m, policy(p), other));
    }
    return List.copyOf(rows);
  }

  private static String policy(Policy p) {
    return switch (p) {
      case SEQUENTIAL -> "one task after the other";
      case STATIC_SPLIT -> "half of the cores for each";
      case DYNAMIC -> "cores by what is left to do";
    };
  }

  private static Ablation of(Simulator s, ManyCore m, String name, Scheduler scheduler) {
    return new Ablation(name, s.run(m.with(scheduler)));
  }
}
