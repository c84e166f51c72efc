package whyc.assign;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.Engine;
import whyc.tensor.Tensor;

/** Goes through the examples, group by group, while there is time. */
record Measuring(
    Criticality method, Subject subject, Budget budget, Criticality.Progress progress) {

  Criticality.Scores run(List<Example> examples, Engine engine) {
    examples.forEach(this::check);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException(method.name() + " wants at least one example, got none");
    }
    long start = System.nanoTime();
    Tally tally = new Tally(subject, !(method instanceof NoiseInjection));
    try (Measurement m = prepare(engine)) {
      boolean inTime = true;
      for (int from = 0; from < examples.size() && inTime; from += m.rows()) {
        List<Example> some = examples.subList(from, Math.min(from + m.rows(), examples.size()));
        tally.add(some, m.measure(images(some, m.rows()), classes(some, m.rows()), from));
        progress.measured(from + some.size(), examples.size());
        inTime = System.nanoTime() - start < budget.time().toNanos();
      }
    }
    return tally.scores(Duration.ofNanos(System.nanoTime() - start));
  }

  private Measurement prepare(Engine engine) {
    return switch (method) {
      case Conductance c -> PathMeasurement.of(c, subject, engine, budget);
      case GradientTimesActivation g ->
          GradientMeasurement.of(GradientMeasurement.Term.SIGNED, subject, engine, budget);
      case Relevance r ->
          GradientMeasurement.of(GradientMeasurement.Term.ABSOLUTE, subject, engine, budget);
      case Sensitivity s ->
          GradientMeasurement.of(GradientMeasurement.Term.SQUARED, subject, engine, budget);
      case HessianTrace h -> CurvatureMeasurement.of(h, subject, engine, budget);
      case NoiseInjection n -> NoiseMeasurement.of(n, subject, engine, budget);
    };
  }

  private void check(Example e) {
    var wanted = subject.model().inputType();
    if (!e.image().type().equals(wanted.with(wanted.shape().with(0, 1)))) {
      throw new IllegalArgumentException(
          method.name() + " wants images " + wanted + ", got " + e.image().type());
    }
    if (e.classIndex() >= subject.classes()) {
      throw new IllegalArgumentException(
          method.name()
              + " wants classes 0 to "
              + (subject.classes() - 1)
              + ", got "
              + e.classIndex());
    }
  }

  /** A whole group; the last one is filled up with its last image. */
  private static Tensor images(List<Example> some, int rows) {
    Tensor first = some.getFirst().image();
    int size = first.size();
    double[] all = new double[rows * size];
    for (int i = 0; i < rows; i++) {
      Tensor image = some.get(Math.min(i, some.size() - 1)).image();
      System.arraycopy(image.doubles(), 0, all, i * size, size);
    }
    return Tensor.of(first.type().with(first.shape().with(0, rows)), all);
  }

  private static int[] classes(List<Example> some, int rows) {
    return IntStream.range(0, rows)
        .map(i -> some.get(Math.min(i, some.size() - 1)).classIndex())
        .toArray();
  }
}
