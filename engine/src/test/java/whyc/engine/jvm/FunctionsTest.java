package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.engine.jvm.code.Lanes;
import whyc.op.*;

/** Functions on vectors against the operators' definitions on doubles, over all floats' range. */
class FunctionsTest {
  /** Between the samples, in bits: a prime, so that all exponents and many fractions come. */
  private static final int STEP = 7919;

  private static final int SAMPLES = (int) ((1L << 32) / STEP / 16) * 16;

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1,
    -1,
    0.5f,
    -0.5f,
    1.5f,
    2.5f,
    -2.5f,
    0.625f,
    4,
    -4,
    0x1p23f,
    0x1p22f + 0.5f,
    -0x1p23f,
    88.72284f,
    88.7229f,
    -87.33655f,
    -103.97208f,
    -104.5f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  static Stream<Arguments> functions() {
    return Stream.of(
        Arguments.of(new Exp(), 1.0),
        Arguments.of(new Log(), 1.0),
        Arguments.of(new Tanh(), 2.0),
        Arguments.of(new Sigmoid(), 2.5),
        Arguments.of(new Erf(), 2.0),
        Arguments.of(new Softplus(), 2.0),
        Arguments.of(new Floor(), 0.0),
        Arguments.of(new Ceil(), 0.0),
        Arguments.of(new Round(), 0.0),
        Arguments.of(new Sign(), 0.0));
  }

  private static float[] samples() {
    float[] x = new float[SAMPLES + 32];
    for (int i = 0; i < SAMPLES; i++) {
      x[i] = Float.intBitsToFloat(i * STEP);
    }
    System.arraycopy(SPECIAL, 0, x, SAMPLES, SPECIAL.length);
    return x;
  }

  private static float[] apply(Op op, Lanes lanes, float[] x) {
    float[] values = new float[2 * x.length];
    System.arraycopy(x, 0, values, 0, x.length);
    Assembled routine =
        Assembly.assemble(
            "Function",
            lanes,
            (code, from, to) ->
                code.loop(
                    from,
                    to,
                    lanes.count(),
                    i ->
                        code.store(
                            i.plus(x.length),
                            Elementwise.emit(code, op, List.of(new Term.Numbers(code.value(i))))
                                .vector())));
    routine.routine().run(values, new short[0], new float[0], new int[0], 0, x.length);
    float[] y = new float[x.length];
    System.arraycopy(values, x.length, y, 0, x.length);
    return y;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void areGoodToFewUnitsInTheLastPlace(Unary op, double bound) {
    float[] x = samples();
    float[] y = apply(op, Lanes.SIXTEEN, x);
    double worst = 0;
    float where = 0;
    for (int i = 0; i < x.length; i++) {
      double expected = op.apply(x[i]);
      if (Double.isNaN(expected)) {
        assertThat(y[i]).as("%s(%s)", op, x[i]).isNaN();
        continue;
      }
      if (Float.isInfinite((float) expected) || expected == 0) {
        assertThat(y[i]).as("%s(%s)", op, x[i]).isEqualTo((float) expected);
        continue;
      }
      double error = Math.abs(y[i] - expected) / Math.ulp((float) expected);
      if (!(error <= worst)) {
        worst = error;
        where = x[i];
      }
    }
    assertThat(worst).as("%s, worst at %s", op, where).isLessThanOrEqualTo(bound);
  }

  /** The narrow run is the first of its code, so much of it is interpreted. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void haveTheSameBitsAtEveryWidth(Unary op, double bound) {
    float[] x = samples();
    float[] wide = apply(op, Lanes.SIXTEEN, x);
    for (Lanes lanes : List.of(Lanes.FOUR, Lanes.EIGHT)) {
      assertThat(apply(op, lanes, x)).isEqualTo(wide);
    }
  }
}
