package whyc.pass;

import whyc.graph.Graph;

/** Writes what ONNX has no operator for, and what its runtimes are slow at, in other operators. */
public record LowerForOnnx() implements Pass {
  @Override
  public Graph apply(Graph g) {
    return new IntegersAsFloats()
        .then(new ConvTransposeToConv())
        .then(new SwitchesAsGradients())
        .then(new CompareInsteadOfSwitches())
        .then(new Simplify())
        .apply(g);
  }
}
