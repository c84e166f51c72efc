package whyc.onnx;

import static whyc.onnx.Binding.several;
import static whyc.onnx.Binding.single;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import whyc.op.LocalResponseNorm;
import whyc.op.RootMeanSquareNorm;
import whyc.op.Standardize;
import whyc.op.Value;
import whyc.tensor.ElementType;

/** Normalisation layers. */
final class NormalizationBindings {
  private NormalizationBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("BatchNormalization", single(NormalizationBindings::batch)),
          Map.entry("GroupNormalization", single(NormalizationBindings::group)),
          Map.entry("InstanceNormalization", single(NormalizationBindings::instance)),
          Map.entry("LRN", single(NormalizationBindings::localResponse)),
          Map.entry("LayerNormalization", several(NormalizationBindings::layer)),
          Map.entry("LpNormalization", single(NormalizationBindings::norm)),
          Map.entry("MeanVarianceNormalization", single(NormalizationBindings::meanVariance)),
          Map.entry("RMSNormalization", single(NormalizationBindings::rootMeanSquare)));

  /** Ioffe and Szegedy 2015, Algorithm 2: at inference a scale and a shift for each channel. */
  private static Value batch(OnnxNode n) {
    Value x = n.operand(0);
    if (n.integer("training_mode", 0) != 0) {
      throw new IllegalArgumentException(
          "in training mode is not supported; nearest: a model exported for inference");
    }
    if (n.integer("spatial", 1) == 0) {
      throw new IllegalArgumentException(
          "with spatial = 0 is not supported; nearest: statistics for each channel");
    }
    ElementType element = n.typeOf(4).element();
    Value deviation = n.g.sqrt(n.g.shift(n.operand(4), n.real("epsilon", 1e-5f)));
    Value factor = n.g.div(n.g.cast(n.operand(1), element), deviation);
    Value shift =
        n.g.sub(n.g.cast(n.operand(2), element), n.g.mul(n.g.cast(n.operand(3), element), factor));
    return affine(
        n, x, n.g.cast(factor, n.typeOf(0).element()), n.g.cast(shift, n.typeOf(0).element()));
  }

  /** {@code x * factor + shift}, one of each for a channel. */
  private static Value affine(OnnxNode n, Value x, Value factor, Value shift) {
    int rank = n.g.shape(x).rank();
    return n.g.add(n.g.mul(x, n.perChannel(factor, rank)), n.perChannel(shift, rank));
  }

  private static Value instance(OnnxNode n) {
    Value y = n.emit(new Standardize(from(2, n.rank(0)), n.real("epsilon", 1e-5f)), n.operand(0));
    return affine(n, y, n.operand(1), n.operand(2));
  }

  /** Wu and He 2018, eq. 7. Scales are for groups before operator set 21, then for channels. */
  private static Value group(OnnxNode n) {
    Value x = n.operand(0);
    int groups = Math.toIntExact(n.integer("num_groups", 1));
    if (groups < 1 || n.rank(0) < 2 || n.shape(0).dim(1) % groups != 0) {
      throw new IllegalArgumentException(
          "wants channels that divide into " + groups + " groups, got " + n.shape(0));
    }
    Value grouped = n.g.reshape(x, 0, groups, -1);
    Value y = n.emit(new Standardize(List.of(2), n.real("epsilon", 1e-5f)), grouped);
    boolean forGroups = n.shape(1).size() == groups && n.shape(0).dim(1) != groups;
    return forGroups
        ? n.g.reshapeAs(affine(n, y, n.operand(1), n.operand(2)), x)
        : affine(n, n.g.reshapeAs(y, x), n.operand(1), n.operand(2));
  }

  /** Also gives mean and reciprocal deviation, which are wanted in training alone. */
  private static List<Value> layer(OnnxNode n) {
    ElementType element = n.typeOf(0).element();
    Value x = n.g.cast(n.operand(0), stash(n));
    List<Integer> axes = from(n.axis("axis", -1, n.shape(0)), n.rank(0));
    double epsilon = n.real("epsilon", 1e-5f);
    Value y = n.g.cast(n.emit(new Standardize(axes, epsilon), x), element);
    y = n.g.mul(y, n.operand(1));
    y = n.has(2) ? n.g.add(y, n.operand(2)) : y;
    if (!n.wantsOutput(1) && !n.wantsOutput(2)) {
      return List.of(y);
    }
    int[] over = axes.stream().mapToInt(Integer::intValue).toArray();
    Value mean = n.g.mean(x, over);
    Value variance = n.g.mean(n.g.square(n.g.sub(x, mean)), over);
    Value deviation = n.g.sqrt(n.g.shift(variance, epsilon));
    return List.of(y, mean, n.g.div(n.g.scalar(1, deviation), deviation));
  }

  private static Value rootMeanSquare(OnnxNode n) {
    List<Integer> axes = from(n.axis("axis", -1, n.shape(0)), n.rank(0));
    Value x = n.g.cast(n.operand(0), stash(n));
    Value y = n.emit(new RootMeanSquareNorm(axes, n.real("epsilon", 1e-5f)), x);
    return n.g.mul(n.g.cast(y, n.typeOf(0).element()), n.operand(1));
  }

  /**
   * The precision that statistics are computed in: single, for halves too, unless said otherwise.
   */
  private static ElementType stash(OnnxNode n) {
    ElementType element = n.typeOf(0).element();
    return element == ElementType.FLOAT16 && n.integer("stash_type", 1) == 1
        ? ElementType.FLOAT32
        : element;
  }

  private static List<Integer> from(int axis, int rank) {
    return IntStream.range(axis, rank).boxed().toList();
  }

  private static Value localResponse(OnnxNode n) {
    int size = Math.toIntExact(n.integer("size", 1));
    return n.emit(
        new LocalResponseNorm(
            size, n.real("alpha", 1e-4f), n.real("beta", 0.75), n.real("bias", 1)),
        n.operand(0));
  }

  /** {@code x / norm of x along the axis}, and 0 where the norm is 0. */
  private static Value norm(OnnxNode n) {
    Value x = n.operand(0);
    int axis = n.axis("axis", -1, n.shape(0));
    Value norm =
        n.integer("p", 2) == 1 ? n.g.sum(n.g.abs(x), axis) : n.g.sqrt(n.g.sum(n.g.square(x), axis));
    Value isZero = n.g.equal(norm, n.g.scalar(0, norm));
    return n.g.div(x, n.g.where(isZero, n.g.scalar(1, norm), norm));
  }

  /** {@code (x - mean) / (deviation + 1e-9)}; by default over all axes but the channels. */
  private static Value meanVariance(OnnxNode n) {
    Value x = n.operand(0);
    List<Integer> given = n.hasAttribute("axes") ? n.integers("axes") : List.of(0, 2, 3);
    int[] axes = given.stream().mapToInt(Integer::intValue).toArray();
    Value centred = n.g.sub(x, n.g.mean(x, axes));
    Value deviation = n.g.sqrt(n.g.mean(n.g.square(centred), axes));
    return n.g.div(centred, n.g.shift(deviation, 1e-9));
  }
}
