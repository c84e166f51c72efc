package whyc.assign;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.tensor.Tensor;

/** Sums over what gradients say, for all channels of all layers in one run. */
record GradientMeasurement(Term term, Subject subject, Program program, int rows)
    implements Measurement {
  /** What is summed over the places of a channel. */
  enum Term {
    /** Gradient times activation; its sums are magnitudes only afterwards. */
    SIGNED,
    /** The magnitude of each product. */
    ABSOLUTE,
    /** The square of the gradient alone. */
    SQUARED
  }

  private static final String CHANNELS = "whyc_channels";

  static GradientMeasurement of(Term term, Subject subject, Engine engine, Budget budget) {
    Graph program = program(subject, term);
    return new GradientMeasurement(
        term,
        subject,
        engine.compile(subject.model(), program),
        Rows.images(subject, budget, program));
  }

  private static Graph program(Subject subject, Term term) {
    Taps t = new Taps(subject);
    Taps.Evaluated e = t.evaluate(t.images, (_, output) -> output);
    List<Value> gradients = t.gradients(e.scores(), t.oneHot(1), e.outputs());
    List<Value> sums = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      sums.add(t.channelSums(i, summed(t, term, gradients.get(i), e.outputs().get(i))));
    }
    return t.finish(CHANNELS, t.g.concat(1, sums));
  }

  private static Value summed(Taps t, Term term, Value gradient, Value output) {
    return switch (term) {
      case SIGNED -> t.g.mul(gradient, output);
      case ABSOLUTE -> t.g.abs(t.g.mul(gradient, output));
      case SQUARED -> t.g.square(gradient);
    };
  }

  @Override
  public Measured measure(Tensor images, int[] classes, int first) {
    Map<String, Tensor> feed =
        Map.of(subject.model().input(), images, Taps.CLASSES, Rows.classes(classes));
    Tensor sums = program.run(feed, Set.of(CHANNELS)).firstEntry().getValue();
    return Measured.magnitudes(Rows.split(sums));
  }

  @Override
  public void close() {
    program.close();
  }
}
