package whyc.rtl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A memory whose words are read in runs: each run lies there once, however many instructions read
 * it.
 */
final class Runs<T> {
  private final List<T> words = new ArrayList<>();
  private final Map<List<T>, Integer> first = new HashMap<>();

  /** The address of a run, which is appended if it is not there. */
  int address(List<T> run) {
    return first.computeIfAbsent(
        List.copyOf(run),
        r -> {
          words.addAll(r);
          return words.size() - r.size();
        });
  }

  List<T> words() {
    return Collections.unmodifiableList(words);
  }
}
