package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import whyc.graph.Node;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Tensor;

/**
 * What no kernel is written for: the operator's own definition, on tensors made for the purpose. It
 * is always right, it is slow, and it allocates.
 */
record ReferenceRecipe(Arrangement a, Step step) implements Recipe {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Kernel bind(Places places) {
    Node n = a.graph().node(step.heart());
    List<Source> operands = new ArrayList<>();
    for (Value v : n.operands()) {
      operands.add(
          a.isConstant(v)
              ? banks -> a.constant(v).value()
              : Located.of(a, v, places.offset(v))::read);
    }
    return new Evaluation(
        (Primitive) n.op(), operands, Located.of(a, step.heart(), places.offset(step.heart())));
  }

  private interface Source {
    Tensor read(Banks banks);
  }

  private record Evaluation(Primitive op, List<Source> operands, Located result) implements Kernel {
    @Override
    public int units() {
      return 1;
    }

    @Override
    public void run(Banks banks, int from, int to) {
      result.write(banks, op.evaluate(operands.stream().map(s -> s.read(banks)).toList()));
    }
  }
}
