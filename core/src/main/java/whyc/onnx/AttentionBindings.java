package whyc.onnx;

import static whyc.onnx.Binding.several;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.Pad;
import whyc.op.Softmax;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Scaled dot-product attention (Vaswani et al. 2017, eq. 1), as one operator from operator set 23
 * on.
 *
 * <pre>{@code
 * scores = cap(q * k^T * scale) + bias       q: [n,heads,i,d]   k: [n,heads,j,d]   v: [n,heads,j,e]
 * y = softmax(scores) * v                    cap(s) = softcap * tanh(s / softcap)
 * }</pre>
 *
 * The bias is minus infinity where a query may not look. A query that may look nowhere gives 0.
 */
final class AttentionBindings {
  private AttentionBindings() {}

  static final Map<String, Binding> TABLE =
      Map.of("Attention", several(AttentionBindings::attention));

  private static List<Value> attention(OnnxNode n) {
    if (n.has(6)) {
      throw new IllegalArgumentException(
          "with nonpad_kv_seqlen is not supported; nearest: attn_mask");
    }
    boolean flat = n.rank(0) == 3;
    Value q = heads(n, n.operand(0), "q_num_heads");
    Value keys = withPast(n, heads(n, n.operand(1), "kv_num_heads"), 4);
    Value values = withPast(n, heads(n, n.operand(2), "kv_num_heads"), 5);
    Value k = shared(n, keys, n.g.shape(q).dim(1));
    Value v = shared(n, values, n.g.shape(q).dim(1));
    double scale = n.real("scale", 1 / Math.sqrt(n.g.shape(q).dim(-1)));
    double half = Math.sqrt(scale);
    Value products = n.g.matMul(n.g.scale(q, half), n.g.transposeMatrix(n.g.scale(k, half)));
    double softcap = n.real("softcap", 0);
    Value capped =
        softcap > 0 ? n.g.scale(n.g.tanh(n.g.scale(products, 1 / softcap)), softcap) : products;
    Optional<Value> bias = bias(n, q, k);
    Value biased = bias.isPresent() ? n.g.add(capped, bias.get()) : capped;
    Value weights = softmax(n, biased, bias);
    Value y = n.g.matMul(weights, v);
    if (flat) {
      int width = n.g.shape(y).dim(1) * n.g.shape(y).dim(3);
      y = n.g.reshape(n.g.transpose(y, 0, 2, 1, 3), 0, n.g.shape(y).dim(2), width);
    }
    Value shown =
        switch ((int) n.integer("qk_matmul_output_mode", 0)) {
          case 0 -> products;
          case 1 -> n.opset() >= 24 || softcap > 0 ? capped : biased;
          case 2 -> biased;
          default -> weights;
        };
    return List.of(y, keys, values, shown);
  }

  /** {@code [n,s,heads*d]} to {@code [n,heads,s,d]}. */
  private static Value heads(OnnxNode n, Value x, String attribute) {
    Shape shape = n.g.shape(x);
    if (shape.rank() == 4) {
      return x;
    }
    int heads = Math.toIntExact(n.integer(attribute, 0));
    if (shape.rank() != 3 || heads < 1 || shape.dim(2) % heads != 0) {
      throw new IllegalArgumentException(
          "wants [n,heads,s,d], or [n,s,heads*d] and "
              + attribute
              + ", got "
              + shape
              + " and "
              + heads);
    }
    Value split = n.g.reshape(x, 0, shape.dim(1), heads, shape.dim(2) / heads);
    return n.g.transpose(split, 0, 2, 1, 3);
  }

  private static Value withPast(OnnxNode n, Value x, int operand) {
    return n.has(operand) ? n.g.concat(2, List.of(n.operand(operand), x)) : x;
  }

  /** Groups of query heads share a head of keys and values (Ainslie et al. 2023). */
  private static Value shared(OnnxNode n, Value x, int heads) {
    int own = n.g.shape(x).dim(1);
    if (own == heads) {
      return x;
    }
    if (heads % own != 0) {
      throw new IllegalArgumentException(
          "wants query heads in groups of key heads, got " + heads + " and " + own);
    }
    long[] places = IntStream.range(0, heads).mapToLong(h -> h / (heads / own)).toArray();
    return n.g.gather(x, n.g.constant(Tensor.of(Shape.of(heads), places)), 1);
  }

  /** Where queries may look: the mask, and what comes before or near them. */
  private static Optional<Value> bias(OnnxNode n, Value q, Value k) {
    int queries = n.g.shape(q).dim(2);
    int keys = n.g.shape(k).dim(2);
    int past = n.has(4) ? n.shape(4).dim(2) : 0;
    long left = n.integer("left_window_size", -1);
    long right = n.integer("is_causal", 0) != 0 ? 0 : n.integer("right_window_size", -1);
    Optional<Value> mask = n.optional(3).map(m -> mask(n, m, q, keys));
    if (left < 0 && right < 0) {
      return mask;
    }
    double[] allowed =
        IntStream.range(0, queries * keys)
            .mapToDouble(at -> {
              int ahead = at % keys - (past + at / keys);
              boolean sees = (left < 0 || -ahead <= left) && (right < 0 || ahead <= right);
              return sees ? 0 : Double.NEGATIVE_INFINITY;
            })
            .toArray();
    Value near = n.g.values(Shape.of(queries, keys), allowed, q);
    return Optional.of(mask.isPresent() ? n.g.add(near, mask.get()) : near);
  }

  /** A mask as something to add; what it does not reach is masked. */
  private static Value mask(OnnxNode n, Value mask, Value q, int keys) {
    ElementType element = n.g.type(q).element();
    boolean bool = n.g.type(mask).element() == ElementType.BOOL;
    Value never = n.g.scalar(Double.NEGATIVE_INFINITY, q);
    Value added = bool ? n.g.where(mask, n.g.scalar(0, q), never) : n.g.cast(mask, element);
    int missing = keys - n.g.shape(mask).dim(-1);
    if (missing <= 0 || n.g.shape(mask).dim(-1) == 1) {
      return added;
    }
    int rank = n.g.shape(mask).rank();
    List<Integer> after = new ArrayList<>(Collections.nCopies(rank, 0));
    after.set(rank - 1, missing);
    return n.emit(new Pad(Collections.nCopies(rank, 0), after, Double.NEGATIVE_INFINITY), added);
  }

  /**
   * Rows that may look nowhere are given other scores first and cleared afterwards, so that neither
   * they nor their derivative are ever no number.
   */
  private static Value softmax(OnnxNode n, Value scores, Optional<Value> bias) {
    if (!n.has(3)) {
      return softmax(n, scores);
    }
    Value best = n.g.maximum(bias.orElseThrow(), -1);
    Value nowhere = n.g.equal(best, n.g.scalar(Double.NEGATIVE_INFINITY, best));
    Value zero = n.g.scalar(0, scores);
    return n.g.where(nowhere, zero, softmax(n, n.g.where(nowhere, zero, scores)));
  }

  private static Value softmax(OnnxNode n, Value scores) {
    ElementType element = n.g.type(scores).element();
    ElementType precision =
        n.hasAttribute("softmax_precision")
            ? TensorData.element(Math.toIntExact(n.integer("softmax_precision", 1)))
            : element;
    Softmax softmax = new Softmax(n.g.shape(scores).rank() - 1);
    return n.g.cast(n.emit(softmax, n.g.cast(scores, precision)), element);
  }
}
