package whyc.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import whyc.op.Value;

/**
 * Orders in which steps may run beside that of the graph. Which of them takes least memory is hard
 * to know in advance (register allocation for expressions with common parts is NP-complete, Sethi
 * 1975), so that a few good guesses are made and compared.
 */
final class Order {
  private final Lines lines;
  private final Storage storage;
  private final List<Step> steps;

  /** For each step those that compute what it reads, and those that read what it computes. */
  private final List<Set<Integer>> before = new ArrayList<>();

  private final List<Set<Integer>> after = new ArrayList<>();

  /** For each step what it reads of others and inputs, by owner. */
  private final List<Set<Value>> reads = new ArrayList<>();

  private Order(Lines lines, Storage storage, List<Step> steps) {
    this.lines = lines;
    this.storage = storage;
    this.steps = steps;
    Map<Value, Integer> stepOf = new HashMap<>();
    for (int s = 0; s < steps.size(); s++) {
      Set<Integer> needs = new TreeSet<>();
      Set<Value> owners = new LinkedHashSet<>();
      for (Value operand : steps.get(s).operands()) {
        if (!lines.isKnown(operand)) {
          Value owner = lines.owner(operand);
          owners.add(owner);
          if (stepOf.containsKey(owner)) {
            needs.add(stepOf.get(owner));
          }
        }
      }
      before.add(needs);
      after.add(new TreeSet<>());
      reads.add(owners);
      for (int other : needs) {
        after.get(other).add(s);
      }
      for (Value line : steps.get(s).lines()) {
        stepOf.put(line, s);
      }
    }
  }

  static List<List<Step>> candidates(Lines lines, Storage storage, List<Step> steps) {
    Order order = new Order(lines, storage, steps);
    return List.of(order.greedy(false), order.greedy(true), order.fromResults());
  }

  private long room(Value owner) {
    return storage.room(owner).size();
  }

  /**
   * Always the step that takes least more than it gives back, of equal ones the first.
   *
   * @param deep whether steps that the last one made possible go first
   */
  private List<Step> greedy(boolean deep) {
    int[] missing = before.stream().mapToInt(Set::size).toArray();
    Map<Value, Integer> readersLeft = new HashMap<>();
    reads.forEach(owners -> owners.forEach(owner -> readersLeft.merge(owner, 1, Integer::sum)));
    TreeSet<Integer> ready = new TreeSet<>();
    IntStream.range(0, missing.length).filter(s -> missing[s] == 0).forEach(ready::add);
    int[] enabledAt = new int[missing.length];
    List<Step> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Comparator<Integer> cheapest = Comparator.comparingLong(s -> growth(s, readersLeft));
      Comparator<Integer> newest = Comparator.comparingInt(s -> -enabledAt[s]);
      int next = ready.stream().min(deep ? newest.thenComparing(cheapest) : cheapest).orElseThrow();
      ready.remove(next);
      order.add(steps.get(next));
      reads.get(next).forEach(owner -> readersLeft.merge(owner, -1, Integer::sum));
      for (int other : after.get(next)) {
        if (--missing[other] == 0) {
          ready.add(other);
          enabledAt[other] = order.size();
        }
      }
    }
    return order;
  }

  private long growth(int s, Map<Value, Integer> readersLeft) {
    long taken = steps.get(s).results().stream().mapToLong(this::room).sum();
    long given =
        reads.get(s).stream()
            .filter(owner -> !lines.isOutput(owner) && readersLeft.getOrDefault(owner, 0) == 1)
            .mapToLong(this::room)
            .sum();
    return taken - given;
  }

  /** Each step right before the first that needs it, what takes most room first. */
  private List<Step> fromResults() {
    boolean[] done = new boolean[steps.size()];
    List<Step> order = new ArrayList<>();
    for (int s = 0; s < done.length; s++) {
      if (after.get(s).isEmpty()) {
        visit(s, done, order);
      }
    }
    return order;
  }

  private void visit(int root, boolean[] done, List<Step> order) {
    List<Integer> pending = new ArrayList<>(List.of(root));
    while (!pending.isEmpty()) {
      int s = pending.getLast();
      List<Integer> missing =
          before.get(s).stream()
              .filter(other -> !done[other])
              .sorted(Comparator.comparingLong(this::taken))
              .toList();
      if (missing.isEmpty()) {
        pending.removeLast();
        if (!done[s]) {
          done[s] = true;
          order.add(steps.get(s));
        }
      } else {
        pending.add(missing.getLast());
      }
    }
  }

  private long taken(int s) {
    return steps.get(s).results().stream().mapToLong(this::room).sum();
  }
}
