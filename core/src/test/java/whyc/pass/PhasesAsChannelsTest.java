package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.ConvTranspose;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

class PhasesAsChannelsTest {
  /** Sums of some hundred products in double precision, in another order. */
  private static final double BOUND = 1e-13;

  private static final Pass PASS =
      new PhasesAsChannels().then(new FoldConstants()).then(new RemoveDead());

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 300)
        : LongStream.of(Long.getLong("seed"));
  }

  private static Graph graph(ConvTranspose op, int channels, int h, int w, long seed) {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT64, 2, 3, h, w)));
    TensorType weight =
        TensorType.of(ElementType.FLOAT64, 3, channels, op.window().height(), op.window().width());
    Value known = b.constant(Twins.draw(weight, new SplittableRandom(seed)));
    return Twins.finish(b, b.emit(op, x, known));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void anyWindowStrideAndPaddingWithinItsReach(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int height = random.nextInt(1, 8);
    int width = random.nextInt(1, 8);
    int strideY = random.nextInt(2, 4);
    int strideX = random.nextInt(2, 4);
    Window window =
        new Window(
            height,
            width,
            strideY,
            strideX,
            random.nextInt(height),
            random.nextInt(width),
            random.nextInt(height),
            random.nextInt(width),
            1,
            1);
    ConvTranspose op =
        new ConvTranspose(window, 1, random.nextInt(strideY), random.nextInt(strideX));
    int most = 16 / (strideY * strideX);
    // Padding of both sides may take a window's reach twice: so many places are left in any case.
    int h = random.nextInt(8, 12);
    int w = random.nextInt(8, 12);
    Graph g = graph(op, random.nextInt(1, most + 1), h, w, seed);
    Graph after = PASS.apply(g);
    assertThat(Twins.lines(after)).startsWith("Conv", "Reshape", "Transpose", "Reshape");
    assertThat(Twins.lines(after).stream().skip(4)).allMatch("Slice"::equals);
    Twins.assertSame(g, after, random, BOUND);
  }

  /** As in ResNet, SqueezeNet, MobileNet: of 3 channels 12, and nothing to crop. */
  @ParameterizedTest
  @CsvSource({"7, 3, 3, 1, 4", "3, 0, 0, 1, 2", "3, 0, 1, 0, 2", "3, 1, 1, 1, 2", "2, 0, 0, 0, 1"})
  void theDerivativeOfAFirstLayer(int extent, int before, int after, int extra, int taps) {
    Window w = Window.of(extent, extent, 2).padded(before, before, after, after);
    Graph g = graph(new ConvTranspose(w, 1, extra, extra), 3, 15, 16, 1);
    Graph phases = PASS.apply(g);
    List<String> lines = Twins.lines(phases);
    assertThat(lines.subList(0, 4)).containsExactly("Conv", "Reshape", "Transpose", "Reshape");
    assertThat(phases.toString()).contains("height=%d, width=%d".formatted(taps, taps));
    assertThat(phases.toString()).contains("[2,12,");
    Twins.assertSame(g, phases, new SplittableRandom(2), BOUND);
  }

  @Test
  void whatHasChannelsEnoughStays() {
    Window w = Window.of(3, 3, 2);
    ConvTranspose groups = new ConvTranspose(w, 3, 0, 0);
    ConvTranspose dilated = new ConvTranspose(new Window(3, 3, 2, 2, 0, 0, 0, 0, 2, 2), 1, 0, 0);
    ConvTranspose unstrided = new ConvTranspose(Window.of(3, 3, 1), 1, 0, 0);
    ConvTranspose beyond = new ConvTranspose(w.padded(4, 0, 0, 0), 1, 0, 0);
    for (Graph g :
        List.of(
            graph(new ConvTranspose(w, 1, 0, 0), 5, 4, 4, 1),
            graph(groups, 1, 4, 4, 1),
            graph(dilated, 1, 4, 4, 1),
            graph(unstrided, 1, 4, 4, 1),
            graph(beyond, 1, 6, 6, 1))) {
      assertThat(PASS.apply(g)).isEqualTo(g);
    }
  }
}
