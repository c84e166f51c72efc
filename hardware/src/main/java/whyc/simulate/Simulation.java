package whyc.simulate;

import java.util.List;

/** What an accelerator needed for some images. */
public record Simulation(Outcome outcome, Energy energy, List<LayerAccount> layers) {}
