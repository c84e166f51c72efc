package whyc.target.c;

import whyc.op.Abs;
import whyc.op.Acos;
import whyc.op.Add;
import whyc.op.And;
import whyc.op.Asin;
import whyc.op.Atan;
import whyc.op.Binary;
import whyc.op.Ceil;
import whyc.op.Clip;
import whyc.op.Cos;
import whyc.op.Cosh;
import whyc.op.Div;
import whyc.op.Equal;
import whyc.op.Erf;
import whyc.op.Exp;
import whyc.op.Floor;
import whyc.op.Greater;
import whyc.op.IsInf;
import whyc.op.IsNaN;
import whyc.op.Log;
import whyc.op.Max;
import whyc.op.Min;
import whyc.op.Mod;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Not;
import whyc.op.Or;
import whyc.op.Pow;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.Round;
import whyc.op.Sigmoid;
import whyc.op.Sign;
import whyc.op.Sin;
import whyc.op.Sinh;
import whyc.op.Softplus;
import whyc.op.Sqrt;
import whyc.op.Sub;
import whyc.op.Tan;
import whyc.op.Tanh;
import whyc.op.Unary;
import whyc.op.Xor;
import whyc.tensor.ElementType;

/**
 * Functions of single numbers as expressions. Operands are names or constants: they may stand more
 * than once.
 */
final class Scalar {
  private final Kernels kernels;

  Scalar(Kernels kernels) {
    this.kernels = kernels;
  }

  /** A function of one number, in the operand's type. */
  String of(Unary op, CType type, String x) {
    return type.isReal() ? real(op, type, x) : whole(op, type, x);
  }

  private static String real(Unary op, CType type, String x) {
    String f = type == CType.FLOAT ? "f" : "";
    String zero = type.literal(0);
    String one = type.literal(1);
    return switch (op) {
      case Abs a -> "fabs%s(%s)".formatted(f, x);
      case Acos a -> "acos%s(%s)".formatted(f, x);
      case Asin a -> "asin%s(%s)".formatted(f, x);
      case Atan a -> "atan%s(%s)".formatted(f, x);
      case Ceil c -> "ceil%s(%s)".formatted(f, x);
      case Clip c -> clip(c, type, x);
      case Cos c -> "cos%s(%s)".formatted(f, x);
      case Cosh c -> "cosh%s(%s)".formatted(f, x);
      case Erf e -> "erf%s(%s)".formatted(f, x);
      case Exp e -> "exp%s(%s)".formatted(f, x);
      case Floor g -> "floor%s(%s)".formatted(f, x);
      case IsInf i ->
          i.positive() && i.negative()
              ? "%1$s == INFINITY || %1$s == -INFINITY".formatted(x)
              : i.positive() ? x + " == INFINITY" : i.negative() ? x + " == -INFINITY" : "0";
      case IsNaN i -> "%1$s != %1$s".formatted(x);
      case Log l -> "log%s(%s)".formatted(f, x);
      case Neg n -> "-" + x;
      case Not n -> x + " == 0";
      case Relu r -> "%s < 0 ? %s : %s".formatted(x, zero, x);
      case Round r -> "rint%s(%s)".formatted(f, x);
      case Sigmoid s -> "%s / (%s + exp%s(-%s))".formatted(one, one, f, x);
      case Sign s -> "%1$s > 0 ? %2$s : %1$s < 0 ? -%2$s : %1$s".formatted(x, one);
      case Sin s -> "sin%s(%s)".formatted(f, x);
      case Sinh s -> "sinh%s(%s)".formatted(f, x);
      case Softplus s ->
          "(%1$s > 0 ? %1$s : %2$s) + log1p%3$s(exp%3$s(-fabs%3$s(%1$s)))".formatted(x, zero, f);
      case Sqrt s -> "sqrt%s(%s)".formatted(f, x);
      case Tan t -> "tan%s(%s)".formatted(f, x);
      case Tanh t -> "tanh%s(%s)".formatted(f, x);
    };
  }

  private static String clip(Clip c, CType type, String x) {
    return "%1$s < %2$s ? %2$s : %1$s > %3$s ? %3$s : %1$s"
        .formatted(x, type.literal(c.low()), type.literal(c.high()));
  }

  /** Whole numbers stay whole where that is the same, and take the way of real numbers else. */
  private String whole(Unary op, CType type, String x) {
    return switch (op) {
      case Abs a ->
          type.isSigned()
              ? cast(type, "%1$s < 0 ? -(int64_t)%1$s : (int64_t)%1$s".formatted(x))
              : x;
      case Neg n -> cast(type, "-(int64_t)" + x);
      case Relu r -> type.isSigned() ? "%1$s < 0 ? 0 : %1$s".formatted(x) : x;
      case Not n -> x + " == 0";
      case Sign s -> type.isSigned() ? "(%1$s > 0) - (%1$s < 0)".formatted(x) : x + " != 0";
      case Ceil c -> x;
      case Floor g -> x;
      case Round r -> x;
      case IsInf i -> "0 * " + x;
      case IsNaN i -> "0 * " + x;
      case Clip c when isWhole(c.low()) && isWhole(c.high()) -> wholeClip(c, type, x);
      case Unary other -> cast(type, fromReal(real(other, CType.DOUBLE, "(double)" + x)));
    };
  }

  private static boolean isWhole(double bound) {
    return Math.rint(bound) == bound;
  }

  /** Compilers warn of a comparison that always says the same. */
  private static String wholeClip(Clip c, CType type, String x) {
    String above =
        type.isBelowAll(c.low()) ? "" : "%s < %2$s ? %2$s : ".formatted(x, type.literal(c.low()));
    String below =
        type.isAboveAll(c.high()) ? "" : "%s > %2$s ? %2$s : ".formatted(x, type.literal(c.high()));
    return above + below + x;
  }

  /** A function of two numbers of one type. */
  String of(Binary op, CType type, String a, String b) {
    return type.isReal() ? real(op, type, a, b) : whole(op, type, a, b);
  }

  private static String real(Binary op, CType type, String a, String b) {
    String f = type == CType.FLOAT ? "f" : "";
    return switch (op) {
      case Add x -> a + " + " + b;
      case Sub x -> a + " - " + b;
      case Mul x -> a + " * " + b;
      case Div x -> a + " / " + b;
      case Max x -> "%1$s > %2$s || %1$s != %1$s ? %1$s : %2$s".formatted(a, b);
      case Min x -> "%1$s < %2$s || %1$s != %1$s ? %1$s : %2$s".formatted(a, b);
      case Mod x ->
          x.truncated()
              ? "fmod%s(%s, %s)".formatted(f, a, b)
              : "(%1$s)(%2$s - floor((double)%2$s / %3$s) * %3$s)".formatted(type.text(), a, b);
      case Pow x -> "pow%s(%s, %s)".formatted(f, a, b);
      case And x -> "(%s != 0) & (%s != 0)".formatted(a, b);
      case Or x -> "(%s != 0) | (%s != 0)".formatted(a, b);
      case Xor x -> "(%s != 0) ^ (%s != 0)".formatted(a, b);
      case Equal x -> a + " == " + b;
      case Greater x -> a + " > " + b;
    };
  }

  private String whole(Binary op, CType type, String a, String b) {
    String wide = "(" + type.modular() + ")";
    return switch (op) {
      case Add x -> cast(type, wide + a + " + " + wide + b);
      case Sub x -> cast(type, wide + a + " - " + wide + b);
      case Mul x -> cast(type, wide + a + " * " + wide + b);
      case Max x -> "%1$s > %2$s ? %1$s : %2$s".formatted(a, b);
      case Min x -> "%1$s < %2$s ? %1$s : %2$s".formatted(a, b);
      case Div x -> cast(type, fromReal("(double)%s / (double)%s".formatted(a, b)));
      case Mod x -> cast(type, fromReal(real(op, CType.DOUBLE, "(double)" + a, "(double)" + b)));
      case Pow x -> cast(type, fromReal(real(op, CType.DOUBLE, "(double)" + a, "(double)" + b)));
      case And x -> real(op, type, a, b);
      case Or x -> real(op, type, a, b);
      case Xor x -> real(op, type, a, b);
      case Equal x -> real(op, type, a, b);
      case Greater x -> real(op, type, a, b);
    };
  }

  /** A number of one type as one of another. */
  String cast(CType from, CType to, String x) {
    if (from == to) {
      return x;
    }
    if (to == CType.TRUTH) {
      return x + " != 0";
    }
    if (to == CType.FLOAT && (from == CType.I64 || from == CType.U64)) {
      return "(float)(double)" + x;
    }
    return from.isReal() && !to.isReal() ? cast(to, fromReal(x)) : cast(to, x);
  }

  private static String cast(CType type, String x) {
    return "(%s)(%s)".formatted(type.text(), x);
  }

  /** Cut off towards zero. */
  private String fromReal(String x) {
    return kernels.whole() + "(" + x + ")";
  }

  /** Sums of products back to codes. */
  String requantize(Requantize r, CType from, String x, String multiplier) {
    long low = (long) r.element().min();
    long high = (long) r.element().max();
    String clamped =
        "%s(%s((int64_t)%s * %s), %d, %d)"
            .formatted(kernels.clamp(), kernels.rounded(r.shift()), x, multiplier, low, high);
    boolean fits = from != CType.I64 && from != CType.U64;
    return cast(
        CType.of(r.element()),
        fits
            ? clamped
            : "!%1$s((int64_t)%2$s, %3$s) ? ((int64_t)%2$s < 0) == (%3$s < 0) ? %4$d : %5$d : %6$s"
                .formatted(kernels.fits(), x, multiplier, high, low, clamped));
  }

  /** Real numbers to codes: a quotient of single precision is rounded there first. */
  String quantize(CType from, ElementType to, String x, String scale, String zero) {
    String f = from == CType.FLOAT ? "f" : "";
    String sum = "(double)rint%s(%s / %s) + (double)%s".formatted(f, x, scale, zero);
    String bounded =
        "fmin(fmax(%s, %s), %s)"
            .formatted(sum, CType.DOUBLE.literal(to.min()), CType.DOUBLE.literal(to.max()));
    return cast(CType.of(to), fromReal(bounded));
  }
}
