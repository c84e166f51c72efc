package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import whyc.engine.Memory;
import whyc.engine.OwnJvm;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** What is predicted of a process, and what one takes. */
final class JvmMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Large arrays lie in whole regions of the heap, see {@link JvmMemory}. */
  private static final double IN_REGIONS = 1.38;

  /** y = relu(conv(x)), x: [1, channels, side, side], weights [channels, channels, 1, 1]. */
  private static Model model(int channels, int side) {
    Builder b = new Builder();
    Value x =
        b.emit(
            new Input("x", TensorType.of(ElementType.FLOAT32, 1, channels, side, side)), List.of());
    Shape shape = Shape.of(channels, channels, 1, 1);
    double[] numbers = new SplittableRandom(5).doubles(shape.size(), -1, 1).toArray();
    Value w = b.constant(Tensor.of(shape, numbers).cast(ElementType.FLOAT32));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", b.relu(b.emit(new Conv(Window.of(1, 1, 1), 1), x, w)));
    byte[] file = OnnxWriter.write(b.finish(outputs), true).toByteArray();
    return Model.read(OnnxModel.parse("conv.onnx", file), Optional.empty());
  }

  private static JvmMemory memory() {
    return new JvmMemory((lowered, weights) -> Plan.of(lowered, Lanes.SIXTEEN, weights, 1));
  }

  private static Memory predicted(Model m, int batch) {
    return memory().predict(m, List.of(m.graph()), batch);
  }

  /**
   * Sixteen channels of 4 x 4, one vector of lanes: x and y take 256 floats each, the weights 16
   * vectors behind a lead of 12 floats. The model's own weights stay in its file, so that nothing
   * is given up once they are packed.
   */
  @Test
  void aConvolutionTakesItsTwoImagesAndItsWeights() {
    Model m = model(16, 4);
    double weights = IN_REGIONS * Float.BYTES * (12 + 16 * 16);
    double arena = Float.BYTES * 2 * 256;
    double file = IN_REGIONS * 2 * m.file().proto().getSerializedSize();
    Memory one = predicted(m, 1);
    assertThat((double) one.running() - JvmMemory.process())
        .isCloseTo(file + weights + arena, within(2.0));
    assertThat(one.compiling()).isEqualTo(one.running());
    assertThat(predicted(m, 5).running() - one.running()).isEqualTo((long) (4 * arena));
    Graph other = model(16, 4).graph();
    Memory two = memory().predict(m, List.of(m.graph(), other), 1);
    assertThat((double) two.running() - one.running()).isCloseTo(weights + arena, within(2.0));
  }

  @Test
  void moreWeightsAndLargerImagesAreNeverPredictedToTakeLess() {
    long before = 0;
    for (int channels : new int[] {3, 16, 17, 64, 200}) {
      long now = predicted(model(channels, 6), 1).peak();
      assertThat(now).as("%d channels", channels).isGreaterThan(before);
      before = now;
    }
    before = 0;
    for (int side : new int[] {1, 2, 7, 30, 64}) {
      for (int batch : new int[] {1, 2, 8}) {
        long now = predicted(model(16, side), batch).peak();
        assertThat(now).as("side %d, batch %d", side, batch).isGreaterThanOrEqualTo(before);
        before = batch == 8 ? predicted(model(16, side), 1).peak() : now;
      }
    }
  }

  /**
   * With the launcher's collector. Small networks take less than the fitted ones, whose compilers
   * have more to do.
   */
  @Test
  void aProcessTakesNoMoreThanPredictedAndNotMuchLess() throws IOException {
    Assumptions.assumeTrue(Files.exists(STATUS), "the peak is read from " + STATUS);
    String[] said =
        OwnJvm.output(
                Process.class,
                "-XX:+UseG1GC",
                "-Xms1g",
                "-Xmn64m",
                "-XX:+ExplicitGCInvokesConcurrent")
            .split(" ", -1);
    assertThat(said).as(String.join(" ", said)).hasSize(2);
    assertThat(Long.parseLong(said[1]))
        .isBetween(Long.parseLong(said[0]) / 2, Long.parseLong(said[0]));
  }

  /** Runs a small network until it is warm; prints prediction and peak in bytes. */
  static final class Process {
    private Process() {}

    public static void main(String[] arguments) throws IOException {
      Model m = model(64, 20);
      try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(1))) {
        long predicted = engine.predictMemory(m, List.of(m.graph()), 1).peak();
        try (JvmProgram p = engine.compile(m, m.graph())) {
          Map<String, Tensor> x =
              Map.of("x", Tensor.filled(TensorType.of(ElementType.FLOAT32, 1, 64, 20, 20), 1));
          for (int i = 0; i < 2_000; i++) {
            p.run(x, Set.of("y"));
          }
        }
        System.out.println(predicted + " " + peak());
      }
    }

    private static long peak() throws IOException {
      return Files.readAllLines(STATUS).stream()
          .filter(l -> l.startsWith("VmHWM"))
          .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    }
  }
}
