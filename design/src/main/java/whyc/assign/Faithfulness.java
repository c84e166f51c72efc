package whyc.assign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import whyc.explain.Baseline;
import whyc.graph.Graph;
import whyc.measure.Perturbation;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * How well heat maps say what a network looks at: the area below the probability of the label while
 * the places that a map scores highest are put into an empty image, less the area while they are
 * taken out.
 *
 * @param scores the network, without maps
 * @param steps of either series
 */
record Faithfulness(Emulator emulator, Graph scores, DataSet data, int steps) {

  /** From -1 to 1: the mean over images, of which each has a map. */
  double of(List<Tensor> maps) {
    double sum = 0;
    for (Perturbation.Kind kind : Perturbation.Kind.values()) {
      Perturbation p = new Perturbation(kind, steps, new Baseline.Zero());
      double sign = kind == Perturbation.Kind.INSERTION ? 1 : -1;
      List<Perturbation.Curve> curves =
          p.curves(images(), maps, data.labels(), data.size() * (steps + 1), this::probabilities);
      sum += sign * curves.stream().mapToDouble(Perturbation.Curve::area).sum();
    }
    return sum / data.size();
  }

  private Tensor images() {
    int each = data.sample().size();
    float[] all = new float[data.size() * each];
    for (int i = 0; i < data.size(); i++) {
      System.arraycopy(data.images().get(i), 0, all, i * each, each);
    }
    List<Integer> dims = new ArrayList<>(List.of(data.size()));
    dims.addAll(data.sample().dims());
    return Tensor.of(new Shape(dims), all);
  }

  /** Of images [m,c,h,w]. */
  private Tensor probabilities(Tensor some) {
    int count = some.shape().dim(0);
    int each = data.sample().size();
    float[] all = some.floats();
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(Arrays.copyOfRange(all, i * each, (i + 1) * each));
    }
    DataSet changed = new DataSet(data.name(), data.sample(), rows, Collections.nCopies(count, 0));
    Answers answers = emulator.answers(scores, changed);
    int classes = answers.scores().getFirst().length;
    double[] p = new double[count * classes];
    for (int i = 0; i < count; i++) {
      softmax(answers.scores().get(i), p, i * classes);
    }
    return Tensor.of(Shape.of(count, classes), p);
  }

  private static void softmax(float[] scores, double[] to, int at) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float s : scores) {
      largest = Math.max(largest, s);
    }
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      to[at + k] = Math.exp(scores[k] - largest);
      sum += to[at + k];
    }
    for (int k = 0; k < scores.length; k++) {
      to[at + k] /= sum;
    }
  }
}
