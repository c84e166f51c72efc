package whyc.engine;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.ModelException;
import whyc.onnx.OnnxGraphs;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;
import whyc.pass.LowerForOnnx;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Runs ONNX's own conformance cases: a model, inputs and the outputs that are right. */
final class Conformance {
  /** Bounds of ONNX's backend test runner. */
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  /** Half precision has a unit of 2^-10 itself: a few roundings in another order are allowed. */
  private static final double RELATIVE_HALF = 4e-3;

  /**
   * With these words ONNX Runtime says that it has no such element type; all else is a fault of
   * ours.
   */
  private static final List<String> LIMITS_OF_RUNTIME =
      List.of("NOT_IMPLEMENTED", "Java API has no", "is given no", "Type Error: Type 'tensor(");

  enum Verdict {
    PASSED,
    UNSUPPORTED,
    FAILED
  }

  /**
   * What became of a case.
   *
   * @param operators the operators of its model
   * @param reason why it is not supported or what went wrong; for a case that passed, why ONNX
   *     Runtime could not confirm it, or nothing
   */
  record Outcome(
      String suite,
      String name,
      int opset,
      SortedSet<String> operators,
      Verdict verdict,
      String reason) {}

  private final Path data;
  private final OrtEngine runtime = OrtEngine.create(new OrtEngine.Options(1, false));

  Conformance(Path data) {
    this.data = data;
  }

  /** The folders of a suite that hold a case, by name. */
  List<Path> cases(String suite) {
    try (Stream<Path> folders = Files.list(data.resolve(suite))) {
      return folders.filter(f -> Files.exists(f.resolve("model.onnx"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Outcome run(Path folder) {
    String suite = String.valueOf(folder.getParent().getFileName());
    String name = String.valueOf(folder.getFileName());
    OnnxModel model;
    try {
      model = OnnxModel.read(folder.resolve("model.onnx"));
    } catch (ModelException e) {
      return new Outcome(
          suite,
          name,
          0,
          new TreeSet<>(),
          Verdict.UNSUPPORTED,
          sentence(String.valueOf(e.getMessage())));
    }
    SortedSet<String> operators = new TreeSet<>();
    for (NodeProto n : model.proto().getGraph().getNodeList()) {
      operators.add(n.getDomain().isEmpty() ? n.getOpType() : n.getDomain() + "." + n.getOpType());
    }
    int opset =
        model.proto().getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty())
            .mapToInt(o -> Math.toIntExact(o.getVersion()))
            .findFirst()
            .orElse(0);
    Result result = result(model, folder);
    return new Outcome(suite, name, opset, operators, result.verdict, result.reason);
  }

  private static String sentence(String message) {
    return message.replaceFirst("^model.onnx: ", "");
  }

  private record Result(Verdict verdict, String reason) {}

  private Result result(OnnxModel model, Path folder) {
    Map<String, Optional<Tensor>> inputs = new LinkedHashMap<>();
    List<Optional<Tensor>> expected;
    Optional<Graph> graph = Optional.empty();
    try {
      List<ValueInfoProto> open = model.proto().getGraph().getInputList();
      List<Optional<Tensor>> given = tensors(folder, "input_", open);
      expected = tensors(folder, "output_", model.proto().getGraph().getOutputList());
      for (int i = 0; i < given.size(); i++) {
        inputs.put(open.get(i).getName(), given.get(i));
      }
    } catch (IllegalArgumentException e) {
      return new Result(Verdict.UNSUPPORTED, e.getMessage());
    }
    String refusal = "";
    for (Predicate<Map.Entry<String, Optional<Tensor>>> known : knownOnes(inputs)) {
      try {
        graph = Optional.of(read(model, inputs, known));
        break;
      } catch (ModelException e) {
        String sentence = String.valueOf(e.getMessage());
        boolean open = sentence.contains("known at compile time");
        refusal = refusal.isEmpty() || !open ? sentence : refusal;
      }
    }
    return graph
        .map(g -> compare(g, inputs, expected))
        .orElse(new Result(Verdict.UNSUPPORTED, sentence(refusal)));
  }

  /**
   * Which inputs are known when the model is read: none, those of whole numbers, all but the first,
   * all. Models give axes, shapes and the like as initialisers; these cases give all operands as
   * inputs.
   */
  private static List<Predicate<Map.Entry<String, Optional<Tensor>>>> knownOnes(
      Map<String, Optional<Tensor>> inputs) {
    String first = inputs.isEmpty() ? "" : inputs.keySet().iterator().next();
    return List.of(
        e -> false,
        e ->
            !e.getKey().equals(first)
                && e.getValue().filter(t -> t.element().isFloating()).isEmpty(),
        e -> !e.getKey().equals(first),
        e -> true);
  }

  private static Graph read(
      OnnxModel model,
      Map<String, Optional<Tensor>> inputs,
      Predicate<Map.Entry<String, Optional<Tensor>>> isKnown) {
    Map<String, TensorType> open = new HashMap<>();
    Map<String, Optional<Tensor>> known = new HashMap<>();
    for (Map.Entry<String, Optional<Tensor>> e : inputs.entrySet()) {
      if (isKnown.test(e) || e.getValue().isEmpty()) {
        known.put(e.getKey(), e.getValue());
      } else {
        open.put(e.getKey(), e.getValue().get().type());
      }
    }
    return OnnxGraphs.read(model, open, known);
  }

  private static List<Optional<Tensor>> tensors(
      Path folder, String prefix, List<ValueInfoProto> infos) {
    List<Optional<Tensor>> tensors = new ArrayList<>();
    for (int i = 0; i < infos.size(); i++) {
      Path file = folder.resolve("test_data_set_0").resolve(prefix + i + ".pb");
      if (!Files.exists(file)) {
        break;
      }
      if (!infos.get(i).getType().hasTensorType()) {
        throw new IllegalArgumentException(
            "a graph wants tensors, got a "
                + infos.get(i).getType().getValueCase().name().replace("_TYPE", "").toLowerCase()
                + " \""
                + infos.get(i).getName()
                + "\"");
      }
      int element = infos.get(i).getType().getTensorType().getElemType();
      try {
        Optional<Tensor> tensor = OnnxGraphs.tensor(Files.readAllBytes(file));
        if (element == DataType.BFLOAT16_VALUE) {
          throw new IllegalArgumentException(
              "bfloat16 is not supported; nearest: float16 or float32");
        }
        tensors.add(tensor);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return tensors;
  }

  private Result compare(
      Graph graph, Map<String, Optional<Tensor>> inputs, List<Optional<Tensor>> expected) {
    Map<String, Tensor> fed = new HashMap<>();
    graph.inputs().forEach(i -> fed.put(i.input(), inputs.get(i.input()).orElseThrow()));
    try {
      Map<String, Tensor> computed = Interpreter.run(graph, fed);
      Optional<String> difference = difference(computed, graph, expected);
      if (difference.isPresent()) {
        return new Result(Verdict.FAILED, "interpreter: " + difference.get());
      }
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      return new Result(Verdict.FAILED, "interpreter: " + e);
    }
    try {
      try (Program program =
          runtime.program(OnnxWriter.write(new LowerForOnnx().apply(graph), false))) {
        Map<String, Tensor> computed = program.run(fed, graph.outputs().keySet());
        return difference(computed, graph, expected)
            .map(d -> new Result(Verdict.FAILED, "ONNX Runtime: " + d))
            .orElse(new Result(Verdict.PASSED, ""));
      }
    } catch (IllegalArgumentException e) {
      String sentence = String.valueOf(e.getMessage());
      boolean excused = LIMITS_OF_RUNTIME.stream().anyMatch(sentence::contains);
      return new Result(excused ? Verdict.PASSED : Verdict.FAILED, sentence);
    }
  }

  private static Optional<String> difference(
      Map<String, Tensor> computed, Graph graph, List<Optional<Tensor>> expected) {
    List<String> names = List.copyOf(graph.outputs().keySet());
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i).isEmpty()) {
        return Optional.of(names.get(i) + " has elements, none expected");
      }
      Tensor want = expected.get(i).get();
      Tensor got = computed.get(names.get(i));
      if (!got.type().equals(want.type())) {
        return Optional.of(names.get(i) + " is " + got.type() + ", expected " + want.type());
      }
      double relative = want.element() == ElementType.FLOAT16 ? RELATIVE_HALF : RELATIVE;
      for (int k = 0; k < want.size(); k++) {
        if (!close(got.at(k), want.at(k), relative)) {
          return Optional.of(
              "%s[%d] is %s, expected %s".formatted(names.get(i), k, got.at(k), want.at(k)));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean close(double got, double want, double relative) {
    return Double.compare(got, want) == 0
        || got == want
        || Math.abs(got - want) <= ABSOLUTE + relative * Math.abs(want);
  }
}
