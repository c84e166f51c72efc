package whyc.assign;

import java.util.Arrays;
import java.util.List;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * Images with their classes, as a network wants them.
 *
 * @param name for people
 * @param sample the shape of one image, in the network's own order of axes
 * @param images prepared numbers of each, row-major
 * @param labels the class of each
 */
public record DataSet(String name, Shape sample, List<float[]> images, List<Integer> labels) {
  public DataSet {
    images = List.copyOf(images);
    labels = List.copyOf(labels);
    if (images.size() != labels.size() || images.isEmpty()) {
      throw new RefusedArgument(
          "a data set wants images and as many labels, got %d and %d (%s)"
              .formatted(images.size(), labels.size(), name));
    }
    for (float[] image : images) {
      if (image.length != sample.size()) {
        throw new RefusedArgument(
            "an image wants %d numbers, %s, got %d (%s)"
                .formatted(sample.size(), sample, image.length, name));
      }
    }
  }

  public int size() {
    return images.size();
  }

  /** Some of them, in their order. */
  public DataSet part(int from, int to) {
    return new DataSet(name, sample, images.subList(from, to), labels.subList(from, to));
  }

  /** Those at some places, in the order of these. */
  DataSet picked(List<Integer> places) {
    return new DataSet(
        name,
        sample,
        places.stream().map(images::get).toList(),
        places.stream().map(labels::get).toList());
  }

  /** The same for the same images and labels in the same order. */
  public int fingerprint() {
    int hash = labels.hashCode();
    for (float[] image : images) {
      hash = 31 * hash + Arrays.hashCode(image);
    }
    return hash;
  }
}
