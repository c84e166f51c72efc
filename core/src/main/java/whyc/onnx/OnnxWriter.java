package whyc.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.TensorType;

/**
 * Writes graphs as ONNX models of standard operators.
 *
 * <p>A graph that explains a model is written <em>behind</em> that model: the file's own nodes stay
 * as they are, bit for bit, and lines are added that read the file's tensors by name. Only what the
 * file does not compute already is written.
 */
public final class OnnxWriter {
  /** Operator set of models that have no predecessor: every runtime of the last years reads it. */
  private static final int OPSET = 17;

  /** The file format version that goes with {@link #OPSET}. */
  private static final int IR_VERSION = 8;

  /** What a runtime calls the extent that follows the batch. */
  private static final String BATCH = "N";

  private OnnxWriter() {}

  /**
   * A model of all lines of a graph. Lines that carry a label give it to their tensor.
   *
   * @param dynamicBatch whether the first extent of inputs and outputs is left open
   */
  public static ModelProto write(Graph graph, boolean dynamicBatch) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("whyc")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET));
    GraphProto.Builder proto = GraphProto.newBuilder().setName("whyc");
    Optional<String> batch = dynamicBatch ? Optional.of(BATCH) : Optional.empty();
    Set<String> taken = new HashSet<>(graph.outputs().keySet());
    for (Input input : graph.inputs()) {
      proto.addInput(info(input.input(), input.type(), batch));
      taken.add(input.input());
    }
    Writing writing =
        new Writing(
            graph, proto, new OnnxNodes.Version(OPSET, IR_VERSION), "", new HashMap<>(), taken);
    writing.lines();
    graph.outputs().forEach((name, value) -> writing.output(name, value, batch));
    Map<String, String> names = writing.labels();
    names.putAll(writing.outputs());
    rename(proto, names);
    return model.setGraph(proto).build();
  }

  /** Other names for tensors; nodes keep theirs, by which what whyc added is known. */
  private static void rename(GraphProto.Builder proto, Map<String, String> labels) {
    proto
        .getInitializerBuilderList()
        .forEach(t -> t.setName(labels.getOrDefault(t.getName(), t.getName())));
    for (NodeProto.Builder n : proto.getNodeBuilderList()) {
      for (int i = 0; i < n.getInputCount(); i++) {
        n.setInput(i, labels.getOrDefault(n.getInput(i), n.getInput(i)));
      }
      for (int i = 0; i < n.getOutputCount(); i++) {
        n.setOutput(i, labels.getOrDefault(n.getOutput(i), n.getOutput(i)));
      }
    }
  }

  /**
   * A model file with further outputs.
   *
   * @param model the file that the graph was read from
   * @param graph the model's graph with lines added; new inputs are lines of kind {@link Input}
   * @param added the new outputs, by name
   * @param metadata entries to add to the file's; one of the same key is replaced
   */
  public static ModelProto append(
      Model model, Graph graph, SequencedMap<String, Value> added, Map<String, String> metadata) {
    ModelProto source = model.file().proto();
    GraphProto.Builder proto = source.getGraph().toBuilder();
    Map<String, TensorProto> weights = new HashMap<>();
    Set<String> taken = new HashSet<>();
    proto.getInitializerList().forEach(t -> weights.put(t.getName(), t));
    taken.addAll(weights.keySet());
    proto.getInputList().forEach(i -> taken.add(i.getName()));
    proto.getNodeList().forEach(n -> taken.addAll(n.getOutputList()));
    Set<String> computed = Set.copyOf(taken);
    Map<Value, String> names = new HashMap<>();
    boolean[] varies = graph.dependingOnInputs();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node n = graph.nodes().get(i);
      // What the file computes from its weights alone is computed again from them: runtimes fold
      // that
      // away, but leave alone what they know as a dequantised weight.
      if (computed.contains(n.label()) && (varies[i] || n.op() instanceof Constant)) {
        names.put(new Value(i), n.label());
      }
    }
    Graph asked = graph.withOutputs(new LinkedHashMap<>(added));
    Writing writing =
        new Writing(asked, proto, OnnxNodes.Version.of(model.file()), OnnxModel.OURS, names, taken);
    Optional<String> batch = model.dynamicBatch() ? Optional.of(batch(model)) : Optional.empty();
    for (Input input : asked.inputs()) {
      if (!computed.contains(input.input())) {
        proto.addInput(info(input.input(), input.type(), batch));
      }
    }
    writing.lines();
    added.forEach((name, value) -> writing.output(name, value, batch));
    rename(proto, writing.outputs());
    return withMetadata(source.toBuilder().setGraph(proto).build(), metadata);
  }

  /** What the file itself calls the batch, if it calls it anything. */
  private static String batch(Model model) {
    return model.file().proto().getGraph().getInputList().stream()
        .filter(i -> i.getName().equals(model.input()))
        .map(i -> i.getType().getTensorType().getShape().getDim(0).getDimParam())
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElse(BATCH);
  }

  /** A model with further metadata; an entry of the same key is replaced. */
  static ModelProto withMetadata(ModelProto model, Map<String, String> metadata) {
    ModelProto.Builder result = model.toBuilder().clearMetadataProps();
    model.getMetadataPropsList().stream()
        .filter(e -> !metadata.containsKey(e.getKey()))
        .forEach(result::addMetadataProps);
    metadata.forEach((key, value) ->
        result.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return result.build();
  }

  /**
   * A model of those outputs alone that a graph names, which reads the file's weights by name. What
   * the outputs do not need is left out, since runtimes run all that a file holds.
   */
  public static ModelProto select(Model model, Graph graph) {
    ModelProto whole = append(model, graph, graph.outputs(), Map.of());
    GraphProto.Builder proto = whole.getGraph().toBuilder();
    Set<String> needed = new HashSet<>(graph.outputs().keySet());
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto n : proto.getNodeList().reversed()) {
      if (n.getOutputList().stream().anyMatch(needed::contains)) {
        needed.addAll(n.getInputList());
        nodes.add(n);
      }
    }
    List<ValueInfoProto> outputs =
        proto.getOutputList().stream()
            .filter(o -> graph.outputs().containsKey(o.getName()))
            .toList();
    List<ValueInfoProto> inputs =
        proto.getInputList().stream().filter(i -> needed.contains(i.getName())).toList();
    List<TensorProto> weights =
        proto.getInitializerList().stream().filter(t -> needed.contains(t.getName())).toList();
    proto.clearNode().addAllNode(nodes.reversed());
    proto.clearOutput().addAllOutput(outputs);
    proto.clearInput().addAllInput(inputs);
    proto.clearInitializer().addAllInitializer(weights);
    return whole.toBuilder().setGraph(proto).build();
  }

  /**
   * @param batch what the first extent is called, where it is left open
   */
  static ValueInfoProto info(String name, TensorType type, Optional<String> batch) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int axis = 0; axis < type.shape().rank(); axis++) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(
          axis == 0 && batch.isPresent()
              ? dim.setDimParam(batch.get())
              : dim.setDimValue(type.shape().dim(axis)));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorData.dataType(type.element()))
                        .setShape(shape)))
        .build();
  }

  /** The state of one writing: what has a name already, and where nodes go. */
  private static final class Writing {
    private final Graph graph;
    private final GraphProto.Builder proto;
    private final Map<Value, String> names;
    private final Set<String> taken;
    private final Set<String> given = new HashSet<>();
    private final Map<String, String> outputs = new HashMap<>();
    private final String prefix;
    private final OnnxLines lines;

    Writing(
        Graph graph,
        GraphProto.Builder proto,
        OnnxNodes.Version version,
        String prefix,
        Map<Value, String> names,
        Set<String> taken) {
      this.graph = graph;
      this.proto = proto;
      this.names = names;
      this.taken = taken;
      this.prefix = prefix;
      this.lines = new OnnxLines(proto, version, prefix, this::fresh);
    }

    /** Writes the lines that the outputs need and that have no name yet, in order. */
    void lines() {
      boolean[] needed = new boolean[graph.nodes().size()];
      graph.outputs().values().forEach(v -> needed[v.index()] = true);
      for (int i = needed.length - 1; i >= 0; i--) {
        if (needed[i] && !names.containsKey(new Value(i))) {
          graph.nodes().get(i).operands().forEach(v -> needed[v.index()] = true);
        }
      }
      for (int i = 0; i < needed.length; i++) {
        Value value = new Value(i);
        if (needed[i] && !names.containsKey(value)) {
          names.put(value, line(graph.nodes().get(i)));
        }
      }
    }

    private String line(Node n) {
      return switch (n.op()) {
        case Input input -> input.input();
        case Constant c -> lines.constant(c.value());
        case Primitive p -> {
          List<String> operands = n.operands().stream().map(this::name).toList();
          List<TensorType> types = n.operands().stream().map(graph::type).toList();
          yield lines.write(p, operands, types, n.type());
        }
        case whyc.op.Composite c ->
            throw new IllegalArgumentException(
                "a model is written from primitives, got " + c.name());
      };
    }

    private String name(Value value) {
      String name = names.get(value);
      if (name == null) {
        throw new IllegalStateException("no name for " + value);
      }
      return name;
    }

    /** For each tensor that was named by us the label of its line, where no other has it. */
    Map<String, String> labels() {
      Map<String, String> labels = new HashMap<>();
      names.forEach((value, name) -> {
        String label = graph.node(value).label();
        if (given.contains(name) && !label.isEmpty() && taken.add(label)) {
          labels.put(name, label);
        }
      });
      return labels;
    }

    /** For each tensor that was named by us and is asked for, the name that it is asked for by. */
    Map<String, String> outputs() {
      return outputs;
    }

    /** A tensor of ours takes the output's name; one that has a name already is copied. */
    void output(String name, Value value, Optional<String> batch) {
      String own = name(value);
      boolean isOurs = given.contains(own) && !(graph.node(value).op() instanceof Constant);
      if (!name.equals(own) && !(isOurs && outputs.putIfAbsent(own, name) == null)) {
        lines.node("Identity", name, List.of(own));
      }
      proto.addOutput(info(name, graph.type(value), batch));
    }

    private String fresh(String kind) {
      for (int i = taken.size(); ; i++) {
        String name = prefix + kind + "_" + i;
        if (taken.add(name)) {
          given.add(name);
          return name;
        }
      }
    }
  }
}
