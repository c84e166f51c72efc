package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Constant;
import whyc.op.Emit;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Value;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Reads a model as a graph of primitives, for given types of its inputs. */
final class Importer {
  /** Local functions may call each other this deep. */
  private static final int MAX_DEPTH = 32;

  private final OnnxModel model;
  private final Builder builder = new Builder();
  private final Map<String, FunctionProto> functions = new HashMap<>();

  private Importer(OnnxModel model) {
    this.model = model;
    for (FunctionProto f : model.proto().getFunctionsList()) {
      functions.put(f.getDomain() + ":" + f.getName(), f);
    }
  }

  /**
   * The graph of a model; each line that computes one of the model's tensors carries its name.
   *
   * @param inputs types for the inputs that have no initialiser
   */
  static Graph read(OnnxModel model, Map<String, TensorType> inputs) {
    return new Importer(model).read(inputs);
  }

  private Graph read(Map<String, TensorType> inputs) {
    GraphProto graph = model.proto().getGraph();
    Scope scope = new Scope(new HashMap<>(), model.opset(), "", 0);
    if (graph.getSparseInitializerCount() > 0) {
      throw refuse("initialisers", "dense tensors", "sparse ones");
    }
    for (ValueInfoProto info : graph.getInputList()) {
      String name = info.getName();
      if (inputs.containsKey(name)) {
        scope.set(name, builder.emit(new Input(name, inputs.get(name)), List.of(), name));
      }
    }
    for (TensorProto t : graph.getInitializerList()) {
      if (!inputs.containsKey(t.getName())) {
        scope.set(t.getName(), builder.emit(new Constant(tensor(t)), List.of(), t.getName()));
      }
    }
    readNodes(graph.getNodeList(), scope, true);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    for (ValueInfoProto info : graph.getOutputList()) {
      Optional<Value> value = scope.get(info.getName());
      outputs.put(
          info.getName(),
          value.orElseThrow(() -> refuse("output", "a tensor that a node computes", info.getName())));
    }
    return builder.finish(outputs);
  }

  private Tensor tensor(TensorProto t) {
    try {
      return TensorData.read(t, model.external());
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          model.name() + ": " + e.getMessage() + " (initialiser \"" + t.getName() + "\")", e);
    }
  }

  private ModelException refuse(String who, String rule, String got) {
    return new ModelException(model.name() + ": " + who + " wants " + rule + ", got " + got);
  }

  /**
   * Names that nodes may use, and the operator set that they are of.
   *
   * @param path where a function is called from, for messages
   */
  private record Scope(Map<String, Value> values, int opset, String path, int depth) {
    Optional<Value> get(String name) {
      return Optional.ofNullable(values.get(name));
    }

    void set(String name, Value value) {
      values.put(name, value);
    }
  }

  private void readNodes(List<NodeProto> nodes, Scope scope, boolean named) {
    for (NodeProto node : nodes) {
      List<Value> results = readNode(node, scope);
      for (int i = 0; i < node.getOutputCount(); i++) {
        String name = node.getOutput(i);
        if (name.isEmpty()) {
          continue;
        }
        if (i >= results.size()) {
          throw fail(node, scope, "has no result " + (i + 1) + " here; nearest: its first " + results.size());
        }
        scope.set(name, results.get(i));
        if (named) {
          builder.name(results.get(i), name);
        }
      }
    }
  }

  private List<Value> readNode(NodeProto node, Scope scope) {
    List<Optional<Value>> operands = new ArrayList<>();
    for (String input : node.getInputList()) {
      if (!input.isEmpty() && scope.get(input).isEmpty()) {
        throw fail(
            node, scope, "wants operands that earlier nodes compute, got \"" + input + "\": a cycle, or nodes out of order");
      }
      operands.add(input.isEmpty() ? Optional.empty() : scope.get(input));
    }
    FunctionProto function = functions.get(node.getDomain() + ":" + node.getOpType());
    if (function != null) {
      return call(function, node, operands, scope);
    }
    boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    Optional<Binding> binding =
        Bindings.of(standard ? node.getOpType() : node.getDomain() + "." + node.getOpType());
    if (binding.isEmpty()) {
      throw fail(
          node, scope, "(opset " + scope.opset + ") is not supported; nearest: " + Bindings.nearest(node.getOpType()));
    }
    try {
      Emit g = new Expanding(builder);
      return binding.get().bind(new OnnxNode(g, node, operands, scope.opset, model.external()));
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new ModelException(describe(node, scope) + ": " + e.getMessage(), e);
    }
  }

  /** Every composite is written out where it is met. */
  private record Expanding(Builder builder) implements Emit {
    @Override
    public Value emit(Op op, List<Value> operands) {
      return builder.expand(op, operands, "");
    }

    @Override
    public TensorType type(Value value) {
      return builder.type(value);
    }

    @Override
    public Optional<Tensor> constant(Value value) {
      return builder.constant(value);
    }
  }

  private List<Value> call(
      FunctionProto function, NodeProto node, List<Optional<Value>> operands, Scope scope) {
    if (scope.depth >= MAX_DEPTH) {
      throw fail(node, scope, "wants functions that do not call themselves, got " + MAX_DEPTH + " calls within each other");
    }
    int opset =
        function.getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty())
            .mapToInt(o -> (int) o.getVersion())
            .findFirst()
            .orElse(scope.opset);
    Scope inner =
        new Scope(new HashMap<>(), opset, scope.path + node.getOpType() + "/", scope.depth + 1);
    for (int i = 0; i < Math.min(operands.size(), function.getInputCount()); i++) {
      int at = i;
      operands.get(i).ifPresent(v -> inner.set(function.getInput(at), v));
    }
    List<NodeProto> body =
        function.getNodeList().stream().map(n -> withAttributes(n, node, function)).toList();
    readNodes(body, inner, false);
    return function.getOutputList().stream()
        .map(o -> inner.get(o).orElseThrow(() -> fail(node, scope, "computes no \"" + o + "\"")))
        .toList();
  }

  /** A node of a function, with the caller's attributes in place of references to them. */
  private static NodeProto withAttributes(NodeProto inner, NodeProto caller, FunctionProto function) {
    NodeProto.Builder b = inner.toBuilder().clearAttribute();
    for (AttributeProto a : inner.getAttributeList()) {
      if (a.getRefAttrName().isEmpty()) {
        b.addAttribute(a);
      } else {
        java.util.stream.Stream.concat(
                caller.getAttributeList().stream(), function.getAttributeProtoList().stream())
            .filter(c -> c.getName().equals(a.getRefAttrName()))
            .findFirst()
            .ifPresent(c -> b.addAttribute(c.toBuilder().setName(a.getName())));
      }
    }
    return b.build();
  }

  private String describe(NodeProto node, Scope scope) {
    String name = node.getName().isEmpty() && node.getOutputCount() > 0 ? node.getOutput(0) : node.getName();
    return model.name() + ": " + node.getOpType() + " at node \"" + scope.path + name + "\"";
  }

  private ModelException fail(NodeProto node, Scope scope, String what) {
    return new ModelException(describe(node, scope) + " " + what);
  }
}
