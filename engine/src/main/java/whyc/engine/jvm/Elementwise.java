package whyc.engine.jvm;

import java.util.List;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;
import whyc.graph.Node;
import whyc.op.Abs;
import whyc.op.Add;
import whyc.op.And;
import whyc.op.Cast;
import whyc.op.Ceil;
import whyc.op.Clip;
import whyc.op.Div;
import whyc.op.Equal;
import whyc.op.Erf;
import whyc.op.Exp;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Floor;
import whyc.op.Gate;
import whyc.op.Greater;
import whyc.op.IsInf;
import whyc.op.IsNaN;
import whyc.op.Log;
import whyc.op.Max;
import whyc.op.Min;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Not;
import whyc.op.Op;
import whyc.op.Or;
import whyc.op.Relu;
import whyc.op.Round;
import whyc.op.Sigmoid;
import whyc.op.Sign;
import whyc.op.Softplus;
import whyc.op.Sqrt;
import whyc.op.Sub;
import whyc.op.Tanh;
import whyc.op.Where;
import whyc.op.Xor;
import whyc.tensor.ElementType;

/** The vector form of operators that work element by element. */
final class Elementwise {
  private Elementwise() {}

  /**
   * Whether a line has a vector form, by its operator and the types of its operands; operands that
   * are constants are of the types that the others ask for.
   */
  static boolean has(Node line, List<Node> varying) {
    boolean number = Families.isNumber(line);
    return switch (line.op()) {
      case Add _, Sub _, Mul _, Div _, Max _, Min _, Neg _, Abs _, Sqrt _, Relu _, Clip _ -> number;
      case Exp _, Log _, Tanh _, Sigmoid _, Erf _, Softplus _ -> number;
      case Floor _, Ceil _, Round _, Sign _ -> number;
      case Greater _, Equal _, IsNaN _, IsInf _ -> varying.stream().allMatch(Families::isNumber);
      case And _, Or _, Xor _, Not _ -> varying.stream().noneMatch(Families::isNumber);
      case Where _, Gate _ -> number;
      case Expand _, ExpandAs _, Cast _ -> true;
      default -> false;
    };
  }

  /** About how many operations a line takes. */
  static int weight(Op op) {
    return switch (op) {
      case Exp _ -> 16;
      case Floor _, Ceil _, Round _ -> 8;
      case Log _, Sigmoid _ -> 24;
      case Tanh _, Erf _, Softplus _ -> 32;
      default -> 1;
    };
  }

  static Term emit(Code code, Op op, List<Term> t) {
    return switch (op) {
      case Add _ -> numbers(t.get(0).vector().plus(t.get(1).vector()));
      case Sub _ -> numbers(t.get(0).vector().minus(t.get(1).vector()));
      case Mul _ -> numbers(t.get(0).vector().times(t.get(1).vector()));
      case Div _ -> numbers(t.get(0).vector().over(t.get(1).vector()));
      case Max _ -> numbers(t.get(0).vector().max(t.get(1).vector()));
      case Min _ -> numbers(t.get(0).vector().min(t.get(1).vector()));
      case Neg _ -> numbers(t.get(0).vector().neg());
      case Abs _ -> numbers(t.get(0).vector().abs());
      case Sqrt _ -> numbers(t.get(0).vector().sqrt());
      case Relu _ -> numbers(noLess(code, t.get(0).vector(), 0));
      case Clip c -> numbers(clip(code, t.get(0).vector(), (float) c.low(), (float) c.high()));
      case Exp _ -> numbers(Functions.exp(code, t.get(0).vector()));
      case Log _ -> numbers(Functions.log(code, t.get(0).vector()));
      case Tanh _ -> numbers(Functions.tanh(code, t.get(0).vector()));
      case Sigmoid _ -> numbers(Functions.sigmoid(code, t.get(0).vector()));
      case Erf _ -> numbers(Functions.erf(code, t.get(0).vector()));
      case Softplus _ -> numbers(Functions.softplus(code, t.get(0).vector()));
      case Floor _ -> numbers(Functions.floor(code, t.get(0).vector()));
      case Ceil _ -> numbers(Functions.ceil(code, t.get(0).vector()));
      case Round _ -> numbers(Functions.round(code, t.get(0).vector()));
      case Sign _ -> numbers(Functions.sign(code, t.get(0).vector()));
      case IsNaN _ -> truths(notANumber(code.let(t.get(0).vector())));
      case IsInf i -> truths(infinite(i, code.let(t.get(0).vector())));
      case Greater _ -> truths(t.get(0).vector().greater(t.get(1).vector()));
      case Equal _ -> truths(t.get(0).vector().equal(t.get(1).vector()));
      case And _ -> truths(t.get(0).mask().and(t.get(1).mask()));
      case Or _ -> truths(t.get(0).mask().or(t.get(1).mask()));
      case Xor _ -> truths(t.get(0).mask().xor(t.get(1).mask()));
      case Not _ -> truths(t.get(0).mask().not());
      case Where _ -> numbers(t.get(2).vector().blend(t.get(1).vector(), t.get(0).mask()));
      case Gate _ -> numbers(code.filled(0).blend(t.get(1).vector(), condition(t.get(0))));
      case Cast c -> c.element() == ElementType.BOOL ? truths(isTrue(t.get(0))) : number(code, t);
      // What is repeated is read again and again.
      case Expand _, ExpandAs _ -> t.get(0);
      default -> throw new IllegalArgumentException(op.name() + " has no vector form");
    };
  }

  private static Mask notANumber(Vec v) {
    return v.notEqual(v);
  }

  private static Mask infinite(IsInf op, Vec v) {
    Mask negative = v.equal(Float.NEGATIVE_INFINITY);
    Mask positive = v.equal(Float.POSITIVE_INFINITY);
    if (op.negative() && op.positive()) {
      return negative.or(positive);
    }
    // Nothing is unequal to itself and positive.
    return op.negative() ? negative : op.positive() ? positive : notANumber(v).and(v.positive());
  }

  private static Mask isTrue(Term t) {
    return switch (t) {
      case Term.Truths(Mask m) -> m;
      case Term.Numbers(Vec v) -> v.notEqual(0);
    };
  }

  private static Term number(Code code, List<Term> t) {
    return switch (t.getFirst()) {
      case Term.Truths(Mask m) -> numbers(code.filled(0).blend(code.filled(1), m));
      case Term.Numbers n -> n;
    };
  }

  private static Mask condition(Term t) {
    return switch (t) {
      case Term.Truths(Mask m) -> m;
      case Term.Numbers(Vec v) -> v.positive();
    };
  }

  /**
   * As {@link Math#max(float, float)} for a literal: a comparison and a choice, where the vector
   * operation takes six instructions for zeros of two signs and NaN of either operand.
   */
  private static Vec noLess(Code code, Vec x, float bound) {
    Vec.Variable v = code.let(x);
    return v.blend(code.filled(bound), v.atMost(bound));
  }

  private static Vec clip(Code code, Vec x, float low, float high) {
    Vec.Variable v = code.let(noLess(code, x, low));
    return v.blend(code.filled(high), v.atLeast(high));
  }

  private static Term numbers(Vec v) {
    return new Term.Numbers(v);
  }

  private static Term truths(Mask m) {
    return new Term.Truths(m);
  }
}
