package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.compile.QuantizedOnnx;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Head;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.op.Value;
import whyc.pass.MaskOperands;
import whyc.pass.SplitProducts;
import whyc.pass.quantize.Quantized;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** A trained network with approximate multipliers: its bits, its accuracy, its maps. */
class NetworkTest {
  private static List<Circuit> uniform(Network n, String circuit) {
    return Collections.nCopies(n.layers().size(), Circuit.of(circuit));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mul8s_1KV6",
        "mul8s_1KV8",
        "mul8s_1KVM",
        "mul8s_1KVP~",
        "mul8s_1L2J",
        "mul8s_1L2N"
      })
  void emulationHasTheBitsOfTheInterpreter(String circuit) throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 0, 3);
    try (Network n = Network.of(Data.wanted(m, ""), Data.cifar(m, 100, 108), 1)) {
      Graph g = n.with(uniform(n, circuit)).graph();
      Answers fast = n.answers(uniform(n, circuit), images);
      for (int i = 0; i < images.size(); i++) {
        Tensor x = Tensor.of(Shape.of(1, 3, 32, 32), images.images().get(i));
        Tensor slow = Interpreter.run(g.withBatch(1), Map.of(m.input(), x)).get(Head.SCORES);
        assertThat(fast.scores().get(i)).containsExactly(slow.floats());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mul8s_1KV6",
        "mul8s_1KV8",
        "mul8s_1KV9",
        "mul8s_1KVP",
        "mul8s_1L2J",
        "mul8s_1L2N"
      })
  void stockOnnxRuntimeComputesTheSameIntegers(String circuit) throws IOException, OrtException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 0, 4);
    try (Network n = Network.of(Data.wanted(m, ""), Data.cifar(m, 100, 108), 1)) {
      Quantized q = n.with(uniform(n, circuit));
      Graph exact = new MaskOperands().then(new SplitProducts()).apply(q.graph());
      QuantizedOnnx onnx = QuantizedOnnx.of(Quantized.of(exact), true);
      assertThat(onnx.inIntegers()).isTrue();
      Answers fast = n.answers(uniform(n, circuit), images);
      // The one environment of a process is the engine's: made otherwise, it has none of its
      // threads.
      OrtEngine.create(new OrtEngine.Options(1, true)).close();
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session =
          environment.createSession(onnx.proto().toByteArray(), new OrtSession.SessionOptions())) {
        for (int i = 0; i < images.size(); i++) {
          FloatBuffer x = FloatBuffer.wrap(images.images().get(i));
          try (OnnxTensor t = OnnxTensor.createTensor(environment, x, new long[] {1, 3, 32, 32});
              OrtSession.Result r = session.run(Map.of(m.input(), t))) {
            float[][] scores = (float[][]) r.get(Head.SCORES).orElseThrow().getValue();
            assertThat(scores[0]).containsExactly(fast.scores().get(i));
          }
        }
      }
    }
  }

  @Test
  void coarserMultipliersLoseMoreAndMoveTheMapFurther() throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 200, 456);
    try (Network n = Network.of(Data.wanted(m, "gradcam"), Data.cifar(m, 0, 100), 2)) {
      Answers exact = n.answers(uniform(n, "mul8s_1KV6"), images);
      double noise = 0;
      double fidelity = 1;
      for (String circuit : List.of("mul8s_1KV9", "mul8s_1L2J", "mul8s_1L2L", "mul8s_1L2N")) {
        long start = System.nanoTime();
        Answers a = n.answers(uniform(n, circuit), images);
        Measured now =
            a.against(
                exact, images.labels(), new RankCorrelation(), (System.nanoTime() - start) * 1e-9);
        assertThat(now.noise()).as(circuit).isGreaterThan(noise);
        assertThat(now.fidelity()).as(circuit).isLessThan(fidelity);
        noise = now.noise();
        fidelity = now.fidelity();
      }
      assertThat(exact.against(exact, images.labels(), new RankCorrelation(), 0).accuracy())
          .isGreaterThan(0.8);
    }
  }

  /** Each layer's circuit computes its part of the backward pass, too: to the bit. */
  @ParameterizedTest
  @ValueSource(strings = {"mul8s_1KV6", "mul8s_1KV9", "mul8s_1KVP~", "mul8s_1L2L"})
  void approximateBackwardPassesHaveTheBitsOfTheInterpreter(String circuit) throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 0, 2);
    Network.Wanted wanted = Data.wanted(m, "saliency", Network.Backward.APPROXIMATE);
    try (Network n = Network.of(wanted, Data.cifar(m, 100, 108), 1)) {
      assertThat(n.layers().stream().filter(l -> !n.turning(l).isEmpty())).hasSize(9);
      Graph g = n.with(uniform(n, circuit)).graph();
      Answers fast = n.answers(uniform(n, circuit), images);
      for (int i = 0; i < images.size(); i++) {
        Tensor x = Tensor.of(Shape.of(1, 3, 32, 32), images.images().get(i));
        Tensor label = Tensor.of(Shape.of(1), new long[] {images.labels().get(i)});
        Tensor map =
            Interpreter.run(g.withBatch(1), Map.of(m.input(), x, Network.CLASS, label))
                .get(Network.MAP);
        assertThat(fast.maps().get(i).floats()).containsExactly(map.floats());
      }
    }
  }

  /** The prediction is that of its own pass; the map suffers from either. */
  @Test
  void circuitsInOnePassLeaveTheOtherExact() throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 200, 216);
    Network.Wanted wanted = Data.wanted(m, "saliency", Network.Backward.APPROXIMATE);
    try (Network n = Network.of(wanted, Data.cifar(m, 0, 50), 1)) {
      Answers exact = n.answers(uniform(n, "mul8s_1KV6"), images);
      List<Circuit> coarse = uniform(n, "mul8s_1L2N");
      Answers forward = n.answers(coarse, Passes.FORWARD, images);
      Answers backward = n.answers(coarse, Passes.BACKWARD, images);
      Answers both = n.answers(coarse, Passes.BOTH, images);
      for (int i = 0; i < images.size(); i++) {
        assertThat(backward.scores().get(i)).containsExactly(exact.scores().get(i));
        assertThat(forward.scores().get(i)).containsExactly(both.scores().get(i));
      }
      double least = fidelity(both, exact, images);
      assertThat(fidelity(forward, exact, images)).isBetween(least, 0.9);
      assertThat(fidelity(backward, exact, images)).isBetween(least, 0.9);
    }
  }

  private static double fidelity(Answers now, Answers exact, DataSet images) {
    return now.against(exact, images.labels(), new RankCorrelation(), 0).fidelity();
  }

  @Test
  void anApproximateBackwardPassMovesTheMapFurtherAndCountsAsEnergy() throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 200, 264);
    double fidelity = 1;
    double picojoules = 0;
    for (Network.Backward backward : Network.Backward.values()) {
      try (Network n = Network.of(Data.wanted(m, "saliency", backward), Data.cifar(m, 0, 50), 1)) {
        Answers exact = n.answers(uniform(n, "mul8s_1KV6"), images);
        Measured now =
            n.answers(uniform(n, "mul8s_1L2N"), images)
                .against(exact, images.labels(), new RankCorrelation(), 0);
        assertThat(now.fidelity()).isLessThan(fidelity);
        fidelity = now.fidelity();
        MultiPod machine = (MultiPod) Accelerator.of("xai-gen-8x256");
        Circuit circuit = Circuit.of(machine.exact());
        double all =
            Energies.of(machine, n, List.of(circuit))
                .picojoules(Assignment.uniform(n.layers().size(), 0));
        assertThat(all).isGreaterThan(1.5 * picojoules);
        picojoules = all;
      }
    }
  }

  /** Channels that matter the less the later they come. */
  private static LayerScores falling(Model m, Network n) {
    SequencedMap<String, double[]> scores = new LinkedHashMap<>();
    for (ProductLayer l : n.layers()) {
      scores.put(
          l.name(), IntStream.range(0, l.outputs()).mapToDouble(o -> 1.0 / (1 + o)).toArray());
    }
    return LayerScores.ofChannels(scores);
  }

  private static Network skippable(Model m, Network.Backward backward) throws IOException {
    Network.Wanted wanted = Data.wanted(m, "saliency", backward);
    DataSet calibration = Data.cifar(m, 100, 108);
    try (Network n = Network.of(wanted, calibration, 1)) {
      return Network.of(wanted, calibration, falling(m, n), 1);
    }
  }

  /**
   * A quarter of the channels of one layer is left out: their codes are about the mean of what they
   * were, those of others as they were, and the energy falls.
   */
  @ParameterizedTest
  @EnumSource(Network.Backward.class)
  void skippedChannelsAreConstants(Network.Backward backward) throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 0, 1);
    try (Network n = skippable(m, backward)) {
      ProductLayer layer = n.layers().get(1);
      List<Circuit> circuits = new ArrayList<>(uniform(n, "mul8s_1KV6"));
      Graph before = n.with(circuits).graph();
      circuits.set(1, circuits.get(1).skipping(0.25));
      assertThat(n.skipped(layer, circuits.get(1))).containsExactlyInAnyOrder(12, 13, 14, 15);
      Graph after = n.with(circuits).graph();
      Tensor x = Tensor.of(Shape.of(1, 3, 32, 32), images.images().getFirst());
      Tensor label = Tensor.of(Shape.of(1), new long[] {images.labels().getFirst()});
      Map<String, Tensor> feed = Map.of(m.input(), x, Network.CLASS, label);
      double[] kept = codes(before, layer, feed);
      double[] left = codes(after, layer, feed);
      int area = 32 * 32;
      for (int channel = 0; channel < 16; channel++) {
        double[] was = Arrays.copyOfRange(kept, channel * area, (channel + 1) * area);
        double[] is = Arrays.copyOfRange(left, channel * area, (channel + 1) * area);
        if (channel < 12) {
          assertThat(is).containsExactly(was);
        } else {
          assertThat(is).containsOnly(is[0]);
        }
      }
      Answers fast = n.answers(circuits, images);
      assertThat(fast.maps().getFirst().floats())
          .containsExactly(Interpreter.run(after.withBatch(1), feed).get(Network.MAP).floats());
      MultiPod machine = (MultiPod) Accelerator.of("xai-gen-8x256");
      Circuit exact = Circuit.of(machine.exact());
      Energies e = Energies.of(machine, n, List.of(exact, exact.skipping(0.25)));
      assertThat(e.picojoules(1, 1))
          .isBetween(0.7 * e.picojoules(1, 0), 0.999 * e.picojoules(1, 0));
      assertThat(n.skipped(n.layers().getLast(), exact.skipping(0.9))).isEmpty();
    }
  }

  /** The codes that a layer's sums become: the line behind its bias. */
  private static double[] codes(Graph g, ProductLayer layer, Map<String, Tensor> feed) {
    Value codes =
        IntStream.range(0, g.nodes().size())
            .mapToObj(Value::new)
            .filter(v -> g.node(v).label().equals(layer.name() + Quantized.CODES))
            .findFirst()
            .orElseThrow();
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("codes", codes);
    return Interpreter.run(g.withOutputs(outputs).withBatch(1), feed).get("codes").doubles();
  }

  /**
   * Without the corrected bias the mean error of each output stays: it is the whole error of a
   * circuit whose products are all too small, such as the one without its lowest partial products.
   */
  @Test
  void theBiasTakesOffTheMeanError() throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSet images = Data.cifar(m, 100, 164);
    try (Network n = Network.of(Data.wanted(m, ""), Data.cifar(m, 0, 50), 1)) {
      Answers exact = n.answers(uniform(n, "mul8s_1KV6"), images);
      Answers corrected = n.answers(uniform(n, "mul8s_1KVA"), images);
      double with = corrected.against(exact, images.labels(), new RankCorrelation(), 0).noise();
      Answers plain = n.uncorrected(uniform(n, "mul8s_1KVA"), images);
      double without = plain.against(exact, images.labels(), new RankCorrelation(), 0).noise();
      assertThat(with).isLessThan(without / 2);
    }
  }
}
