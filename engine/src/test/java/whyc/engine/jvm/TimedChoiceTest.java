package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class TimedChoiceTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("whyc").resolve("timings");
  }

  private Timings timings() {
    return Timings.in(file(), 8);
  }

  /** Three convolutions, of which two are of the same kind: the last result has no border. */
  private static Graph graph() {
    Builder b = new Builder();
    Value x =
        b.relu(b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 16, 8, 8)), List.of()));
    for (int i = 0; i < 3; i++) {
      float[] weight = new float[16 * 16 * 9];
      for (int k = 0; k < weight.length; k++) {
        weight[k] = (float) new Random(k).nextGaussian() / 12;
      }
      Value w = b.constant(Tensor.of(Shape.of(16, 16, 3, 3), weight));
      x = b.relu(b.emit(new Conv(Window.of(3, 3, 1).padded(1, 1, 1, 1), 1), x, w));
    }
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", x);
    return b.finish(outputs);
  }

  private static Plan plan(Choice choice) {
    return Plan.of(graph(), new Setting(Lanes.preferred(), 1, choice), new Weights());
  }

  @Test
  void stepsOfOneKindAreTimedOnceAndForAllPrograms() throws IOException {
    try (Workers workers = new Workers(1)) {
      String first = plan(new TimedChoice(workers, timings())).listing();

      List<String> lines = Files.readAllLines(file());
      assertThat(lines).hasSize(1 + 2);
      assertThat(plan(new TimedChoice(workers, timings())).listing()).isEqualTo(first);
      assertThat(Files.readAllLines(file())).isEqualTo(lines);
    }
  }

  @Test
  void whatTheFileSaysIsTaken() throws IOException {
    try (Workers workers = new Workers(1)) {
      plan(new TimedChoice(workers, timings()));
      List<String> listings = new ArrayList<>();
      for (String number : List.of("0", "1")) {
        List<String> lines = Files.readAllLines(file());
        lines.set(1, lines.get(1).replaceAll(".$", number));
        Files.write(file(), lines);
        listings.add(plan(new TimedChoice(workers, timings())).listing());
      }
      assertThat(listings.getFirst()).isNotEqualTo(listings.getLast());
    }
  }

  @Test
  void aDamagedFileIsWrittenAnew() throws IOException {
    Files.createDirectories(file().getParent());
    for (String text : List.of("", "something else\n", "whyc timings 1\n12 3\n", "\0\u00ff")) {
      Files.writeString(file(), text);
      Timings timings = timings();
      assertThat(timings.get("a")).isEmpty();

      timings.put("a", 2);

      assertThat(timings().get("a")).hasValue(2);
      assertThat(timings().get("b")).isEmpty();
    }
    try (var files = Files.list(file().getParent())) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void theOldestTimingsGoFirst() {
    Timings timings = timings();
    for (int i = 0; i <= 8; i++) {
      timings.put("key " + i, i);
    }

    assertThat(timings.get("key 0")).isEmpty();
    assertThat(timings().get("key 1")).hasValue(1);
    assertThat(timings().get("key 8")).hasValue(8);
  }

  @Test
  void aFileThatCannotBeWrittenIsNoFailure() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("whyc"), "a file, no folder");
    Timings timings = Timings.in(inTheWay.resolve("timings"), 8);

    timings.put("a", 1);

    assertThat(timings.get("a")).hasValue(1);
  }

  @Test
  void rehearsedKernelsGiveTheSame() {
    Graph graph = graph();
    float[] x = new float[16 * 64];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i);
    }
    Tensor input = Tensor.of(Shape.of(1, 16, 8, 8), x);
    Setting setting = new Setting(Lanes.preferred(), 1, Choice.RULE);
    PlanRun run = PlanRun.of(graph, setting, Map.of("x", input));
    float[] expected = run.output("y").floats();

    new Rehearsal().of(run.kernels, run.banks, 2);
    run.wired.input("x").write(run.banks, input);
    run.run();

    assertThat(run.kernels[1].routines()).isNotEmpty();
    assertThat(run.output("y").floats()).isEqualTo(expected);
  }
}
