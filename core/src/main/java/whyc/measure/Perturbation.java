package whyc.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import whyc.explain.Baseline;
import whyc.explain.Resizing;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * How fast a class's probability falls when the places that a map scores highest are taken out of
 * an image, or how fast it rises when they are put into an empty one.
 *
 * <pre>{@code
 * x[k] = image with its first floor(k * places / steps) places from the baseline    (deletion)
 *        baseline with its first floor(k * places / steps) places from the image    (insertion)
 * AUC  = sum over k = 1 ... steps of (p(x[k-1]) + p(x[k])) / 2 / steps
 * }</pre>
 *
 * (Petsiuk, Das, Saenko 2018, algorithm 1 of the supplement, and the trapezoidal rule.) Both areas
 * lie between 0 and 1. A good map has a small one for deletion and a large one for insertion. The
 * paper deletes to zeros and inserts into a blurred image; what is empty decides the figure as much
 * as the map does, so areas compare for one baseline only.
 *
 * <p>Places go from the highest score to the lowest, scores as in {@link TopOverlap}; of equal ones
 * that comes first which stands first, row by row. A map of another size than the image is resized
 * before, see {@link Resizing#LINEAR}. All channels of a place change together.
 *
 * @param steps at least 1; more than there are places give equal images
 * @param baseline what is empty
 */
public record Perturbation(Kind kind, int steps, Baseline baseline) {

  /** What is done to the image. */
  public enum Kind {
    DELETION,
    INSERTION
  }

  public Perturbation {
    if (steps < 1) {
      throw new IllegalArgumentException("a perturbation wants at least 1 step, got " + steps);
    }
  }

  /**
   * Probabilities after each step.
   *
   * @param probabilities steps + 1 of them, from the first image to the last
   */
  public record Curve(List<Double> probabilities) {
    /** The area below it, over a unit of steps. */
    public double area() {
      double sum = 0;
      for (int k = 1; k < probabilities.size(); k++) {
        sum += (probabilities.get(k - 1) + probabilities.get(k)) / 2;
      }
      return sum / (probabilities.size() - 1);
    }
  }

  /**
   * A curve for each image.
   *
   * @param images [n,c,h,w]
   * @param maps for each image, [h,w] or [c,h,w]
   * @param classes the class whose probability is looked at, for each image
   * @param atOnce images in one run of the model, at most
   * @param model from images [m,c,h,w] to probabilities [m,classes]
   */
  public List<Curve> curves(
      Tensor images,
      List<Tensor> maps,
      List<Integer> classes,
      int atOnce,
      UnaryOperator<Tensor> model) {
    int n = check(images.shape(), maps.size(), classes.size(), atOnce);
    float[] full = images.floats();
    float[] empty = baseline.like(images).floats();
    boolean deletes = kind == Kind.DELETION;
    Series series =
        new Series(
            images.shape(),
            deletes ? full : empty,
            deletes ? empty : full,
            maps.stream().map(m -> order(m, images.shape())).toList(),
            steps);
    List<Double> all = new ArrayList<>();
    for (int from = 0; from < n * (steps + 1); from += atOnce) {
      int to = Math.min(n * (steps + 1), from + atOnce);
      Tensor answers = model.apply(series.images(from, to));
      for (int i = from; i < to; i++) {
        all.add(answers.at((i - from) * answers.shape().dim(1) + classes.get(i / (steps + 1))));
      }
    }
    return IntStream.range(0, n)
        .mapToObj(i -> new Curve(List.copyOf(all.subList(i * (steps + 1), (i + 1) * (steps + 1)))))
        .toList();
  }

  private static int check(Shape images, int maps, int classes, int atOnce) {
    if (images.rank() != 4 || images.dim(0) != maps || images.dim(0) != classes || atOnce < 1) {
      throw new IllegalArgumentException(
          "a perturbation wants images [n,c,h,w], n maps, n classes and runs of at least 1, got %s, %d, %d and %d"
              .formatted(images, maps, classes, atOnce));
    }
    return images.dim(0);
  }

  /** Positions of the image, the highest score first. */
  private static int[] order(Tensor map, Shape images) {
    Shape extents = Places.extents(map);
    Tensor scores = Tensor.of(extents, Places.scores(map));
    return Places.descending(
        Resizing.LINEAR.apply(scores, images.dim(-2), images.dim(-1)).floats());
  }

  /**
   * The images of all steps, one image's after the other's.
   *
   * @param start numbers of the first images
   * @param end numbers of the last images
   * @param orders in which places change
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Series(Shape shape, float[] start, float[] end, List<int[]> orders, int steps) {

    /** Images {@code from} to {@code to} of the series. */
    Tensor images(int from, int to) {
      int size = shape.product(1, 4);
      float[] values = new float[(to - from) * size];
      for (int i = from; i < to; i++) {
        write(values, (i - from) * size, i / (steps + 1), i % (steps + 1));
      }
      return Tensor.of(shape.with(0, to - from), values);
    }

    private void write(float[] values, int at, int image, int step) {
      int size = shape.product(1, 4);
      int places = shape.product(2, 4);
      System.arraycopy(start, image * size, values, at, size);
      int[] order = orders.get(image);
      int changed = (int) ((long) step * places / steps);
      for (int k = 0; k < changed; k++) {
        for (int p = order[k]; p < size; p += places) {
          values[at + p] = end[image * size + p];
        }
      }
    }
  }
}
