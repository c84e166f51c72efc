package whyc.engine.jvm;

import java.util.List;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;
import whyc.op.Abs;
import whyc.op.Add;
import whyc.op.And;
import whyc.op.Clip;
import whyc.op.Div;
import whyc.op.Equal;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Greater;
import whyc.op.Max;
import whyc.op.Min;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Not;
import whyc.op.Op;
import whyc.op.Or;
import whyc.op.Relu;
import whyc.op.Sqrt;
import whyc.op.Sub;
import whyc.op.Where;
import whyc.op.Xor;

/** The vector form of operators that work element by element. */
final class Elementwise {
  private Elementwise() {}

  /** Whether there is a vector form. */
  static boolean has(Op op) {
    return switch (op) {
      case Add _, Sub _, Mul _, Div _, Max _, Min _, Neg _, Abs _, Sqrt _, Relu _, Clip _ -> true;
      case Greater _, Equal _, And _, Or _, Xor _, Not _, Where _, Gate _ -> true;
      case Expand _, ExpandAs _ -> true;
      default -> false;
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
      case Relu _ -> numbers(t.get(0).vector().max(0));
      case Clip c -> numbers(t.get(0).vector().max((float) c.low()).min((float) c.high()));
      case Greater _ -> truths(t.get(0).vector().greater(t.get(1).vector()));
      case Equal _ -> truths(t.get(0).vector().equal(t.get(1).vector()));
      case And _ -> truths(t.get(0).mask().and(t.get(1).mask()));
      case Or _ -> truths(t.get(0).mask().or(t.get(1).mask()));
      case Xor _ -> truths(t.get(0).mask().xor(t.get(1).mask()));
      case Not _ -> truths(t.get(0).mask().not());
      case Where _ -> numbers(t.get(2).vector().blend(t.get(1).vector(), t.get(0).mask()));
      case Gate _ -> numbers(code.filled(0).blend(t.get(1).vector(), condition(t.get(0))));
      // What is repeated is read again and again.
      case Expand _, ExpandAs _ -> t.get(0);
      default -> throw new IllegalArgumentException(op.name() + " has no vector form");
    };
  }

  private static Mask condition(Term t) {
    return switch (t) {
      case Term.Truths(Mask m) -> m;
      case Term.Numbers(Vec v) -> v.positive();
    };
  }

  private static Term numbers(Vec v) {
    return new Term.Numbers(v);
  }

  private static Term truths(Mask m) {
    return new Term.Truths(m);
  }
}
