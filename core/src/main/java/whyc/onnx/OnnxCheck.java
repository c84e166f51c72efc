package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks over a model that was written: every node reads what stands before it, no name is given
 * twice, and whyc's own nodes are operators of the default domain that the model's operator set
 * has.
 */
public final class OnnxCheck {
  private OnnxCheck() {}

  /** The first operator set that has an operator as whyc writes it. */
  private static final Map<String, Integer> SINCE = new HashMap<>();

  static {
    since(1, "Abs", "ArgMax", "AveragePool", "Cast", "Ceil", "Concat", "Constant", "Conv");
    since(1, "ConvTranspose", "Exp", "Floor", "Gather", "HardSigmoid", "Identity", "Log", "MatMul");
    since(1, "MaxPool", "Neg", "Not", "ReduceMax", "ReduceMean", "ReduceProd", "ReduceSum", "Relu");
    since(1, "Shape", "Sigmoid", "Slice", "Softmax", "Softplus", "Sqrt", "Squeeze", "Tanh");
    since(1, "Transpose", "Unsqueeze");
    since(2, "Pad");
    since(5, "Reshape");
    since(6, "Clip");
    since(7, "Acos", "Add", "And", "Asin", "Atan", "Cos", "Div", "Equal", "Greater", "Less", "Mul");
    since(7, "Or", "Pow", "Sin", "Sub", "Tan", "Xor");
    since(8, "Expand", "Max", "Min");
    since(9, "Acosh", "Asinh", "Atanh", "Cosh", "Erf", "IsNaN", "OneHot", "Sign", "Sinh", "Where");
    since(10, "IsInf", "Mod", "QuantizeLinear");
    since(11, "GatherElements", "Range", "Round");
  }

  private static void since(int opset, String... operators) {
    for (String operator : operators) {
      SINCE.put(operator, opset);
    }
  }

  /** All names of tensors in a graph. */
  static Set<String> names(GraphProto graph) {
    Set<String> names = new HashSet<>();
    graph.getInputList().forEach(i -> names.add(i.getName()));
    graph.getInitializerList().forEach(t -> names.add(t.getName()));
    graph.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
    return names;
  }

  /**
   * Refuses a model that is not whole: a mistake of whyc's, except where the model's operator set
   * is too old for what was asked.
   *
   * @param name what messages call the model
   */
  public static void check(String name, ModelProto model) {
    GraphProto graph = model.getGraph();
    int opset = OnnxNodes.Version.of(model).opset();
    Set<String> known = new HashSet<>();
    for (ValueInfoProto i : graph.getInputList()) {
      require(known.add(i.getName()), name, "inputs want different names", i.getName());
    }
    Set<String> weights = new HashSet<>();
    for (TensorProto t : graph.getInitializerList()) {
      require(weights.add(t.getName()), name, "initialisers want different names", t.getName());
    }
    known.addAll(weights);
    Set<String> nodes = new HashSet<>();
    for (NodeProto n : graph.getNodeList()) {
      for (String input : n.getInputList()) {
        require(
            input.isEmpty() || known.contains(input),
            name,
            "a node wants operands that stand before it",
            "\"" + input + "\" (node \"" + n.getName() + "\")");
      }
      for (String output : n.getOutputList()) {
        require(
            output.isEmpty() || known.add(output), name, "results want different names", output);
      }
      if (OnnxModel.isOurs(n.getName())) {
        require(nodes.add(n.getName()), name, "nodes want different names", n.getName());
        checkOurs(name, n, opset);
      }
    }
    Set<String> outputs = new HashSet<>();
    for (ValueInfoProto o : graph.getOutputList()) {
      require(outputs.add(o.getName()), name, "outputs want different names", o.getName());
      require(known.contains(o.getName()), name, "an output wants to be computed", o.getName());
    }
  }

  private static void checkOurs(String name, NodeProto n, int opset) {
    require(n.getDomain().isEmpty(), name, "nodes of whyc want the default domain", n.getDomain());
    Integer since = SINCE.get(n.getOpType());
    require(since != null, name, "nodes of whyc want operators that whyc writes", n.getOpType());
    if (since != null && since > opset) {
      throw new ModelException(
          "%s: %s of the explanation wants operator set %d or newer, got %d"
              .formatted(name, n.getOpType(), since, opset));
    }
    for (AttributeProto a : n.getAttributeList()) {
      require(
          !a.hasG() && a.getGraphsCount() == 0, name, "nodes of whyc want no graphs", n.getName());
    }
  }

  private static void require(boolean holds, String name, String rule, String came) {
    if (!holds) {
      throw new IllegalStateException(name + ": " + rule + ", got " + came);
    }
  }
}
