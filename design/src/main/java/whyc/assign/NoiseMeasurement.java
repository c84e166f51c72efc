package whyc.assign;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import whyc.engine.Engine;
import whyc.explain.Head;
import whyc.tensor.Tensor;

/** What noise at one layer after the other costs. */
record NoiseMeasurement(NoiseInjection method, Subject subject, Perturbed perturbed)
    implements Measurement {

  static NoiseMeasurement of(NoiseInjection n, Subject subject, Engine engine, Budget budget) {
    return new NoiseMeasurement(n, subject, Perturbed.of(subject, false, engine, budget));
  }

  @Override
  public int rows() {
    return perturbed.rows();
  }

  @Override
  public Measured measure(Tensor images, int[] classes, int first) {
    int layers = subject.layers().size();
    List<double[]> losses =
        IntStream.range(0, classes.length).mapToObj(_ -> new double[layers]).toList();
    for (int draw = 0; draw < method.draws(); draw++) {
      Perturbed.Loaded loaded =
          perturbed.load(
              images,
              classes,
              perturbed.directions(
                  method.seed(), first, classes.length, draw, SplittableRandom::nextGaussian));
      add(loaded, classes, losses);
    }
    return Measured.plain(losses);
  }

  private void add(Perturbed.Loaded loaded, int[] classes, List<double[]> losses) {
    List<double[]> exact = loaded.runExact(Head.SCORES);
    List<double[]> deviations = loaded.runExact(Perturbed.DEVIATIONS);
    for (int l = 0; l < subject.layers().size(); l++) {
      List<double[]> noisy = loaded.runAt(l, deviations, method.deviation(), Head.SCORES);
      for (int i = 0; i < classes.length; i++) {
        double loss = worth(exact.get(i), classes[i]) - worth(noisy.get(i), classes[i]);
        losses.get(i)[l] += loss / method.draws();
      }
    }
  }

  private double worth(double[] scores, int classIndex) {
    double best =
        IntStream.range(0, scores.length)
            .filter(c -> c != classIndex)
            .mapToDouble(c -> scores[c])
            .max()
            .orElse(0);
    double margin = scores[classIndex] - best;
    return switch (method.loss()) {
      case MARGIN -> margin;
      case ACCURACY -> margin > 0 ? 1 : 0;
    };
  }

  @Override
  public void close() {
    perturbed.close();
  }
}
