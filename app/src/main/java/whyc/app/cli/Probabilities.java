package whyc.app.cli;

import whyc.explain.Head;
import whyc.tensor.Tensor;

/**
 * Probabilities of classes.
 *
 * <pre>{@code
 * the model's own, where it ends in a softmax or in a sigmoid for each class
 * p1 = 1 / (1 + exp(-z)), p0 = 1 - p1          one output for two classes
 * p[c] = exp(y[c]) / sum_k exp(y[k])           otherwise
 * }</pre>
 */
final class Probabilities {
  private Probabilities() {}

  static double[] of(Classifier classifier, Explainer.Answers answers) {
    return of(classifier, answers.scores(), answers.output());
  }

  /** Of one image's scores before a softmax and its output as the model gives it. */
  static double[] of(Classifier classifier, Tensor logits, Tensor output) {
    Head head = classifier.head();
    float[] scores = logits.floats();
    if (head.binary()) {
      double z = scores[1];
      return new double[] {1 / (1 + Math.exp(z)), 1 / (1 + Math.exp(-z))};
    }
    if (head.cut().isPresent() && output.size() == scores.length) {
      double[] own = new double[scores.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = output.at(i);
      }
      return own;
    }
    return softmax(scores);
  }

  static double[] softmax(float[] scores) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float s : scores) {
      largest = Math.max(largest, s);
    }
    double[] p = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(scores[i] - largest);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }
}
