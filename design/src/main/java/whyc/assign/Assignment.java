package whyc.assign;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A circuit for every layer.
 *
 * @param choices for each layer the position of its circuit in the problem's list; 0 is exact
 */
public record Assignment(List<Integer> choices) {
  public Assignment {
    choices = List.copyOf(choices);
  }

  static Assignment of(int[] choices) {
    return new Assignment(java.util.Arrays.stream(choices).boxed().toList());
  }

  static Assignment uniform(int layers, int circuit) {
    return new Assignment(Collections.nCopies(layers, circuit));
  }

  /** The same but for the circuit of one layer. */
  public Assignment with(int layer, int circuit) {
    List<Integer> changed = new ArrayList<>(choices);
    changed.set(layer, circuit);
    return new Assignment(changed);
  }

  /** Whether all layers have the exact circuit. */
  public boolean isExact() {
    return choices.stream().allMatch(c -> c == 0);
  }

  int at(int layer) {
    return choices.get(layer);
  }

  /** {@code 0 3 3 1}. */
  @Override
  public String toString() {
    return choices.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
