package whyc.explain;

import whyc.graph.Graph;
import whyc.op.Emit;
import whyc.op.Value;

/**
 * Grad-CAM++: positions of a channel count by how much the score depends on each of them.
 *
 * <pre>{@code
 * a[k,i,j] = g^2 / (2 g^2 + S[k] * g^3)             g = dY/dA[k,i,j], S[k] = sum_ij A[k,i,j]
 *                                                   (Chattopadhay et al. 2018, eq. 19, Y in place of exp(Y))
 * w[k] = sum_ij a[k,i,j] * max(0, g)                (eq. 10)
 * L[i,j] = max(0, sum_k w[k] * A[k,i,j])            (eq. 5)
 * }</pre>
 *
 * The paper differentiates exp(Y), whose derivatives are powers of {@code g} times exp(Y). The
 * factor is left out: it is common to all weights, so that no scaled map shows it, and it overflows
 * single precision from Y = 88.7 on. {@code a} is 0 where {@code g} is, and where the denominator
 * is 0.
 *
 * <p>Finds several objects of one class better than {@link GradCam}, whose weight is a plain mean.
 * Not equal to it on networks with global average pooling.
 *
 * @param form which of the formulas in use
 */
public record GradCamPlusPlus(String layer, boolean relu, Form form) implements CamExplanation {
  public GradCamPlusPlus(String layer) {
    this(layer, true, Form.PAPER);
  }

  /** What stands beside {@code g^3} in the denominator of {@code a}. */
  public enum Activations {
    /** {@code S[k] * g^3}, as in the paper. */
    SUM,
    /** {@code mean_ij A[k,i,j] * g^3}. */
    MEAN,
    /** {@code sum_ij A[k,i,j] * g[k,i,j]^3}: summed together. */
    TOGETHER
  }

  /**
   * The formulas that are called Grad-CAM++.
   *
   * @param activations what the denominator holds
   * @param epsilon added to every denominator
   * @param inPlaceOfZero put for a denominator of 0; 0 lets {@code a} be 0 there
   * @param normalised whether {@code a} is divided by its own sum over the positions
   * @param meanWeights whether a weight is a mean over positions instead of a sum
   */
  public record Form(
      Activations activations,
      double epsilon,
      double inPlaceOfZero,
      boolean normalised,
      boolean meanWeights) {
    /** The paper's. */
    public static final Form PAPER = new Form(Activations.SUM, 0, 0, false, false);
  }

  @Override
  public String name() {
    return "gradcam++";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Draft.Activation a = d.activation(layer);
    return d.finish(Maps.weighted(d.g, weights(d.g, a), a.value(), relu));
  }

  private Value weights(Emit g, Draft.Activation a) {
    Value products = g.mul(alpha(g, a), g.relu(a.gradient()));
    return form.meanWeights ? g.mean(products, 2, 3) : g.sum(products, 2, 3);
  }

  private Value alpha(Emit g, Draft.Activation a) {
    Value alpha = form.equals(Form.PAPER) ? paper(g, a) : quotient(g, a);
    return form.normalised ? Maps.ratio(g, alpha, g.sum(alpha, 2, 3)) : alpha;
  }

  /**
   * {@code g^2} is divided out, so that small gradients keep their digits: {@code 1 / (2 + S g)}.
   */
  private static Value paper(Emit g, Draft.Activation a) {
    Value gradient = a.gradient();
    Value product = g.mul(g.sum(a.value(), 2, 3), gradient);
    Value alpha = Maps.ratio(g, g.scalar(1, product), g.shift(product, 2));
    Value flat = g.equal(gradient, g.scalar(0, gradient));
    return g.where(flat, g.scalar(0, alpha), alpha);
  }

  private Value quotient(Emit g, Draft.Activation a) {
    Value square = g.square(a.gradient());
    Value cube = g.mul(square, a.gradient());
    Value second =
        switch (form.activations) {
          case SUM -> g.mul(g.sum(a.value(), 2, 3), cube);
          case MEAN -> g.mul(g.mean(a.value(), 2, 3), cube);
          case TOGETHER -> g.sum(g.mul(a.value(), cube), 2, 3);
        };
    Value denominator = g.add(g.scale(square, 2), second);
    if (form.inPlaceOfZero != 0) {
      Value isZero = g.equal(denominator, g.scalar(0, denominator));
      denominator = g.where(isZero, g.scalar(form.inPlaceOfZero, denominator), denominator);
    }
    if (form.epsilon != 0) {
      denominator = g.shift(denominator, form.epsilon);
    }
    return Maps.ratio(g, square, denominator);
  }
}
