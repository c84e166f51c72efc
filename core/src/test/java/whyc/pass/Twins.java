package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import whyc.explain.Asked;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Verifier;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A graph before a pass and after it, in the interpreter. */
final class Twins {
  private static final int[] AWKWARD = {1, 3, 7, 15, 16, 17};

  private Twins() {}

  /**
   * Whether both compute the same for the same drawn inputs.
   *
   * @param bound of the distance between results, relative to their length
   */
  static void assertSame(Graph before, Graph after, SplittableRandom random, double bound) {
    Verifier.verify(after);
    assertThat(after.outputs().keySet()).containsExactlyElementsOf(before.outputs().keySet());
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    before.inputs().forEach(i -> inputs.put(i.input(), draw(i.type(), random)));
    Map<String, Tensor> expected = Interpreter.run(before, inputs);
    Map<String, Tensor> found = Interpreter.run(after, inputs);
    expected.forEach((name, tensor) -> {
      assertThat(found.get(name).type()).as(name).isEqualTo(tensor.type());
      if (tensor.element().isFloating()) {
        assertThat(distance(found.get(name), tensor)).as(name).isLessThanOrEqualTo(bound);
      } else {
        assertThat(found.get(name)).as(name).isEqualTo(tensor);
      }
    });
  }

  private static double distance(Tensor found, Tensor expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.size(); i++) {
      difference += Math.pow(found.at(i) - expected.at(i), 2);
      length += Math.pow(expected.at(i), 2);
    }
    assertThat(length).as("a result that says something").isPositive();
    return Math.sqrt(difference / length);
  }

  static Tensor draw(TensorType type, SplittableRandom random) {
    double[] values = random.doubles(type.shape().size(), -2, 2).toArray();
    return Tensor.of(type, values);
  }

  /** Factors away from 0, of both signs. */
  static Tensor factors(TensorType type, SplittableRandom random) {
    double[] values =
        random
            .doubles(type.shape().size(), 0.5, 2)
            .map(v -> random.nextBoolean() ? v : -v)
            .toArray();
    return Tensor.of(type, values);
  }

  static int awkward(SplittableRandom random) {
    return AWKWARD[random.nextInt(AWKWARD.length)];
  }

  static Value input(Builder b, String name, int... dims) {
    return b.emit(new Input(name, single(dims)), List.of());
  }

  static Value weight(Builder b, SplittableRandom random, int... dims) {
    return b.constant(draw(single(dims), random));
  }

  private static TensorType single(int... dims) {
    return new TensorType(ElementType.FLOAT32, Shape.of(dims));
  }

  static Graph finish(Builder b, Value... results) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    IntStream.range(0, results.length).forEach(i -> outputs.put("y" + i, results[i]));
    return b.finish(outputs);
  }

  /** The lines that depend on an input, without the inputs, by name. */
  static List<String> lines(Graph g) {
    boolean[] varies = g.dependingOnInputs();
    return IntStream.range(0, varies.length)
        .filter(i -> varies[i])
        .mapToObj(i -> g.nodes().get(i).op())
        .filter(op -> !(op instanceof Input))
        .map(Op::name)
        .toList();
  }

  /** The reference data; where there is none, the test is skipped. */
  static Path data() {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return data;
  }

  /** A trained network. */
  static Model model(String file) {
    return Model.read(OnnxModel.read(data().resolve("models").resolve(file)), Optional.empty());
  }

  /** Scores of one image and their saliency. */
  static Graph explained(Model m) {
    String scores = m.graph().outputs().firstEntry().getKey();
    Asked asked = new Asked("saliency", new Saliency(), Question.top(m.input(), scores));
    Graph g = Asked.all(m.graph(), List.of(asked));
    return m.dynamicBatch() ? g.withBatch(1) : g;
  }
}
