package whyc.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.Accelerator;
import whyc.assign.ProductLayer;
import whyc.engine.Engine;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Head;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Value;
import whyc.pass.RemoveDead;

/** Networks in bytes and their explanations; nothing is trained here. */
final class SpecimenTest {
  private static Setting setting(Architecture a, String machine) {
    Pictures pictures = Shapes.bars(20, 13, a.channels(), a.classes(), 4);
    Accelerator accelerator = Accelerator.of(machine);
    return Setting.of(
        pictures,
        pictures,
        pictures,
        Recipe.of(1, 2, false, 1),
        accelerator,
        Arithmetic.of(accelerator, List.of()),
        true,
        Path.of("unused"));
  }

  private static Architecture of(Family family) {
    return family == Family.RESIDUAL ? Shapes.residual() : Shapes.mobile();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void everyLayerOfTheGraphHasTheLoopsOfItsDescription(Family family) {
    Architecture a = of(family);
    Engine engine = OrtEngine.create(new OrtEngine.Options(1, true));
    try (Specimen s = new Specimen(setting(a, "xai-gen-8x256"), a, Shapes.lived(a, 7), engine)) {
      List<ProductLayer> layers = s.network().layers();
      assertThat(layers.stream().map(l -> l.name() + l.loops()))
          .containsExactlyInAnyOrderElementsOf(
              a.layers().stream().map(l -> l.name() + l.loops()).toList());
      assertThat(s.conductance().layers())
          .containsExactlyInAnyOrderElementsOf(
              a.layers().stream().map(Architecture.LayerShape::name).toList());
    }
  }

  @Test
  void skippingChannelsSavesAndIsEmulated() {
    Architecture a = Shapes.residual();
    Engine engine = OrtEngine.create(new OrtEngine.Options(1, true));
    Setting setting = setting(a, "xai-gen-8x256");
    try (Specimen s = new Specimen(setting, a, Shapes.lived(a, 7), engine)) {
      List<Choice> whole =
          Candidate.uniform(Training.fresh(a), setting.arithmetic().exact().name()).choices();
      List<Choice> half = new ArrayList<>(whole);
      Collections.replaceAll(half, whole.getFirst(), new Choice("mul8s_1KV6", 0.5));
      half.set(half.size() - 1, whole.getLast());
      Figures all = s.measure(whole, setting.validation());
      Figures some = s.measure(half, setting.validation());
      assertThat(s.skipped(half).getFirst()).hasSize(2);
      assertThat(some.memoryBytes()).isLessThan(all.memoryBytes());
      assertThat(some.energyPicojoules()).isLessThan(all.energyPicojoules());
      assertThat(all.accuracy()).isEqualTo(all.exactAccuracy());
      assertThat(s.with(half).graph()).isNotEqualTo(s.with(whole).graph());
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void asManyChannelsAreWithoutWeightsAsArePaidFor(Family family) {
    Architecture a = of(family);
    Engine engine = OrtEngine.create(new OrtEngine.Options(1, true));
    Setting setting = setting(a, "xai-gen-8x256");
    try (Specimen s = new Specimen(setting, a, Shapes.lived(a, 7), engine)) {
      List<Choice> half =
          new ArrayList<>(Collections.nCopies(a.layers().size(), new Choice("mul8s_1KV6", 0.5)));
      half.set(half.size() - 1, new Choice("mul8s_1KV6", 0));
      long paid = s.skipped(half).stream().mapToLong(Set::size).sum();
      assertThat(paid).isPositive();
      assertThat(silent(s.with(half).graph()) - silent(s.network().quantized().graph()))
          .isEqualTo(paid);
    }
  }

  /** Output channels of convolutions whose weights are all 0. */
  private static long silent(Graph g) {
    long count = 0;
    SequencedMap<String, Value> scores = new LinkedHashMap<>();
    scores.put(Head.SCORES, g.output(Head.SCORES));
    for (Node n : new RemoveDead().apply(g.withOutputs(scores)).nodes()) {
      if (n.op() instanceof Constant c && c.value().shape().rank() == 4) {
        double[] w = c.value().doubles();
        int each = w.length / c.value().shape().dim(0);
        count +=
            IntStream.range(0, c.value().shape().dim(0))
                .filter(o -> Arrays.stream(w, o * each, (o + 1) * each).allMatch(v -> v == 0))
                .count();
      }
    }
    return count;
  }

  @Test
  void coarserCircuitsAndMoreSkippedChannelsDoMoreDamage() {
    Architecture a = Shapes.residual();
    Engine engine = OrtEngine.create(new OrtEngine.Options(1, true));
    Setting setting = setting(a, "xai-gen-8x256");
    try (Specimen s = new Specimen(setting, a, Shapes.lived(a, 7), engine)) {
      Damage d = s.damage(List.of(0.0, 0.5));
      int circuits = setting.arithmetic().circuits().size();
      assertThat(d.noise()).hasSameSizeAs(a.layers());
      assertThat(d.noise().getFirst()).hasSize(2 * circuits);
      assertThat(d.noise()).allMatch(row -> row.getFirst() == 0);
      assertThat(d.noise()).allMatch(row -> row.get(1) > 0);
      assertThat(d.noise()).allMatch(row -> row.get(2 * circuits - 2) > row.get(2));
      assertThat(d.margin()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xai-gen-8x256", "systolic-28nm", "epu-28nm"})
  void everyKindOfAcceleratorTellsACost(String machine) {
    Architecture a = Shapes.residual();
    Engine engine = OrtEngine.create(new OrtEngine.Options(1, true));
    Setting setting = setting(a, machine);
    try (Specimen s = new Specimen(setting, a, Shapes.lived(a, 7), engine)) {
      Figures f =
          s.untrained(
              Candidate.uniform(Training.fresh(a), setting.arithmetic().exact().name()).choices());
      assertThat(f.energyPicojoules()).isPositive();
      assertThat(f.latencyMilliseconds()).isPositive();
    }
  }

  @Test
  void explanationsSayWhatTheySayAsShares() {
    Architecture a = Shapes.mobile();
    Engine engine = OrtEngine.create(new OrtEngine.Options(1, true));
    try (Specimen s = new Specimen(setting(a, "xai-gen-8x256"), a, Shapes.lived(a, 7), engine)) {
      Insight insight = s.insight();
      assertThat(insight.layers()).hasSize(a.layers().size());
      assertThat(insight.layers().stream().mapToDouble(d -> d).sum()).isBetween(0.999, 1.001);
      assertThat(insight.spread()).isBetween(0.0, 1.0);
      assertThat(insight.concentration()).isBetween(0.0, 1.0);
      assertThat(insight.stability()).isBetween(-1.0, 1.0);
    }
  }
}
