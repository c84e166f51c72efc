package whyc.multiplier;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Circuits of one kind, told apart by their parameters.
 *
 * @param name as names of circuits begin
 * @param formula what they compute
 * @param reference who published them, and where
 * @param parameters in the order of names
 * @param takes forms of operands
 * @param create the circuit of some parameters
 * @param shown parameters of those that a catalogue shows
 */
public record Family(
    String name,
    String formula,
    String reference,
    List<Parameter> parameters,
    Predicate<OperandForm> takes,
    Function<List<Integer>, Circuit> create,
    Function<OperandForm, List<List<Integer>>> shown) {

  /** How names of its circuits look: {@code bam8s-hN-vN}. */
  public String pattern(OperandForm form) {
    StringBuilder pattern = new StringBuilder(name).append(form);
    parameters.forEach(p -> pattern.append('-').append(p.letter()).append('N'));
    return pattern.toString();
  }
}
