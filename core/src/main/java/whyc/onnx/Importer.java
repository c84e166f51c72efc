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
import java.util.Set;
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
    Scope scope = new Scope(new HashMap<>(), new HashMap<>(), model.opset(), "", 0);
    for (ValueInfoProto info : graph.getInputList()) {
      String name = info.getName();
      if (inputs.containsKey(name)) {
        scope.set(name, builder.emit(new Input(name, inputs.get(name)), List.of(), name));
      }
    }
    readInitializers(graph, scope, inputs.keySet());
    readNodes(graph.getNodeList(), scope, true);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    for (ValueInfoProto info : graph.getOutputList()) {
      outputs.put(
          info.getName(),
          scope
              .get(info.getName())
              .orElseThrow(() -> refuse("output", scope.want(info.getName()), info.getName())));
    }
    return builder.finish(outputs);
  }

  /** A tensor of no elements is as good as none. */
  private void readInitializers(GraphProto graph, Scope scope, Set<String> given) {
    if (graph.getSparseInitializerCount() > 0) {
      throw refuse("initialisers", "dense tensors", "sparse ones");
    }
    for (TensorProto t : graph.getInitializerList()) {
      if (t.getDimsList().contains(0L)) {
        scope.setEmpty(t.getName());
      } else if (!given.contains(t.getName())) {
        scope.set(t.getName(), builder.emit(new Constant(tensor(t)), List.of(), t.getName()));
      }
    }
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
   * @param values what the names stand for; nothing for a tensor of no elements
   * @param missing results that are not computed here, with the reason
   * @param path where a function is called from, for messages
   */
  private record Scope(
      Map<String, Optional<Value>> values,
      Map<String, String> missing,
      int opset,
      String path,
      int depth) {

    Optional<Value> get(String name) {
      return values.getOrDefault(name, Optional.empty());
    }

    boolean knows(String name) {
      return values.containsKey(name);
    }

    void set(String name, Value value) {
      values.put(name, Optional.of(value));
    }

    void setEmpty(String name) {
      values.put(name, Optional.empty());
    }

    /** The rule that a name breaks which stands for nothing. */
    String want(String name) {
      return missing.getOrDefault(
          name, knows(name) ? "a tensor of at least one element" : "a tensor that a node computes");
    }

    /** A scope within this one: it sees these names, and its own are its own. */
    Scope inner(String name) {
      return new Scope(
          new HashMap<>(values), new HashMap<>(missing), opset, path + name + "/", depth + 1);
    }
  }

  private void readNodes(List<NodeProto> nodes, Scope scope, boolean named) {
    for (NodeProto node : nodes) {
      List<Optional<Value>> results = readNode(node, scope);
      for (int i = 0; i < node.getOutputCount(); i++) {
        String name = node.getOutput(i);
        if (name.isEmpty()) {
          continue;
        }
        if (i >= results.size()) {
          scope.missing.put(
              name,
              "another result than number "
                  + (i + 1)
                  + " of "
                  + node.getOpType()
                  + ", which is not supported; nearest: its first "
                  + results.size());
          continue;
        }
        scope.values.put(name, results.get(i));
        if (named && results.get(i).isPresent()) {
          builder.name(results.get(i).get(), name);
        }
      }
    }
  }

  private List<Optional<Value>> readNode(NodeProto node, Scope scope) {
    List<Optional<Value>> operands = new ArrayList<>();
    for (String input : node.getInputList()) {
      if (!input.isEmpty() && !scope.knows(input)) {
        throw fail(
            node,
            scope,
            scope.missing.containsKey(input)
                ? "wants " + scope.missing.get(input)
                : "wants operands that earlier nodes compute, got \""
                    + input
                    + "\": a cycle, or nodes out of order");
      }
      operands.add(input.isEmpty() ? Optional.empty() : scope.get(input));
    }
    if (node.getOpType().equals("If") && node.getDomain().isEmpty()) {
      return branch(node, operands, scope);
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

  /** A choice whose condition is known when the model is read: exporters leave those behind. */
  private List<Optional<Value>> branch(
      NodeProto node, List<Optional<Value>> operands, Scope scope) {
    Tensor condition =
        operands.stream()
            .flatMap(Optional::stream)
            .findFirst()
            .flatMap(builder::constant)
            .orElseThrow(
                () ->
                    fail(
                        node,
                        scope,
                        "with a condition that depends on the input is not supported; nearest: a"
                            + " condition known at compile time"));
    String name = condition.at(0) != 0 ? "then_branch" : "else_branch";
    GraphProto body =
        node.getAttributeList().stream()
            .filter(a -> a.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> fail(node, scope, "wants an attribute " + name))
            .getG();
    if (scope.depth >= MAX_DEPTH) {
      throw fail(node, scope, "wants at most " + MAX_DEPTH + " graphs within each other");
    }
    Scope inner = scope.inner(node.getOpType());
    readInitializers(body, inner, Set.of());
    readNodes(body.getNodeList(), inner, false);
    return body.getOutputList().stream()
        .map(
            o -> {
              if (!inner.knows(o.getName())) {
                throw fail(node, scope, "wants " + inner.want(o.getName()));
              }
              return inner.get(o.getName());
            })
        .toList();
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

  private List<Optional<Value>> call(
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
        new Scope(
            new HashMap<>(),
            new HashMap<>(),
            opset,
            scope.path + node.getOpType() + "/",
            scope.depth + 1);
    for (int i = 0; i < Math.min(operands.size(), function.getInputCount()); i++) {
      inner.values.put(function.getInput(i), operands.get(i));
    }
    // An operand that the caller leaves out is known within, as nothing.
    for (int i = operands.size(); i < function.getInputCount(); i++) {
      inner.setEmpty(function.getInput(i));
    }
    List<NodeProto> body =
        function.getNodeList().stream().map(n -> withAttributes(n, node, function)).toList();
    readNodes(body, inner, false);
    return function.getOutputList().stream()
        .map(
            o -> {
              if (!inner.knows(o)) {
                throw fail(node, scope, "computes no \"" + o + "\"");
              }
              return inner.get(o);
            })
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
