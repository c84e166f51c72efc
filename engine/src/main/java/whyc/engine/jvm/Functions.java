package whyc.engine.jvm;

import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Ints;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;

/**
 * Functions of one number on vectors, made of operations that IEEE 754 defines exactly, so that a
 * result has the same bits wherever and however the code runs.
 *
 * <p>Polynomials are minimax fits (Lawson's weighted least squares on 4000 Chebyshev nodes) of the
 * function after its argument was reduced. Errors are in units of the last place (ulp) against
 * double precision, over all exponents; {@code FunctionsTest} measures them.
 *
 * <pre>
 * exp       1 ulp, denormal results included
 * log       1 ulp, denormal operands included
 * tanh      2 ulp
 * sigmoid   2.5 ulp
 * erf       2 ulp
 * softplus  2 ulp
 * </pre>
 */
final class Functions {
  /** 1.5 * 2^23: what is added to it is rounded to a whole number, which its lowest bits hold. */
  private static final float MAGIC = 0x1.8p23f;

  private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);
  private static final float LOG2_E = (float) (1 / Math.log(2));
  private static final float LN_2 = (float) Math.log(2);

  /** What {@link #LN_2} lacks. */
  private static final float LN_2_REST = (float) (Math.log(2) - LN_2);

  private static final int SIGN = 0x80000000;
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int BIAS = 127;
  private static final int FRACTION_BITS = 23;

  /** (e^r - 1 - r) / r^2 for |r| up to ln 2 / 2, relative error of e^r 3e-9. */
  private static final float[] EXP = {
    0.49999994f, 0.16666515f, 0.041668456f, 0.008369419f, 0.0013813142f
  };

  /** (ln(1 + f) - f + f^2 / 2) / f^3 for 1 + f from root 1/2 to root 2, relative error 6e-9. */
  private static final float[] LOG = {
    0.3333333f,
    -0.25000823f,
    0.20001227f,
    -0.16623357f,
    0.14201762f,
    -0.13160194f,
    0.1276155f,
    -0.0763443f
  };

  /** (tanh x / x - 1) / x^2 as a polynomial of x^2, |x| up to 0.625, relative error 4e-9. */
  private static final float[] TANH = {
    -0.3333328f, 0.13331442f, -0.05373971f, 0.020639079f, -0.0057049785f
  };

  /** erf x / x - 1 as a polynomial of x^2, |x| up to 1, relative error 1e-9. */
  private static final float[] ERF = {
    0.12837917f,
    -0.37612626f,
    0.112835854f,
    -0.026853811f,
    0.0051883277f,
    -8.0101925e-4f,
    7.853858e-5f
  };

  /** ln(1 - erf x) for x from 1 to 4, absolute error of erf 1e-9. */
  private static final float[] LOG_ERFC = {
    -3.5370892e-4f, -1.12704f, -0.6382256f, -0.10303744f, 0.021805352f, -0.0029396159f, 1.855749e-4f
  };

  private Functions() {}

  /** {@code x = k ln 2 + r}, {@code e^x = 2^k e^r}. */
  static Vec exp(Code code, Vec x) {
    // Beyond these the result is infinite, or zero.
    Vec bounded = code.let(x.min(89).max(-104));
    Vec shifted = code.let(bounded.fma(code.filled(LOG2_E), code.filled(MAGIC)));
    Vec k = code.let(shifted.minus(MAGIC));
    Vec rest = k.fma(code.filled(-LN_2), bounded);
    Vec r = code.let(k.fma(code.filled(-LN_2_REST), rest));
    Vec power = code.let(polynomial(code, EXP, r).fma(r.times(r), r).plus(1));
    // 2^k in two factors, each of which is a normal number, so that only the last product rounds.
    Ints exponent = code.let(shifted.asInts().plus(-MAGIC_BITS));
    Ints half = code.let(exponent.shiftRight(1));
    return power.times(powerOfTwo(half)).times(powerOfTwo(exponent.minus(half)));
  }

  private static Vec powerOfTwo(Ints exponent) {
    return exponent.plus(BIAS).shiftLeft(FRACTION_BITS).asFloats();
  }

  static Vec log(Code code, Vec x) {
    Vec number = code.let(x);
    Mask denormal = code.let(number.less(Float.MIN_NORMAL));
    Vec normal = code.let(number.blend(number.times(0x1p23f), denormal));
    Vec missing = code.filled(0).blend(code.filled(-FRACTION_BITS), denormal);
    Vec y = code.let(logOfNormal(code, normal, missing));
    Vec finite = y.blend(number, number.less(Float.POSITIVE_INFINITY).not());
    return finite
        .blend(code.filled(Float.NEGATIVE_INFINITY), number.equal(0))
        .blend(code.filled(Float.NaN), number.less(0));
  }

  /** {@code x = 2^e (1 + f)}, {@code ln x = e ln 2 + ln(1 + f)}. */
  private static Vec logOfNormal(Code code, Vec x, Vec exponentShift) {
    Ints bits = code.let(x.asInts());
    Ints exponent =
        code.let(
            bits.plus(-Float.floatToRawIntBits((float) Math.sqrt(0.5))).shiftRight(FRACTION_BITS));
    Vec e = code.let(exponent.plus(MAGIC_BITS).asFloats().minus(MAGIC).plus(exponentShift));
    Vec f = code.let(bits.minus(exponent.shiftLeft(FRACTION_BITS)).asFloats().minus(1));
    Vec square = code.let(f.times(f));
    Vec cubic = polynomial(code, LOG, f).times(square.times(f));
    Vec small = e.fma(code.filled(LN_2_REST), cubic);
    Vec fraction = square.fma(code.filled(-0.5f), small).plus(f);
    return e.fma(code.filled(LN_2), fraction);
  }

  /** {@code 1 - 2 / (e^2|x| + 1)} with the sign of x; near zero a polynomial. */
  static Vec tanh(Code code, Vec x) {
    Vec number = code.let(x);
    Vec magnitude = code.let(number.abs());
    Vec square = code.let(number.times(number));
    Vec near = code.let(polynomial(code, TANH, square).times(square).fma(number, number));
    Vec power = code.let(exp(code, magnitude.plus(magnitude)));
    Vec far = code.filled(1).minus(code.filled(2).over(power.plus(1)));
    return near.blend(withSign(far, number), magnitude.less(0.625f).not());
  }

  /** {@code s / (1 + s)} with {@code s = e^-|x|}, or {@code 1 / (1 + s)} for positive numbers. */
  static Vec sigmoid(Code code, Vec x) {
    Vec number = code.let(x);
    Vec s = code.let(exp(code, number.abs().neg()));
    return s.blend(code.filled(1), number.positive()).over(s.plus(1));
  }

  /** Near zero a polynomial, else {@code 1 - e^p(|x|)} with the sign of x. */
  static Vec erf(Code code, Vec x) {
    Vec number = code.let(x);
    Vec square = code.let(number.times(number));
    Vec near = code.let(polynomial(code, ERF, square).fma(number, number));
    Vec magnitude = code.let(number.abs().min(4));
    Vec far =
        code.let(code.filled(1).minus(exp(code, code.let(polynomial(code, LOG_ERFC, magnitude)))));
    return near.blend(withSign(far, number), number.abs().less(1).not());
  }

  /** {@code max(x, 0) + ln(1 + e^-|x|)}; what is lost of the small power in the sum is added. */
  static Vec softplus(Code code, Vec x) {
    Vec number = code.let(x);
    Vec power = code.let(exp(code, number.abs().neg()));
    Vec sum = code.let(power.plus(1));
    Vec lost = code.let(power.minus(sum.minus(1)).over(sum));
    Vec log = logOfNormal(code, sum, code.filled(0));
    return number.max(0).plus(code.let(log).plus(lost));
  }

  /** The nearest whole number, ties to even. */
  static Vec round(Code code, Vec x) {
    Vec number = code.let(x);
    Vec magnitude = code.let(number.abs());
    Vec whole = magnitude.plus(0x1p23f).minus(0x1p23f);
    return number.blend(withSign(whole, number), magnitude.less(0x1p23f));
  }

  static Vec floor(Code code, Vec x) {
    Vec number = code.let(x);
    Vec whole = code.let(round(code, number));
    return whole.blend(whole.minus(1), whole.greater(number));
  }

  static Vec ceil(Code code, Vec x) {
    return floor(code, x.neg()).neg();
  }

  /** -1, 0 or 1; zeros and NaN stay what they are. */
  static Vec sign(Code code, Vec x) {
    Vec number = code.let(x);
    return number.blend(code.filled(1), number.positive()).blend(code.filled(-1), number.less(0));
  }

  private static Vec withSign(Vec magnitude, Vec sign) {
    return magnitude.asInts().and(MAGNITUDE).or(sign.asInts().and(SIGN)).asFloats();
  }

  /** {@code c0 + c1 x + c2 x^2 + ...} by Horner's rule. */
  private static Vec polynomial(Code code, float[] coefficients, Vec x) {
    Vec sum = code.filled(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = sum.fma(x, code.filled(coefficients[i]));
    }
    return sum;
  }
}
