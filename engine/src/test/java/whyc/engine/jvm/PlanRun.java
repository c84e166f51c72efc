package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.assertj.core.data.Offset;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.tensor.Tensor;

/** Runs a graph in an arena that is full of NaN, kernel after kernel. */
final class PlanRun {
  final Plan plan;
  final Wired wired;
  final Banks banks;
  final Kernel[] kernels;

  private PlanRun(Graph graph, Setting setting) {
    Weights weights = new Weights();
    plan = Plan.of(graph, setting, weights);
    wired = plan.wire();
    banks = plan.allocate(weights.data());
    Arrays.fill(banks.values(), Float.NaN);
    Arrays.fill(banks.bits(), (short) -1);
    Arrays.fill(banks.integers(), Long.MIN_VALUE);
    kernels = wired.kernels(graph.outputs().keySet());
  }

  static PlanRun of(Graph graph, Lanes lanes, Map<String, Tensor> inputs) {
    return of(graph, new Setting(lanes, 1, Choice.RULE), inputs);
  }

  static PlanRun of(Graph graph, Setting setting, Map<String, Tensor> inputs) {
    PlanRun run = new PlanRun(graph, setting);
    graph.inputs().forEach(i -> run.wired.input(i.input()).write(run.banks, inputs.get(i.input())));
    run.run();
    return run;
  }

  void run() {
    for (Kernel k : kernels) {
      k.begin(banks);
      // In two parts, the second first: units may run in any order.
      int half = k.units() / 2;
      k.run(banks, half, k.units());
      k.run(banks, 0, half);
    }
  }

  Tensor output(String name) {
    return wired.output(name, banks);
  }

  /** Compares all outputs with the interpreter's. */
  static PlanRun expectAsInterpreted(
      Graph graph, Lanes lanes, Map<String, Tensor> inputs, double tolerance) {
    return expectAsInterpreted(graph, new Setting(lanes, 1, Choice.RULE), inputs, tolerance);
  }

  static PlanRun expectAsInterpreted(
      Graph graph, Setting setting, Map<String, Tensor> inputs, double tolerance) {
    PlanRun run = of(graph, setting, inputs);
    Interpreter.run(graph, inputs)
        .forEach((name, expected) -> {
          Tensor found = run.output(name);
          assertThat(found.type()).isEqualTo(expected.type());
          for (int i = 0; i < found.size(); i++) {
            double bound = tolerance * (1 + Math.abs(expected.at(i)));
            assertThat(found.at(i))
                .as("%s, element %s, %s", name, i, run.plan.listing())
                .isCloseTo(expected.at(i), Offset.offset(bound));
          }
        });
    return run;
  }
}
