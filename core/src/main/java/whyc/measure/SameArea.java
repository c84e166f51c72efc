package whyc.measure;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import whyc.tensor.Tensor;

/**
 * How much of the area below a curve of {@link Perturbation} stays when the map of one image
 * changes.
 *
 * <pre>{@code
 * f = 1 - |AUC(changed) - AUC(exact)|
 * }</pre>
 *
 * Between 0 and 1. Each figure runs the model on steps + 1 images; the exact map's are run once.
 */
public final class SameArea implements Fidelity {
  private final Perturbation perturbation;
  private final Tensor image;
  private final int classIndex;
  private final int atOnce;
  private final UnaryOperator<Tensor> model;
  private final IdentityHashMap<Tensor, Double> exactAreas = new IdentityHashMap<>();

  /**
   * For the maps of one image.
   *
   * @param image [1,c,h,w]
   * @param classIndex the class whose probability is looked at
   * @param atOnce images in one run of the model, at most
   * @param model from images [m,c,h,w] to probabilities [m,classes]
   */
  public SameArea(
      Perturbation perturbation,
      Tensor image,
      int classIndex,
      int atOnce,
      UnaryOperator<Tensor> model) {
    this.perturbation = perturbation;
    this.image = image;
    this.classIndex = classIndex;
    this.atOnce = atOnce;
    this.model = model;
  }

  @Override
  public double of(Tensor exact, Tensor changed) {
    Places.checkPair("an area", exact, changed);
    return exact.hasNaN() || changed.hasNaN()
        ? Double.NaN
        : 1 - Math.abs(area(changed) - exactAreas.computeIfAbsent(exact, this::area));
  }

  private double area(Tensor map) {
    return perturbation
        .curves(image, List.of(map), List.of(classIndex), atOnce, model)
        .getFirst()
        .area();
  }
}
