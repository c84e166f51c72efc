package whyc.bench;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.assign.Network;
import whyc.explain.Head;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.graph.Graph;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.op.Value;

/**
 * Whose maps an approximate network is to keep.
 *
 * @param layer of class activation maps; absent for the preferred one
 */
record Maps(String name, String method, Optional<String> layer, Network.Backward backward) {
  static final Maps GRAD_CAM =
      new Maps("Grad-CAM", "gradcam", Optional.empty(), Network.Backward.EXACT);

  static final Maps SALIENCY =
      new Maps(
          "saliency, the pass approximate and counted",
          "saliency",
          Optional.empty(),
          Network.Backward.APPROXIMATE);

  static Maps gradCam(String layer) {
    String name = "Grad-CAM at " + layer;
    return new Maps(name, "gradcam", Optional.of(layer), Network.Backward.EXACT);
  }

  private Methods.Options options() {
    Methods.Options usual = Methods.Options.of(Profile.WHYC);
    return layer.map(usual::withLayer).orElse(usual);
  }

  /** A model's scores with these maps of it. */
  Network.Wanted wanted(Model m) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(m.graph().outputs());
    String output = outputs.firstEntry().getKey();
    outputs.put(Head.SCORES, outputs.firstEntry().getValue());
    Graph scored = m.graph().withOutputs(outputs);
    Network.Wanted plain = new Network.Wanted(m, scored, output, Optional.empty());
    Network.Explains explains =
        new Network.Explains(
            Methods.named(method).create(scored, plain.question(), options()),
            new RankCorrelation(),
            backward);
    return new Network.Wanted(m, scored, output, Optional.of(explains));
  }
}
