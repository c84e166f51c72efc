package whyc.app.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * What a program gave for images that were run at once.
 *
 * @param tensors outputs by name, [n,...]
 * @param images n
 */
record Results(Map<String, Tensor> tensors, int images) {
  Tensor of(String name) {
    Tensor t = tensors.get(name);
    if (t == null) {
      throw new IllegalStateException("the engine gave no " + name);
    }
    return t;
  }

  /** The part of a result that belongs to one image. */
  Tensor of(String name, int image) {
    return part(of(name), image, images);
  }

  /** The part of n that belongs to image i. */
  static Tensor part(Tensor all, int i, int n) {
    List<Integer> rest = all.shape().dims().subList(1, all.shape().rank());
    int length = all.size() / n;
    float[] values = all.floats();
    return Tensor.of(
        new Shape(rest),
        n == 1 ? values : Arrays.copyOfRange(values, i * length, (i + 1) * length));
  }
}
