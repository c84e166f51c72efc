package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Input;
import whyc.op.Pad;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

class SpreadByConvTransposeTest {
  private static final Pass PASS = new SpreadByConvTranspose().then(new RemoveDead());

  private final Builder b = new Builder();
  private final Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 2, 3, 7, 5)));

  private Value spread(Value v, int axis, int gap) {
    List<Integer> dims = b.shape(v).with(axis, b.shape(v).dim(axis) * (gap + 1)).dims();
    Value padded = b.emit(Pad.after(5, axis + 1, gap), b.unsqueeze(v, axis + 1));
    return b.reshape(padded, dims.toArray(Integer[]::new));
  }

  private void check(Value y, String... lines) {
    Graph g = Twins.finish(b, y);
    Graph after = PASS.apply(g);
    assertThat(Twins.lines(after)).containsExactly(lines);
    Twins.assertSame(g, after, new SplittableRandom(1), 0);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "2, 2", "3, 1", "3, 4"})
  void oneAxis(int axis, int gap) {
    check(spread(x, axis, gap), "ConvTranspose");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "3, 1"})
  void bothAxesInOneLine(int rows, int columns) {
    check(spread(spread(x, 3, columns), 2, rows), "ConvTranspose");
  }

  /** The derivative of a pool whose windows tile the image, from either side of the product. */
  @ParameterizedTest
  @CsvSource({"2, 2, true", "3, 1, false"})
  void repeatedValuesAreOneLine(int height, int width, boolean left) {
    Value split = b.unsqueeze(x, 3, 5);
    Value factors = Twins.weight(b, new SplittableRandom(2), 1, 1, 1, height, 1, width);
    Value product = left ? b.mul(factors, split) : b.mul(split, factors);
    check(b.reshape(product, 2, 3, 7 * height, 5 * width), "ConvTranspose");
  }

  @Test
  void otherPaddingStays() {
    Value split = b.reshape(x, 2, 3, 7, 5, 1);
    Value before = b.emit(new Pad(List.of(0, 0, 0, 0, 1), List.of(0, 0, 0, 0, 0), 0), split);
    check(b.reshape(before, 2, 3, 7, 10), "Reshape", "Pad", "Reshape");
  }

  @Test
  void channelsAreNotSpread() {
    Value padded = b.emit(Pad.after(5, 2, 1), b.unsqueeze(x, 2));
    check(b.reshape(padded, 2, 6, 7, 5), "Unsqueeze", "Pad", "Reshape");
  }
}
