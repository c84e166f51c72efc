package whyc.onnx;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import whyc.graph.Names;

/**
 * The table of all ONNX operators that are understood; each row stands in the file of its family.
 */
final class Bindings {
  private Bindings() {}

  private static final Map<String, Binding> TABLE = table();

  private static Map<String, Binding> table() {
    Map<String, Binding> table = new HashMap<>();
    table.putAll(ActivationBindings.TABLE);
    table.putAll(ArrangementBindings.TABLE);
    table.putAll(AttentionBindings.TABLE);
    table.putAll(ElementwiseBindings.TABLE);
    table.putAll(IndexBindings.TABLE);
    table.putAll(LayerBindings.TABLE);
    table.putAll(NormalizationBindings.TABLE);
    table.putAll(PoolingBindings.TABLE);
    table.putAll(QuantizedBindings.TABLE);
    table.putAll(ReductionBindings.TABLE);
    table.putAll(ResizeBindings.TABLE);
    table.putAll(ShapeBindings.TABLE);
    return Map.copyOf(table);
  }

  static Optional<Binding> of(String operator) {
    return Optional.ofNullable(TABLE.get(operator));
  }

  static SortedSet<String> operators() {
    return new TreeSet<>(TABLE.keySet());
  }

  /** Names of operators are shorter. */
  private static final int MAX_NAME = 100;

  private static final String OTHERWISE = "the operators of docs/operators.md";

  /** What to use in the place of operators that are known, and not understood. */
  private static final Map<String, String> INSTEAD = instead();

  private static Map<String, String> instead() {
    Map<String, String> instead = new HashMap<>();
    Map.ofEntries(
            Map.entry("If with a condition known at compile time", "Loop Scan"),
            Map.entry("MatMul, Sigmoid and Tanh, unrolled", "GRU LSTM RNN"),
            Map.entry(
                "Gather with indices known at compile time",
                "Compress NonZero Unique TopK ReverseSequence"),
            Map.entry("Resize", "AffineGrid GridSample MaxUnpool RoiAlign MaxRoiPool"),
            Map.entry(
                "the same model without its loss",
                "NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss"),
            Map.entry("the same model without what follows the scores", "NonMaxSuppression"),
            Map.entry("Mul, Div and Floor", "BitShift BitwiseAnd BitwiseOr BitwiseXor BitwiseNot"),
            Map.entry(
                "a model exported for inference",
                "Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike"),
            Map.entry(
                "MatMul with a constant matrix",
                "DFT STFT BlackmanWindow HammingWindow HannWindow MelWeightMatrix Det"),
            Map.entry(
                "an image as the only input",
                "ImageDecoder RegexFullMatch StringConcat StringNormalizer StringSplit TfIdfVectorizer"))
        .forEach((what, operators) -> {
          for (String operator : operators.split(" ", -1)) {
            instead.put(operator, what);
          }
        });
    return Map.copyOf(instead);
  }

  /** What to use in the place of an operator: what is known to do, else what has a similar name. */
  static String nearest(String operator) {
    if (INSTEAD.containsKey(operator)) {
      return INSTEAD.get(operator);
    }
    if (operator.length() > MAX_NAME) {
      return OTHERWISE;
    }
    String nearest = Names.nearest(operator, TABLE.keySet(), 1).getFirst();
    int letters =
        Names.distance(nearest.toLowerCase(Locale.ROOT), operator.toLowerCase(Locale.ROOT));
    return letters <= Math.max(1, operator.length() / 2) ? nearest : OTHERWISE;
  }
}
