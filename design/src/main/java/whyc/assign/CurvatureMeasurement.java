package whyc.assign;

import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.Engine;
import whyc.tensor.Tensor;

/** Hutchinson's estimate for one layer after the other. */
record CurvatureMeasurement(HessianTrace method, Subject subject, Perturbed perturbed)
    implements Measurement {

  static CurvatureMeasurement of(HessianTrace h, Subject subject, Engine engine, Budget budget) {
    return new CurvatureMeasurement(h, subject, Perturbed.of(subject, true, engine, budget));
  }

  @Override
  public int rows() {
    return perturbed.rows();
  }

  @Override
  public Measured measure(Tensor images, int[] classes, int first) {
    int channels = subject.layers().stream().mapToInt(l -> l.channels(subject.graph())).sum();
    List<double[]> traces =
        IntStream.range(0, classes.length).mapToObj(_ -> new double[channels]).toList();
    for (int probe = 0; probe < method.probes(); probe++) {
      add(
          perturbed.load(
              images,
              classes,
              perturbed.directions(
                  method.seed(),
                  first,
                  classes.length,
                  probe,
                  random -> random.nextBoolean() ? 1 : -1)),
          traces);
    }
    return Measured.plain(traces);
  }

  private void add(Perturbed.Loaded loaded, List<double[]> traces) {
    List<double[]> deviations = loaded.runExact(Perturbed.DEVIATIONS);
    int at = 0;
    for (int l = 0; l < subject.layers().size(); l++) {
      int end = at + subject.layers().get(l).channels(subject.graph());
      List<double[]> ahead = loaded.runAt(l, deviations, method.step(), Perturbed.SLOPES);
      List<double[]> behind = loaded.runAt(l, deviations, -method.step(), Perturbed.SLOPES);
      for (int i = 0; i < traces.size(); i++) {
        double factor = deviations.get(i)[l] / (2 * method.step() * method.probes());
        for (int c = at; c < end; c++) {
          traces.get(i)[c] += factor * (ahead.get(i)[c] - behind.get(i)[c]);
        }
      }
      at = end;
    }
  }

  @Override
  public void close() {
    perturbed.close();
  }
}
