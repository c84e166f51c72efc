package whyc.target.c;

import whyc.tensor.Tensor;

/** How far results lie from those of the interpreter. */
final class Distance {
  private Distance() {}

  /** The largest difference, relative to the largest number. */
  static double relative(Tensor got, Tensor wanted) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < wanted.size(); i++) {
      if (Double.compare(got.at(i), wanted.at(i)) != 0) {
        difference = Math.max(difference, Math.abs(got.at(i) - wanted.at(i)));
      }
      largest = Math.max(largest, Math.abs(wanted.at(i)));
    }
    return difference / Math.max(largest, Double.MIN_NORMAL);
  }
}
