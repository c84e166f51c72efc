package whyc.target.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.AllSamples;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/** Every operator means in C what it means. */
class COperatorsTest {
  @TempDir private Path folder;

  /** An operator's program, and what it is to give. */
  private record Case(String name, Graph graph, Map<String, Tensor> inputs) {
    static Case of(AllSamples.Drawn d, ElementType real, boolean known) {
      Builder b = new Builder();
      List<Value> operands = new ArrayList<>();
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      for (int k = 0; k < d.operands().size(); k++) {
        Tensor drawn = d.operands().get(k);
        Tensor t = drawn.element() == ElementType.FLOAT64 ? drawn.cast(real) : drawn;
        if (known && d.shared().get(k)) {
          operands.add(b.constant(t));
        } else {
          operands.add(b.emit(new Input("x" + k, t.type())));
          inputs.put("x" + k, t);
        }
      }
      if (d.op() instanceof Input in) {
        inputs.put(in.input(), Tensor.filled(in.type(), 3));
      }
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("y", b.expand(d.op(), operands, ""));
      return new Case(d.name(), b.finish(outputs), inputs);
    }
  }

  @ParameterizedTest(name = "{0} {1} {2} -Dseed={3}")
  @CsvSource({"gcc,FLOAT32,true,1", "gcc,FLOAT64,false,2", "clang,FLOAT32,true,3"})
  void everyOperatorIsThatOfTheInterpreter(
      String compiler, ElementType real, boolean known, long seed)
      throws IOException, InterruptedException {
    List<Case> cases =
        AllSamples.draw(Long.getLong("seed", seed)).stream()
            .map(d -> Case.of(d, real, known))
            .toList();
    List<CProgram> programs = new ArrayList<>();
    for (Case c : cases) {
      programs.add(CTarget.compile(c.graph, "sample" + programs.size(), List.of(c.name)));
    }
    Compiled compiled = Compiled.by(compiler, folder, programs, "-O1");
    List<SequencedMap<String, Tensor>> results =
        compiled.run(cases.stream().map(Case::inputs).toList());
    SoftAssertions all = new SoftAssertions();
    for (int i = 0; i < cases.size(); i++) {
      Tensor wanted = Compiled.interpreted(cases.get(i).graph, cases.get(i).inputs).get("y");
      Tensor got = results.get(i).get("y");
      double bound =
          wanted.element().isFloating() ? (real == ElementType.FLOAT32 ? 1e-5 : 1e-12) : 0;
      all.assertThat(Distance.relative(got, wanted))
          .as("%s: %s for %s", cases.get(i).name, got, wanted)
          .isLessThanOrEqualTo(bound);
    }
    all.assertAll();
    assertThat(cases).hasSizeGreaterThan(100);
  }
}
