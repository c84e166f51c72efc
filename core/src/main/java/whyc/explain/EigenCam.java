package whyc.explain;

import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.op.ArgMax;
import whyc.op.Emit;
import whyc.op.OneHot;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * The first principal component of a layer's activations, whatever the class.
 *
 * <pre>{@code
 * M[p,k] = A[k,p] - mean_p A[k,p]        p: position, k: channel
 * M = U S V^T                            (Muhammad and Yeasin 2020, eq. 2)
 * L[p] = sum_k M[p,k] * V[k,0]           (eq. 3, of centred activations)
 * }</pre>
 *
 * Shows what the layer sees most of; no gradient is needed, so it also serves models that have
 * none.
 *
 * <p>The singular vector is found by squaring the smaller of the two Gram matrices, {@code M M^T}
 * and {@code M^T M}, {@value #SQUARINGS} times, each time divided by its trace: every square
 * doubles the exponent by which the first eigenvalue outgrows the others. What is left is {@code u
 * u^T}, of which the column with the largest diagonal element is taken. A singular vector has no
 * sign of its own: the map is turned so that its largest value is positive, which is SegEigenCAM's
 * rule. A constant activation gives a map of zeros.
 */
public record EigenCam(String layer, boolean relu) implements CamExplanation {
  /** Eigenvalues that differ by one part in 2000 are told apart to single precision. */
  private static final int SQUARINGS = 15;

  public EigenCam(String layer) {
    this(layer, true);
  }

  @Override
  public String name() {
    return "eigencam";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Value a = d.features(layer);
    Value column = upright(d.g, projection(d.g, a));
    Value map = d.g.reshape(column, 0, 1, d.g.shape(a).dim(2), d.g.shape(a).dim(3));
    return d.finish(Maps.finished(d.g, map, relu));
  }

  /** [n,positions,1]. */
  private static Value projection(Emit g, Value a) {
    Shape shape = g.shape(a);
    int channels = shape.dim(1);
    int positions = shape.dim(2) * shape.dim(3);
    Value rows = g.reshape(a, 0, channels, positions);
    Value centred = g.sub(rows, g.mean(rows, 2));
    Value transposed = g.transpose(centred, 0, 2, 1);
    if (channels <= positions) {
      return g.matMul(transposed, firstEigenvector(g, g.matMul(centred, transposed), channels));
    }
    Value left = firstEigenvector(g, g.matMul(transposed, centred), positions);
    Value right = unit(g, g.matMul(centred, left));
    return g.matMul(transposed, right);
  }

  /** Of a symmetric matrix [n,size,size], as a column [n,size,1] of length 1. */
  private static Value firstEigenvector(Emit g, Value gram, int size) {
    Value identity = g.values(Shape.of(1, size, size), identity(size), gram);
    Value power = byTrace(g, gram, identity);
    for (int i = 0; i < SQUARINGS; i++) {
      power = byTrace(g, g.matMul(power, power), identity);
    }
    Value diagonal = g.squeeze(g.sum(g.mul(power, identity), 2), 2);
    Value largest = g.squeeze(g.emit(new ArgMax(1), diagonal), 1);
    Value column = g.emit(new OneHot(size, g.type(gram).element()), largest);
    return unit(g, g.matMul(power, g.unsqueeze(column, 2)));
  }

  private static Value byTrace(Emit g, Value matrix, Value identity) {
    return Maps.ratio(g, matrix, g.sum(g.mul(matrix, identity), 1, 2));
  }

  /** A column divided by its length; one of zeros stays. */
  private static Value unit(Emit g, Value column) {
    return Maps.ratio(g, column, g.sqrt(g.sum(g.square(column), 1)));
  }

  private static double[] identity(int size) {
    return IntStream.range(0, size * size).mapToDouble(i -> i % (size + 1) == 0 ? 1 : 0).toArray();
  }

  private static Value upright(Emit g, Value map) {
    Value isUpsideDown = g.greater(g.neg(g.minimum(map, 1)), g.maximum(map, 1));
    return g.where(isUpsideDown, g.neg(map), map);
  }
}
