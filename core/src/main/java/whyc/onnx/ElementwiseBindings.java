package whyc.onnx;

import static whyc.onnx.Binding.partial;
import static whyc.onnx.Binding.single;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import whyc.op.Abs;
import whyc.op.Acos;
import whyc.op.Acosh;
import whyc.op.Add;
import whyc.op.And;
import whyc.op.Asin;
import whyc.op.Asinh;
import whyc.op.Atan;
import whyc.op.Atanh;
import whyc.op.Ceil;
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
import whyc.op.Op;
import whyc.op.Or;
import whyc.op.Pow;
import whyc.op.Round;
import whyc.op.Sign;
import whyc.op.Sin;
import whyc.op.Sinh;
import whyc.op.Sqrt;
import whyc.op.Sub;
import whyc.op.Tan;
import whyc.op.Value;
import whyc.op.Xor;
import whyc.tensor.ElementType;

/** Arithmetic, comparison, logic and functions of one number, all element by element. */
final class ElementwiseBindings {
  private ElementwiseBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Abs", unary(new Abs())),
          Map.entry("Acos", unary(new Acos())),
          Map.entry("Acosh", unary(new Acosh())),
          Map.entry("Add", binary(new Add())),
          Map.entry("And", binary(new And())),
          Map.entry("Asin", unary(new Asin())),
          Map.entry("Asinh", unary(new Asinh())),
          Map.entry("Atan", unary(new Atan())),
          Map.entry("Atanh", unary(new Atanh())),
          Map.entry("Cast", partial(n -> cast(n, to(n)))),
          Map.entry("CastLike", partial(n -> cast(n, n.typeOf(1).element()))),
          Map.entry("Ceil", unary(new Ceil())),
          Map.entry("Cos", unary(new Cos())),
          Map.entry("Cosh", unary(new Cosh())),
          Map.entry("Div", binary(new Div())),
          Map.entry("Equal", binary(new Equal())),
          Map.entry("Erf", unary(new Erf())),
          Map.entry("Exp", unary(new Exp())),
          Map.entry("Floor", unary(new Floor())),
          Map.entry("Greater", binary(new Greater())),
          Map.entry("GreaterOrEqual", single(n -> orEqual(n, n.operand(0), n.operand(1)))),
          Map.entry("IsInf", single(ElementwiseBindings::isInf)),
          Map.entry("IsNaN", unary(new IsNaN())),
          Map.entry("Less", single(n -> n.g.greater(n.operand(1), n.operand(0)))),
          Map.entry("LessOrEqual", single(n -> orEqual(n, n.operand(1), n.operand(0)))),
          Map.entry("Log", unary(new Log())),
          Map.entry("Max", fold(new Max())),
          Map.entry("Mean", single(ElementwiseBindings::mean)),
          Map.entry("Min", fold(new Min())),
          Map.entry("Mod", single(ElementwiseBindings::mod)),
          Map.entry("Mul", binary(new Mul())),
          Map.entry("Neg", unary(new Neg())),
          Map.entry("Not", unary(new Not())),
          Map.entry("Or", binary(new Or())),
          Map.entry("Pow", single(ElementwiseBindings::pow)),
          Map.entry("Reciprocal", single(n -> n.g.div(n.g.scalar(1, n.operand(0)), n.operand(0)))),
          Map.entry("Round", unary(new Round())),
          Map.entry("Sign", unary(new Sign())),
          Map.entry("Sin", unary(new Sin())),
          Map.entry("Sinh", unary(new Sinh())),
          Map.entry("Sqrt", unary(new Sqrt())),
          Map.entry("Sub", binary(new Sub())),
          Map.entry("Sum", fold(new Add())),
          Map.entry("Tan", unary(new Tan())),
          Map.entry("Where", single(n -> n.g.where(n.operand(0), n.operand(1), n.operand(2)))),
          Map.entry("Xor", binary(new Xor())));

  static Binding unary(Op op) {
    return single(n -> n.emit(op, n.operand(0)));
  }

  private static Binding binary(Op op) {
    return single(n -> n.emit(op, n.operand(0), n.operand(1)));
  }

  /** Any number of operands, from left to right. */
  private static Binding fold(Op op) {
    return single(n -> n.all().stream().reduce((a, b) -> n.emit(op, a, b)).orElseThrow());
  }

  private static Value mean(OnnxNode n) {
    Value sum = n.all().stream().reduce(n.g::add).orElseThrow();
    return n.g.div(sum, n.g.scalar(n.all().size(), sum));
  }

  private static ElementType to(OnnxNode n) {
    return TensorData.element(Math.toIntExact(n.integer("to", 0)));
  }

  private static Optional<Value> cast(OnnxNode n, ElementType to) {
    return n.optional(0).map(x -> n.g.cast(x, to));
  }

  /** {@code a >= b}: false where either is no number. */
  private static Value orEqual(OnnxNode n, Value a, Value b) {
    return n.emit(new Or(), n.g.greater(a, b), n.g.equal(a, b));
  }

  private static Value isInf(OnnxNode n) {
    boolean negative = n.integer("detect_negative", 1) != 0;
    boolean positive = n.integer("detect_positive", 1) != 0;
    return n.emit(new IsInf(negative, positive), n.operand(0));
  }

  private static Value mod(OnnxNode n) {
    boolean truncated = n.integer("fmod", 0) != 0;
    if (!truncated && n.typeOf(0).element().isFloating()) {
      throw new IllegalArgumentException(
          "of real numbers with fmod = 0 is not supported; nearest: fmod = 1");
    }
    return n.emit(new Mod(truncated), n.operand(0), n.operand(1));
  }

  /** The result is of the base's type; whole and half powers have shorter programs. */
  private static Value pow(OnnxNode n) {
    Value base = n.operand(0);
    Value exponent = n.operand(1);
    ElementType element = n.typeOf(0).element();
    OptionalDouble known =
        n.g
            .constant(exponent)
            .filter(t -> t.size() == 1 && t.shape().rank() <= n.rank(0))
            .map(t -> OptionalDouble.of(t.at(0)))
            .orElse(OptionalDouble.empty());
    if (known.isPresent() && known.getAsDouble() == 1) {
      return base;
    }
    if (known.isPresent() && known.getAsDouble() == 2) {
      return n.g.square(base);
    }
    if (known.isPresent() && known.getAsDouble() == 0.5 && element.isFloating()) {
      return n.g.sqrt(base);
    }
    if (element == n.typeOf(1).element() || element.isFloating()) {
      return n.emit(new Pow(), base, n.g.cast(exponent, element));
    }
    Value real =
        n.emit(
            new Pow(),
            n.g.cast(base, ElementType.FLOAT64),
            n.g.cast(exponent, ElementType.FLOAT64));
    return n.g.cast(real, element);
  }
}
