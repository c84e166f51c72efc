package whyc.assign;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import whyc.engine.Engine;
import whyc.engine.Memory;
import whyc.engine.Program;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.op.Value;
import whyc.pass.ToDouble;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/** Runs graphs in the interpreter, in double precision, and counts the runs. */
final class Interpreted implements Engine {
  private int runs;

  int runs() {
    return runs;
  }

  @Override
  public Program compile(Model model, Graph graph) {
    return new Program() {
      @Override
      public SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs) {
        runs++;
        SequencedMap<String, Value> wanted = new LinkedHashMap<>(graph.outputs());
        wanted.keySet().retainAll(outputs);
        int batch = inputs.values().iterator().next().shape().dim(0);
        return Interpreter.run(
            new ToDouble().apply(graph.withOutputs(wanted).withBatch(batch)), widened(inputs));
      }

      @Override
      public String engine() {
        return name();
      }

      @Override
      public void close() {}
    };
  }

  private static Map<String, Tensor> widened(Map<String, Tensor> inputs) {
    Map<String, Tensor> wide = new HashMap<>(inputs);
    wide.replaceAll((_, t) -> t.element().isFloating() ? t.cast(ElementType.FLOAT64) : t);
    return wide;
  }

  @Override
  public Memory predictMemory(Model model, List<Graph> programs, int batch) {
    return new Memory(0, 0);
  }

  @Override
  public String name() {
    return "interpreter";
  }

  @Override
  public void close() {}
}
