package whyc.multiplier;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import whyc.refusal.RefusedArgument;

/**
 * A circuit for operands of one form. Its name says all of it:
 *
 * <pre>{@code
 * family bits (s|u) { - letter number }        bam8s-h1-v3    drum8u-4    exact12u
 * }</pre>
 */
public record Design(Circuit circuit, OperandForm form) {
  private static final Pattern NAME =
      Pattern.compile("([a-z]+)([0-9]{1,4})([su])((?:-[a-z]?[0-9]{1,4})*)");
  private static final Pattern PARAMETER = Pattern.compile("-([a-z]?)([0-9]+)");

  /** Reads a name. */
  public static Design parse(String name) {
    Matcher m = NAME.matcher(name);
    Family family = family(m.matches() ? m.group(1) : "", name);
    OperandForm form = new OperandForm(Integer.parseInt(m.group(2)), m.group(3).equals("s"));
    if (!family.takes().test(form)) {
      throw new RefusedArgument(
          "%s: %s does not take operands of %d bits, but of 4, 6, 8, 10 or 12"
              .formatted(name, family.name(), form.bits()));
    }
    return new Design(family.create().apply(parameters(family, form, m.group(4), name)), form);
  }

  private static Family family(String wanted, String name) {
    return Families.all().stream()
        .filter(f -> f.name().equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "%s: no multiplier has this name; families: %s; names look like exact8s, drum8u-4 or bam8s-h1-v3"
                    .formatted(name, String.join(", ", Families.names()))));
  }

  private static List<Integer> parameters(
      Family family, OperandForm form, String given, String name) {
    List<Integer> values = new ArrayList<>();
    Matcher m = PARAMETER.matcher(given);
    for (Parameter p : family.parameters()) {
      if (!m.find() || !m.group(1).equals(p.letter())) {
        throw pattern(family, form, name);
      }
      int value = Integer.parseInt(m.group(2));
      if (!p.takes(value, form)) {
        throw new RefusedArgument(
            "%s: %s wants %s (%s) of %d to %d, got %d"
                .formatted(
                    name,
                    family.name(),
                    p.letter().isEmpty() ? "a number" : p.letter(),
                    p.means(),
                    p.min().applyAsInt(form),
                    p.max().applyAsInt(form),
                    value));
      }
      values.add(value);
    }
    if (m.find()) {
      throw pattern(family, form, name);
    }
    return List.copyOf(values);
  }

  private static IllegalArgumentException pattern(Family family, OperandForm form, String name) {
    return new RefusedArgument(
        "%s: names of this family look like %s".formatted(name, family.pattern(form)));
  }

  /** The designs of a family that a catalogue shows for a form. */
  static List<Design> shown(Family family, OperandForm form) {
    return family.takes().test(form)
        ? family.shown().apply(form).stream()
            .map(p -> new Design(family.create().apply(p), form))
            .toList()
        : List.of();
  }

  public String name() {
    StringBuilder name = new StringBuilder(family().name()).append(form);
    for (int i = 0; i < circuit.parameters().size(); i++) {
      name.append('-')
          .append(family().parameters().get(i).letter())
          .append(circuit.parameters().get(i));
    }
    return name.toString();
  }

  public Family family() {
    return circuit.family();
  }

  /** How the sign of an operand is handled. */
  public String signs() {
    return !form.signed()
        ? "none"
        : switch (circuit) {
          case ArrayCircuit a -> "two's complement: cells of one sign bit count negative";
          case SizeCircuit s -> "taken off before and put back after: sizes are multiplied";
        };
  }

  /** The function. */
  public Multiplier multiplier() {
    return Multiplier.of(form, circuit.on(form));
  }

  /** How it is built. */
  public Structure structure() {
    return switch (circuit) {
      case ArrayCircuit a -> new Structure.Array(kept(a), a.constant(form));
      case SizeCircuit s -> new Structure.Sizes();
    };
  }

  private BigInteger kept(ArrayCircuit array) {
    BigInteger kept = BigInteger.ZERO;
    for (int i = 0; i < form.bits(); i++) {
      for (int j = 0; j < form.bits(); j++) {
        kept = array.keeps(i, j) ? kept.setBit(i * form.bits() + j) : kept;
      }
    }
    return kept;
  }

  Gates gates() {
    return circuit.gates(form);
  }

  @Override
  public String toString() {
    return name();
  }
}
