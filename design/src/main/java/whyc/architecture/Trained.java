package whyc.architecture;

import java.util.Map;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.quantize.Quantized;

/** A trained candidate, for those who write it to files. */
public final class Trained {
  private final Specimen specimen;
  private final Candidate candidate;

  Trained(Specimen specimen, Candidate candidate) {
    this.specimen = specimen;
    this.candidate = candidate;
  }

  /** As its ONNX file says it. */
  public Model model() {
    return specimen.model();
  }

  /** The file, in real numbers. */
  public OnnxModel onnx(Map<String, String> facts) {
    return specimen.onnx(facts);
  }

  /** In bytes, with its circuits, without its skipped channels. */
  public Quantized quantized() {
    return specimen.with(candidate.choices());
  }
}
