package whyc.app.cli;

import whyc.onnx.Model;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The image as a model wants it.
 *
 * @param channelsLast whether the model's axes are [n,h,w,c] instead of [n,c,h,w]
 */
record InputForm(ElementType element, int channels, int height, int width, boolean channelsLast) {

  static InputForm of(Model model) {
    TensorType type = model.inputType();
    Shape s = type.shape();
    if (s.rank() != 4) {
      throw new Refusal(
          "%s: a classifier of images wants an input [n,c,h,w], got %s (input \"%s\")"
              .formatted(model.file().name(), type, model.input()));
    }
    boolean last = s.dim(3) <= 4 && s.dim(1) > 4;
    return last
        ? new InputForm(type.element(), s.dim(3), s.dim(1), s.dim(2), true)
        : new InputForm(type.element(), s.dim(1), s.dim(2), s.dim(3), false);
  }

  /** Numbers of one image. */
  int size() {
    return channels * height * width;
  }

  /** The shape of one image, in the model's own order of axes. */
  Shape sample() {
    return new Shape(type(1).shape().dims().subList(1, 4));
  }

  /** The model's type for a batch. */
  TensorType type(int batch) {
    return new TensorType(
        element,
        channelsLast
            ? Shape.of(batch, height, width, channels)
            : Shape.of(batch, channels, height, width));
  }

  /** The model's tensor from numbers in its own order. */
  Tensor tensor(int batch, float[] values) {
    Shape shape = type(batch).shape();
    return Tensor.of(shape, values).cast(element);
  }

  /** Numbers of one image in the order [c,h,w], from the model's own order. */
  float[] channelsFirst(float[] values) {
    if (!channelsLast) {
      return values;
    }
    float[] first = new float[values.length];
    int pixels = height * width;
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < channels; c++) {
        first[c * pixels + p] = values[p * channels + c];
      }
    }
    return first;
  }

  /** Numbers of one image in the model's own order, from [c,h,w]. */
  float[] ownOrder(float[] values) {
    if (!channelsLast) {
      return values;
    }
    float[] own = new float[values.length];
    int pixels = height * width;
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < channels; c++) {
        own[p * channels + c] = values[c * pixels + p];
      }
    }
    return own;
  }
}
