package whyc.assign;

import whyc.tensor.Tensor;

/**
 * An image and the class asked about: its own, or one that it is measured against.
 *
 * @param image preprocessed, [1,c,h,w]
 */
public record Example(Tensor image, int classIndex) {
  public Example {
    if (image.shape().rank() < 1 || image.shape().dim(0) != 1) {
      throw new IllegalArgumentException(
          "an example wants one image, [1,c,h,w], got " + image.type());
    }
    if (classIndex < 0) {
      throw new IllegalArgumentException("an example wants a class from 0 on, got " + classIndex);
    }
  }
}
