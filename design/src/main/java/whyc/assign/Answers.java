package whyc.assign;

import java.util.List;
import whyc.measure.Fidelity;
import whyc.tensor.Tensor;

/**
 * What a network said of some images.
 *
 * @param scores of each image, one for each class
 * @param maps of each image; empty where none was asked for
 */
record Answers(List<float[]> scores, List<Tensor> maps) {
  Answers {
    scores = List.copyOf(scores);
    maps = List.copyOf(maps);
  }

  int size() {
    return scores.size();
  }

  /** The first of the best classes of an image. */
  int top(int image) {
    float[] s = scores.get(image);
    int top = 0;
    for (int k = 1; k < s.length; k++) {
      top = s[k] > s[top] ? k : top;
    }
    return top;
  }

  Answers first(int images) {
    return new Answers(scores.subList(0, images), maps.isEmpty() ? maps : maps.subList(0, images));
  }

  /** How these answers of an approximate network differ from those of the exact one. */
  Measured against(Answers exact, List<Integer> labels, Fidelity fidelity, double seconds) {
    int right = 0;
    int lost = 0;
    int gained = 0;
    double noise = 0;
    for (int i = 0; i < size(); i++) {
      boolean now = top(i) == labels.get(i);
      boolean before = exact.top(i) == labels.get(i);
      right += now ? 1 : 0;
      lost += before && !now ? 1 : 0;
      gained += now && !before ? 1 : 0;
      noise += noise(scores.get(i), exact.scores.get(i)) / size();
    }
    return new Measured(size(), right, lost, gained, noise, meanFidelity(exact, fidelity), seconds);
  }

  /** The mean square of what scores differ by, without what all of them do. */
  private static double noise(float[] a, float[] b) {
    double sum = 0;
    double square = 0;
    for (int k = 0; k < a.length; k++) {
      double d = (double) a[k] - b[k];
      sum += d;
      square += d * d;
    }
    return Math.max(0, square - sum * sum / a.length) / a.length;
  }

  private double meanFidelity(Answers exact, Fidelity fidelity) {
    double sum = 0;
    for (int i = 0; i < maps.size(); i++) {
      sum += fidelity.of(exact.maps.get(i), maps.get(i));
    }
    return maps.isEmpty() ? 1 : sum / maps.size();
  }
}
