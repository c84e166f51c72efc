package whyc.assign;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.explain.Head;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.Op;
import whyc.op.Product;
import whyc.op.Value;
import whyc.pass.RemoveDead;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Width;
import whyc.tensor.Tensor;

/**
 * What a network with circuits consists of beside the model: enough to make the very integers of
 * its prediction again, with whatever explanations.
 *
 * @param exponents of the model's tensors, as {@link Quantize#exponents} says them
 * @param layers those that are not exact, by name
 * @param identity of the prediction in integers, as {@link #identity(Quantized)} says it
 */
public record Settled(
    SequencedMap<String, Integer> exponents, SequencedMap<String, Change> layers, String identity) {
  private static final int CODES = 256;

  /**
   * What becomes of a layer.
   *
   * @param product of an operand and a stored weight
   * @param stored for each weight, from -128 on, the one that is stored in its place
   * @param correction that is added to the sums of each output
   * @param skipped outputs whose weights are zeros
   */
  public record Change(
      Product product, List<Integer> stored, List<Long> correction, List<Integer> skipped) {
    public Change {
      if (stored.size() != CODES) {
        throw new IllegalArgumentException(
            "a layer wants a weight to store for each of 256, got " + stored.size());
      }
      stored = List.copyOf(stored);
      correction = List.copyOf(correction);
      skipped = List.copyOf(skipped);
    }

    private Approximation.Change of(ProductLayer layer) {
      if (layer.outputs() != correction.size()) {
        throw new IllegalArgumentException(
            "layer %s has %d outputs, and %d corrections are given"
                .formatted(layer.name(), layer.outputs(), correction.size()));
      }
      double[] mapped =
          IntStream.of(layer.weight().ints()).mapToDouble(w -> stored.get(w + CODES / 2)).toArray();
      long[] all = correction.stream().mapToLong(Long::longValue).toArray();
      Tensor weight =
          Silence.along(
              Tensor.of(layer.weight().type(), mapped), layer.outputAxis(), Set.copyOf(skipped));
      return new Approximation.Change(
          product, new Replacement(weight, all, new double[all.length], all));
    }
  }

  public Settled {
    exponents = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(exponents));
    layers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(layers));
  }

  /**
   * How the model is quantised for it: as {@link Network} does, and explanations in bytes, too.
   *
   * @param scores the output of the prediction
   */
  public static Quantize.Options options(String scores) {
    return Quantize.Options.of(Width.INT8).withGradients(Width.INT8, List.of(scores));
  }

  /**
   * The network with its circuits. Products of explanations are exact.
   *
   * @param exact the model in bytes, of {@link #options} and {@link #exponents}
   * @throws IllegalArgumentException if that is not the model which the circuits were chosen for
   */
  public Quantized apply(Quantized exact) {
    Map<String, ProductLayer> forward =
        ProductLayer.of(exact.graph(), List.of(Head.SCORES)).stream()
            .filter(l -> !l.explains())
            .collect(Collectors.toMap(ProductLayer::name, Function.identity()));
    Map<Value, Approximation.Change> circuits = new LinkedHashMap<>();
    Map<Value, Tensor> weights = new LinkedHashMap<>();
    layers.forEach((name, change) -> {
      ProductLayer layer = forward.get(name);
      if (layer == null) {
        throw new IllegalArgumentException("the model has no layer %s of bytes".formatted(name));
      }
      circuits.put(layer.line(), change.of(layer));
      silence(exact, layer, change, weights);
    });
    Quantized made = new Approximation(circuits, weights).apply(exact);
    if (!identity(made).equals(identity)) {
      throw new IllegalArgumentException(
          "the model's prediction in bytes is not the one that the circuits were chosen for");
    }
    return made;
  }

  /** What is left out forwards brings nothing backwards. */
  private static void silence(
      Quantized q, ProductLayer layer, Change change, Map<Value, Tensor> weights) {
    q.turned()
        .forEach((back, forth) -> {
          Value weight = q.graph().node(back).operands().get(1);
          if (forth.equals(layer.line())
              && !change.skipped.isEmpty()
              && q.graph().node(weight).op() instanceof Constant c) {
            weights.put(back, Silence.along(c.value(), 0, Set.copyOf(change.skipped)));
          }
        });
  }

  /**
   * The SHA-256 of a prediction in integers: its lines, their operands and all constants. Circuits
   * are no part of it, and neither are labels nor what only explanations need.
   */
  public static String identity(Quantized q) {
    SequencedMap<String, Value> scores = new LinkedHashMap<>();
    scores.put(Head.SCORES, q.graph().output(Head.SCORES));
    Graph g = new RemoveDead().apply(q.graph().withOutputs(scores));
    boolean[] needed = g.neededFor(g.outputs().values());
    Map<Value, Integer> places = new HashMap<>();
    MessageDigest digest = sha256();
    for (int i = 0; i < needed.length; i++) {
      if (needed[i]) {
        Value v = new Value(i);
        digest.update(line(g.node(v), places).getBytes(StandardCharsets.UTF_8));
        places.put(v, places.size());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String line(Node n, Map<Value, Integer> places) {
    String op =
        n.op() instanceof Constant c
            ? Arrays.toString(c.value().doubles())
            : exact(n.op()).toString();
    return "%s %s %s\n".formatted(op, n.type(), n.operands().stream().map(places::get).toList());
  }

  private static Op exact(Op op) {
    return switch (op) {
      case IntegerConv c -> c.with(Product.exact());
      case IntegerConvTranspose c -> c.with(Product.exact());
      case IntegerMatMul _ -> new IntegerMatMul(Product.exact());
      default -> op;
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
