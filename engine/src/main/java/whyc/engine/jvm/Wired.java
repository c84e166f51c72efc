package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import whyc.tensor.Tensor;

/**
 * What of a plan is needed to run it: kernels in order, and how inputs come in and outputs go out.
 * It holds no graph, so that the model's constants can be given up once they are packed.
 */
final class Wired {
  private final List<Ready> kernels;
  private final Map<String, Located> inputs;
  private final Map<String, Located> outputs;
  private final Map<String, Tensor> known;
  private final Map<Set<String>, Kernel[]> chosen = new HashMap<>();

  /** A kernel and the outputs that need it. */
  record Ready(Kernel kernel, Set<String> neededBy) {}

  /**
   * @param known outputs that depend on no input
   */
  Wired(
      List<Ready> kernels,
      Map<String, Located> inputs,
      Map<String, Located> outputs,
      Map<String, Tensor> known) {
    this.kernels = List.copyOf(kernels);
    this.inputs = Map.copyOf(inputs);
    this.outputs = Map.copyOf(outputs);
    this.known = Map.copyOf(known);
  }

  /** The names of all inputs. */
  Set<String> inputs() {
    return inputs.keySet();
  }

  /** Where an input lies. */
  Located input(String name) {
    // Asked in every run: an Optional would be an object in some of them.
    Located found = inputs.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "an input wants to be one of %s, got %s".formatted(inputs.keySet(), name));
    }
    return found;
  }

  /** Where an output that depends on an input lies. */
  Located output(String name) {
    // Asked in every run: an Optional would be an object in some of them.
    Located found = outputs.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "an output wants to be one of %s, got %s".formatted(outputs.keySet(), name));
    }
    return found;
  }

  /** An output, from the arena or known before the run. */
  Tensor output(String name, Banks banks) {
    Tensor constant = known.get(name);
    return constant == null ? output(name).read(banks) : constant;
  }

  /**
   * The kernels that some outputs need, in order. Asked again for equal names it allocates nothing.
   */
  Kernel[] kernels(Set<String> names) {
    Kernel[] found = chosen.get(names);
    if (found == null) {
      found = choose(names);
      chosen.put(Set.copyOf(names), found);
    }
    return found;
  }

  /** The kernel of each step, followers not among them. */
  List<Kernel> steps() {
    return kernels.stream().map(Ready::kernel).toList();
  }

  /** All kernels, in order. */
  Kernel[] all() {
    return kernels.stream()
        .flatMap(r -> Stream.concat(Stream.of(r.kernel), r.kernel.followers().stream()))
        .toArray(Kernel[]::new);
  }

  private Kernel[] choose(Set<String> names) {
    for (String name : names) {
      if (!known.containsKey(name)) {
        output(name);
      }
    }
    List<Kernel> list = new ArrayList<>();
    for (Ready r : kernels) {
      if (r.neededBy.stream().anyMatch(names::contains)) {
        list.add(r.kernel);
        list.addAll(r.kernel.followers());
      }
    }
    return list.toArray(Kernel[]::new);
  }
}
