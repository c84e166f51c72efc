package whyc.architecture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.assign.Circuit;
import whyc.refusal.RefusedArgument;

/**
 * The circuits that layers may have.
 *
 * @param circuits the exact one first, then by the mean size of their errors, each cheaper than
 *     those before
 */
public record Arithmetic(List<Circuit> circuits) {
  public Arithmetic {
    circuits = List.copyOf(circuits);
  }

  /**
   * Those of an accelerator, or some of them.
   *
   * @param names of approximate circuits; empty for all that the accelerator lists
   */
  public static Arithmetic of(Accelerator machine, List<String> names) {
    return switch (machine) {
      case MultiPod pods -> of(pods, names);
      default -> {
        if (!names.isEmpty()) {
          throw new RefusedArgument(
              "%s has no approximate multipliers: the space names %s"
                  .formatted(machine.name(), String.join(", ", names)));
        }
        yield new Arithmetic(List.of(Circuit.of("mul8s_1KV6")));
      }
    };
  }

  private static Arithmetic of(MultiPod pods, List<String> names) {
    Stream<Circuit> all =
        names.isEmpty()
            ? pods.approximate().stream().map(Circuit::of)
            : names.stream()
                .map(n -> pods.circuit(n).map(Circuit::of).orElseGet(() -> Circuit.of(n)));
    List<Circuit> places = new ArrayList<>(List.of(Circuit.of(pods.exact())));
    all.filter(c -> !c.isExact())
        .sorted(Comparator.comparingDouble(Circuit::meanAbsoluteError))
        .filter(c -> zeroPreserving(c))
        .forEach(c -> {
          if (c.unit().energyPicojoules() < places.getLast().unit().energyPicojoules()) {
            places.add(c);
          }
        });
    return new Arithmetic(places);
  }

  /** A circuit that makes something of nothing would give skipped channels values. */
  private static boolean zeroPreserving(Circuit c) {
    for (int a = -128; a < 128; a++) {
      if (c.function().of(a, 0) != 0 || c.function().of(0, a) != 0) {
        return false;
      }
    }
    return true;
  }

  public Circuit exact() {
    return circuits.getFirst();
  }

  /** The circuit of a choice, without the channels that it leaves out. */
  Circuit of(Choice choice) {
    Circuit c = named(choice.multiplier());
    return choice.skipped() > 0 ? c.skipping(choice.skipped()) : c;
  }

  /** One of the circuits. */
  Circuit named(String name) {
    return circuits.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "a choice wants one of the circuits %s, got %s"
                    .formatted(circuits.stream().map(Circuit::name).toList(), name)));
  }
}
