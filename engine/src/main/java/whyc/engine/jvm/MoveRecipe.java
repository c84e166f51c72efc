package whyc.engine.jvm;

import whyc.op.Value;
import whyc.schedule.Step;

/** Copies a value into another layout, element by element in row-major order. */
record MoveRecipe(Arrangement a, Step step) implements Recipe {
  @Override
  public String name() {
    return "move";
  }

  @Override
  public Kernel bind(Places places) {
    Value operand = a.graph().node(step.heart()).operands().getFirst();
    return new Move(
        a.layout(operand),
        places.offset(operand),
        a.layout(step.heart()),
        places.offset(step.heart()));
  }

  private record Move(Layout from, int source, Layout to, int target) implements Kernel {
    @Override
    public int units() {
      return 1;
    }

    @Override
    public void run(Banks banks, int first, int last) {
      float[] values = banks.values();
      java.util.Arrays.fill(values, target, target + to.size(), 0);
      int n = to.shape().size();
      for (int i = 0; i < n; i++) {
        values[target + to.at(i)] = values[source + from.at(i)];
      }
    }
  }
}
