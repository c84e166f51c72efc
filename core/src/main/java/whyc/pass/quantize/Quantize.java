package whyc.pass.quantize;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import whyc.graph.Graph;
import whyc.pass.Pass;
import whyc.pass.PrepareToQuantize;

/**
 * Any graph in integers: a model, or a model with its explanation.
 *
 * <pre>{@code
 * real number          = code * 2^e              e of the value's family, zero is code 0
 * real weight          = code * s[o]             o along the output channels
 * sums[o]              = sum(codes * codes) + round(bias[o] / (2^e * s[o]))
 * code                 = saturate(round half to even(sums[o] * m[o] * 2^-shift))
 * }</pre>
 *
 * <p>A scale of two exponents and a weight, {@code 2^e * s[o] / 2^e'}, is {@code m[o] * 2^-shift}
 * exactly: m is chosen first, as small as the largest weight allows, and the weights are rounded to
 * the scale that follows from it. So there is one rounding from sums to codes, which integers and
 * single precision do alike (see {@link whyc.op.Requantize#isSingle}): this graph, its floating
 * twin and the exported ONNX file give the same bits.
 *
 * <p>Values that lines only move, pick or zero share a family and an exponent; so a ReLU, a gate, a
 * pooling, its switches and its route work on codes as they are, and what was zero stays zero. Sums
 * of two values shift them to a common exponent in 32 bits. A mean is a sum with its divisor in m.
 *
 * <p>Operators without an integer form stay real, between lines that make numbers of codes and
 * codes of numbers; {@link Quantized#real} names them.
 *
 * @param statistics of {@link Observation} for the same graph
 * @param known exponents of values that predictions need, by the model's tensors, as {@link
 *     #exponents} says them; statistics decide about the others
 */
public record Quantize(Statistics statistics, Options options, Map<String, Integer> known)
    implements Pass {
  public Quantize {
    known = Map.copyOf(known);
  }

  /** Whose exponents all follow from statistics. */
  public Quantize(Statistics statistics, Options options) {
    this(statistics, options, Map.of());
  }

  /** The weights of products that are turned back. */
  public enum Turned {
    /** Codes of their own, with a scale for each of their own outputs. */
    OWN,
    /**
     * The codes of the forward pass: half the weights, and one more requantisation for each
     * product, since its scales belong to what is summed over.
     */
    SHARED,
    /** The same with one scale for all of a weight, forward too, and no such requantisation. */
    ONE_SCALE
  }

  /**
   * How codes are stored and scaled.
   *
   * @param activations what predictions need
   * @param gradients what only explanations need
   * @param unsigned whether values that cannot be negative are unsigned bytes, with one more bit
   * @param calibration for predictions; gradients have a choice of their own
   * @param multiplierBits of the factors m, 1 to 23
   * @param turned which weights backward passes multiply by
   * @param predictions outputs of the model itself; none for all outputs
   */
  public record Options(
      Width activations,
      Width gradients,
      Width weights,
      boolean unsigned,
      Calibration calibration,
      Calibration gradientCalibration,
      int multiplierBits,
      Turned turned,
      List<String> predictions) {
    private static final int MULTIPLIER_BITS = 15;

    public Options {
      predictions = List.copyOf(predictions);
      if (multiplierBits < 1 || multiplierBits > 23) {
        throw new IllegalArgumentException(
            "Quantize wants multipliers of 1 to 23 bits, got " + multiplierBits);
      }
    }

    /** One width for all. */
    public static Options of(Width width) {
      return new Options(
          width,
          width,
          width,
          false,
          Calibration.squares(),
          Calibration.minMax(),
          MULTIPLIER_BITS,
          Turned.OWN,
          List.of());
    }

    /** With gradients of another width than the rest. */
    public Options withGradients(Width width, List<String> predictionOutputs) {
      return new Options(
          activations,
          width,
          weights,
          unsigned,
          calibration,
          gradientCalibration,
          multiplierBits,
          turned,
          predictionOutputs);
    }

    public Options withUnsigned() {
      return new Options(
          activations,
          gradients,
          weights,
          true,
          calibration,
          gradientCalibration,
          multiplierBits,
          turned,
          predictions);
    }

    /** With another way to choose the scales of predictions. */
    public Options with(Calibration other) {
      return new Options(
          activations,
          gradients,
          weights,
          unsigned,
          other,
          gradientCalibration,
          multiplierBits,
          turned,
          predictions);
    }

    /** With weights stored once, say, for machines whose memory is small. */
    public Options with(Turned other) {
      return new Options(
          activations,
          gradients,
          weights,
          unsigned,
          calibration,
          gradientCalibration,
          multiplierBits,
          other,
          predictions);
    }
  }

  @Override
  public Graph apply(Graph g) {
    return quantized(g).graph();
  }

  /** The graph in integers, and how to read it. */
  public Quantized quantized(Graph g) {
    Graph prepared = new PrepareToQuantize().apply(g);
    Roles roles = new Roles(prepared);
    return new Quantizing(prepared, roles, scales(prepared, roles), options).run();
  }

  /**
   * The exponents that predictions get in {@link #quantized}: of one network they make the same
   * integers again, whatever else is asked of it then.
   *
   * @return by the model's tensors
   */
  public SequencedMap<String, Integer> exponents(Graph g) {
    Graph prepared = new PrepareToQuantize().apply(g);
    return scales(prepared, new Roles(prepared)).exponents();
  }

  private Scales scales(Graph prepared, Roles roles) {
    return new Scales(prepared, roles, statistics, options, known);
  }
}
