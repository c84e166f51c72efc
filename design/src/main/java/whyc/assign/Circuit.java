package whyc.assign;

import java.util.Locale;
import java.util.stream.IntStream;
import whyc.accelerator.MultiplierUnit;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Cost;
import whyc.multiplier.DataSheet;
import whyc.multiplier.Figures;
import whyc.multiplier.Multiplier;
import whyc.multiplier.OperandForm;
import whyc.op.Product;
import whyc.refusal.RefusedArgument;

/**
 * A multiplier that a layer can be given, and how much of the layer it need not multiply.
 *
 * @param name of the circuit, with {@value #SWAPPED} behind it where its first operand is the
 *     weight
 * @param function whose second operand is the weight
 * @param figures of its errors
 * @param unit what it costs
 * @param skipped share of the layer's output channels that are left out, the least important ones:
 *     from 0, below 1
 */
public record Circuit(
    String name, Multiplier function, Figures figures, MultiplierUnit unit, double skipped) {
  /** Behind the name of a circuit whose operands are exchanged. */
  public static final String SWAPPED = "~";

  private static final OperandForm FORM = OperandForm.signed(8);

  /** So that 0.29 of 100 is 29. */
  private static final double ROUNDING = 1e-9;

  public Circuit {
    if (!function.form().equals(FORM)) {
      throw new RefusedArgument(
          "a layer's multiplier wants %s, got %s (%s)"
              .formatted(FORM.describe(), function.form().describe(), name));
    }
    if (!(skipped >= 0 && skipped < 1)) {
      throw new RefusedArgument(
          "a share of channels to skip wants to be from 0, below 1, got %s (%s)"
              .formatted(skipped, name));
    }
  }

  /** The circuit of an accelerator's element, by its name in the catalogue. */
  public static Circuit of(MultiplierUnit unit) {
    return of(unit.circuit(), function(named(unit.circuit())), unit);
  }

  /** A circuit of the catalogue with the cost that it states there. */
  public static Circuit of(String name) {
    String plain = name.endsWith(SWAPPED) ? name.substring(0, name.length() - 1) : name;
    DataSheet sheet = named(plain);
    Cost cost =
        sheet
            .cost()
            .orElseThrow(() ->
                new RefusedArgument(
                    plain + ": a layer's multiplier wants a cost, and none is known"));
    Circuit c =
        of(
            plain,
            function(sheet),
            new MultiplierUnit(plain, cost.powerMilliwatts(), cost.delayNanoseconds()));
    return plain.equals(name) ? c : c.swapped();
  }

  /** Any function of signed bytes, whose second operand is the weight. */
  public static Circuit of(String name, Multiplier function, MultiplierUnit unit) {
    return new Circuit(name, function, Figures.of(function), unit, 0);
  }

  private static DataSheet named(String name) {
    return switch (Catalogue.known().named(name)) {
      case Catalogue.Named.Known(var design) -> Catalogue.known().sheet(design);
      case Catalogue.Named.FiguresOnly(var published) ->
          throw new RefusedArgument(
              published.alias()
                  + ": a layer's multiplier wants a function, and of this circuit only figures are known");
    };
  }

  private static Multiplier function(DataSheet sheet) {
    return sheet.design().orElseThrow().multiplier();
  }

  /** The same circuit with the weight at its other operand. */
  public Circuit swapped() {
    String other = name.endsWith(SWAPPED) ? name.substring(0, name.length() - 1) : name + SWAPPED;
    return of(other, function.swapped(), unit);
  }

  /** The same for a layer without some of its output channels. */
  public Circuit skipping(double share) {
    String shorter = String.format(Locale.ROOT, "%s -%.3g%%", name, 100 * share);
    return new Circuit(shorter, function, figures, unit, share);
  }

  /** How many of a layer's output channels are left out: never all. */
  public int skippedOf(int channels) {
    return skippedOf(skipped, channels);
  }

  /** How many a share of some channels is, rounded down: never all. */
  public static int skippedOf(double share, int channels) {
    return Math.min(channels - 1, (int) Math.floor(share * channels + ROUNDING));
  }

  /** Whether a layer is left as it is. */
  public boolean isExact() {
    return multipliesExactly() && skipped == 0;
  }

  private boolean multipliesExactly() {
    return figures.worstCase() == 0;
  }

  /** Whether whatever is multiplied by a weight of zero is zero, as if nothing was multiplied. */
  boolean keepsZeroWeights() {
    return IntStream.range(0, FORM.codes()).allMatch(a -> function.of(FORM.value(a), 0) == 0);
  }

  /** The mean size of its error over all pairs of operands. */
  public double meanAbsoluteError() {
    return figures.meanAbsolute();
  }

  /** As a property of a line. */
  public Product product() {
    return multipliesExactly() ? Product.exact() : function.product(name);
  }
}
