package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

class ChannelsThroughConvTest {
  /** Sums of some hundred products in double precision, in another order. */
  private static final double BOUND = 1e-13;

  private static final Pass PASS =
      new ChannelsThroughConv().then(new FoldConstants()).then(new RemoveDead());

  private static final Window WINDOW = Window.of(3, 3, 2).padded(1, 1, 1, 1);
  private static final Op CONV = new Conv(WINDOW, 1);
  private static final Op TRANSPOSE = new ConvTranspose(WINDOW, 1, 1, 1);

  private final SplittableRandom random = new SplittableRandom(1);
  private final Builder b = new Builder();

  private Value input(String name, int... dims) {
    return b.emit(new Input(name, TensorType.of(ElementType.FLOAT64, dims)));
  }

  private Value weight(int... dims) {
    return b.constant(Twins.draw(TensorType.of(ElementType.FLOAT64, dims), random));
  }

  private Graph finish(Value... outputs) {
    SequencedMap<String, Value> named = new LinkedHashMap<>();
    List.of(outputs).forEach(v -> named.put("y" + named.size(), v));
    return b.finish(named);
  }

  private static Value conv(Builder b, boolean transposed, Value x, Value w) {
    return b.emit(transposed ? TRANSPOSE : CONV, x, w);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slicesOfChannelsAreConvolutionsOfTheirOwn(boolean transposed) {
    Value w = transposed ? weight(3, 17, 3, 3) : weight(17, 3, 3, 3);
    Value y = conv(b, transposed, input("x", 2, 3, 7, 9), w);
    Graph g = finish(b.slice(y, 1, 0, 5, 1), b.slice(y, 1, 5, 16, 1));
    Graph after = PASS.apply(g);
    assertThat(Twins.lines(after)).doesNotContain("Slice").hasSize(2);
    Twins.assertSame(g, after, random, BOUND);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConvolutionOfImagesSideBySideIsASum(boolean transposed) {
    List<Value> parts = new ArrayList<>();
    for (int channels : new int[] {7, 16, 1}) {
      parts.add(input("x" + channels, 2, channels, 8, 8));
    }
    Value w = transposed ? weight(24, 1, 3, 3) : weight(3, 24, 3, 3);
    Graph g = finish(conv(b, transposed, b.concat(1, parts), w));
    Graph after = PASS.apply(g);
    assertThat(Twins.lines(after)).doesNotContain("Concat");
    Twins.assertSame(g, after, random, BOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlap", "strides", "another reader", "an output", "unknown weight"})
  void slicesStayWhereTheyWouldCostMore(String why) {
    Value w = why.equals("unknown weight") ? input("w", 17, 3, 3, 3) : weight(17, 3, 3, 3);
    Value y = conv(b, false, input("x", 2, 3, 7, 9), w);
    Value first = b.slice(y, 1, 0, 8, why.equals("strides") ? 2 : 1);
    Value second = b.slice(y, 1, why.equals("overlap") ? 7 : 8, 17, 1);
    Graph g =
        switch (why) {
          case "another reader" -> finish(first, second, b.neg(y));
          case "an output" -> finish(first, second, y);
          default -> finish(first, second);
        };
    assertThat(Twins.lines(PASS.apply(g))).contains("Slice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"large sums", "another reader", "an output"})
  void concatenationsStayWhereTheyAreWanted(String why) {
    Value x = b.concat(1, List.of(input("p", 1, 4, 8, 8), input("q", 1, 4, 8, 8)));
    Value y = conv(b, false, x, weight(why.equals("large sums") ? 64 : 2, 8, 3, 3));
    Graph g =
        switch (why) {
          case "another reader" -> finish(y, b.neg(x));
          case "an output" -> finish(y, x);
          default -> finish(y);
        };
    assertThat(Twins.lines(PASS.apply(g))).contains("Concat");
  }
}
