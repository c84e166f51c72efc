package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Composite;
import whyc.op.Constant;
import whyc.op.Emit;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Reads a model as a graph of primitives, for given types of its inputs. */
final class Importer {
  private final OnnxModel model;
  private final Builder builder = new Builder();
  private final Map<String, FunctionProto> functions = new HashMap<>();

  /** Nodes that were read, each time that a function was called again. */
  private int nodes;

  /** Taps of all max-pooling windows. */
  private long taps;

  /** Heap bytes of the values that are known. */
  private long knownBytes;

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
    Scope scope =
        new Scope(Optional.empty(), new HashMap<>(), new HashMap<>(), model.opset(), "", 0);
    for (ValueInfoProto info : graph.getInputList()) {
      String name = info.getName();
      if (inputs.containsKey(name)) {
        scope.set(name, leaf("input", new Input(name, inputs.get(name)), name));
      }
    }
    readInitializers(graph, scope, inputs.keySet());
    readNodes(graph.getNodeList(), scope, true);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    for (ValueInfoProto info : graph.getOutputList()) {
      String name = info.getName();
      Value value =
          scope.get(name).orElseThrow(() -> refuse("output", scope.want(name), "\"" + name + "\""));
      if (outputs.put(name, value) != null) {
        throw refuse("output", "a name of its own", "\"" + name + "\" twice");
      }
    }
    if (outputs.isEmpty()) {
      throw refuse("a model", "at least one output", "none");
    }
    return builder.finish(outputs);
  }

  /** A tensor of no elements is as good as none. */
  private void readInitializers(GraphProto graph, Scope scope, Set<String> given) {
    if (graph.getSparseInitializerCount() > 0) {
      throw refuse("initialisers", "dense tensors", "sparse ones");
    }
    Set<String> names = new HashSet<>();
    for (TensorProto t : graph.getInitializerList()) {
      String name = t.getName();
      if (!names.add(name)) {
        throw refuse("initialiser", "a name of its own", "\"" + name + "\" twice");
      }
      if (t.getDimsList().contains(0L)) {
        scope.setEmpty(name);
      } else if (!given.contains(name)) {
        scope.set(name, leaf("initialiser", new Constant(tensor(t)), name));
      }
    }
  }

  /** Appends a line that has no operands. */
  private Value leaf(String kind, Op op, String name) {
    try {
      Value value = builder.emit(op, List.of(), name);
      bound(value, op);
      return value;
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          model.name() + ": " + e.getMessage() + " (" + kind + " \"" + name + "\")", e);
    }
  }

  /** Refuses a line that asks for more than {@link Limits} allow. */
  private void bound(Value value, Op op) {
    Limits.value(builder.type(value));
    if (builder.size() > Limits.LINES) {
      throw new IllegalArgumentException(
          "a model wants at most " + Limits.LINES + " lines, got more");
    }
    if (op instanceof MaxPool m) {
      taps += m.window().area();
      if (taps > Limits.TAPS) {
        throw new IllegalArgumentException(
            "max-pooling wants windows of at most " + Limits.TAPS + " taps in all, got more");
      }
    }
    if (op instanceof Constant c) {
      knownBytes += c.value().heapBytes();
      if (knownBytes > Limits.KNOWN_BYTES) {
        throw new IllegalArgumentException(
            "what is known when a model is read wants at most "
                + Limits.KNOWN_BYTES
                + " bytes, half of the Java heap, got more");
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
   * @param outer what is seen from within a branch, besides its own
   * @param values what the names stand for; nothing for a tensor of no elements
   * @param missing results that are not computed here, with the reason
   * @param path where a function is called from, for messages
   */
  private record Scope(
      Optional<Scope> outer,
      Map<String, Optional<Value>> values,
      Map<String, String> missing,
      int opset,
      String path,
      int depth) {

    Optional<Value> get(String name) {
      return owner(name).flatMap(s -> s.values.getOrDefault(name, Optional.empty()));
    }

    boolean knows(String name) {
      return owner(name).filter(s -> s.values.containsKey(name)).isPresent();
    }

    /** The innermost scope that has something to say about a name. */
    private Optional<Scope> owner(String name) {
      return has(name) ? Optional.of(this) : outer.flatMap(o -> o.owner(name));
    }

    /** Whether a name stands for something, or for the lack of it, in this very scope. */
    boolean has(String name) {
      return values.containsKey(name) || missing.containsKey(name);
    }

    Optional<String> whyMissing(String name) {
      return owner(name).map(s -> s.missing.get(name));
    }

    void set(String name, Value value) {
      values.put(name, Optional.of(value));
    }

    void setEmpty(String name) {
      values.put(name, Optional.empty());
    }

    /** The rule that a name breaks which stands for nothing. */
    String want(String name) {
      return whyMissing(name)
          .orElse(
              knows(name) ? "a tensor of at least one element" : "a tensor that a node computes");
    }

    /** A scope within this one: it sees these names, and its own are its own. */
    Scope inner(String name) {
      return new Scope(
          Optional.of(this), new HashMap<>(), new HashMap<>(), opset, path + name + "/", depth + 1);
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
        if (scope.has(name)) {
          throw fail(
              node, scope, "wants results with names of their own, got \"" + name + "\" again");
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
    if (++nodes > Limits.NODES) {
      throw fail(
          node,
          scope,
          "wants a model of at most " + Limits.NODES + " nodes, functions written out, got more");
    }
    List<Optional<Value>> operands = new ArrayList<>();
    for (String input : node.getInputList()) {
      if (!input.isEmpty() && !scope.knows(input)) {
        throw fail(
            node,
            scope,
            scope
                .whyMissing(input)
                .map(why -> "wants " + why)
                .orElse(
                    "wants operands that earlier nodes compute, got \""
                        + input
                        + "\": a cycle, or nodes out of order"));
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
          node,
          scope,
          "(opset "
              + scope.opset
              + ") is not supported; nearest: "
              + Bindings.nearest(node.getOpType()));
    }
    try {
      Emit g = new Expanding();
      return binding.get().bind(new OnnxNode(g, node, operands, scope.opset, model.external()));
    } catch (IllegalArgumentException e) {
      throw new ModelException(describe(node, scope) + ": " + e.getMessage(), e);
    } catch (ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | NoSuchElementException e) {
      throw new ModelException(
          describe(node, scope)
              + " wants operands and attributes that fit, got "
              + got(node, operands)
              + " ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Operands and attributes of a node, for a message. */
  private String got(NodeProto node, List<Optional<Value>> operands) {
    List<String> types =
        operands.stream()
            .map(v -> v.map(x -> builder.type(x).toString()).orElse("nothing"))
            .toList();
    List<String> attributes =
        node.getAttributeList().stream().map(a -> a.getName() + " = " + shown(a)).toList();
    return types + " with " + attributes;
  }

  /** The value of an attribute, where it is short. */
  private static String shown(AttributeProto a) {
    return switch (a.getType()) {
      case INT -> String.valueOf(a.getI());
      case FLOAT -> String.valueOf(a.getF());
      case STRING -> a.getS().size() > 40 ? "a long text" : a.getS().toStringUtf8();
      case INTS ->
          a.getIntsCount() > 8 ? a.getIntsCount() + " integers" : a.getIntsList().toString();
      default -> "a value of type " + a.getType();
    };
  }

  /** A choice whose condition is known when the model is read: exporters leave those behind. */
  private List<Optional<Value>> branch(
      NodeProto node, List<Optional<Value>> operands, Scope scope) {
    Tensor condition =
        operands.stream()
            .flatMap(Optional::stream)
            .findFirst()
            .flatMap(builder::constant)
            .orElseThrow(() ->
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
    if (scope.depth >= Limits.DEPTH) {
      throw fail(node, scope, "wants at most " + Limits.DEPTH + " graphs within each other");
    }
    Scope inner = scope.inner(node.getOpType());
    readInitializers(body, inner, Set.of());
    readNodes(body.getNodeList(), inner, false);
    return body.getOutputList().stream()
        .map(o -> {
          if (!inner.knows(o.getName())) {
            throw fail(node, scope, "wants " + inner.want(o.getName()));
          }
          return inner.get(o.getName());
        })
        .toList();
  }

  /** Every composite is written out where it is met, and no line exceeds a limit. */
  private final class Expanding implements Emit {
    @Override
    public Value emit(Op op, List<Value> operands) {
      return switch (op) {
        case Composite c -> c.expand(this, operands);
        case Primitive p -> {
          Value value = builder.emit(p, operands);
          bound(value, p);
          yield value;
        }
      };
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
    if (scope.depth >= Limits.DEPTH) {
      throw fail(
          node,
          scope,
          "wants functions that do not call themselves, got "
              + Limits.DEPTH
              + " calls within each other");
    }
    int opset =
        function.getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty())
            .mapToInt(o -> Math.clamp(o.getVersion(), 0, Integer.MAX_VALUE))
            .findFirst()
            .orElse(scope.opset);
    Scope inner =
        new Scope(
            Optional.empty(),
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
        .map(o -> {
          if (!inner.knows(o)) {
            throw fail(node, scope, "computes no \"" + o + "\"");
          }
          return inner.get(o);
        })
        .toList();
  }

  /** A node of a function, with the caller's attributes in place of references to them. */
  private static NodeProto withAttributes(
      NodeProto inner, NodeProto caller, FunctionProto function) {
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
    String name =
        node.getName().isEmpty() && node.getOutputCount() > 0 ? node.getOutput(0) : node.getName();
    return model.name() + ": " + node.getOpType() + " at node \"" + scope.path + name + "\"";
  }

  private ModelException fail(NodeProto node, Scope scope, String what) {
    return new ModelException(describe(node, scope) + " " + what);
  }
}
