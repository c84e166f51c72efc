package whyc.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.stream.IntStream;
import whyc.op.Value;

/** Finds what lies in memory from when to when; where in it is found later. */
final class Lifetimes {
  private final Lines lines;
  private final Storage storage;
  private final List<Step> steps;
  private final List<Life> lives = new ArrayList<>();
  private final Map<Value, Life> byOwner = new HashMap<>();

  /** For each line the step that computes it. */
  private final Map<Value, Integer> stepOf = new HashMap<>();

  /** A slot in the making. */
  private static final class Life {
    final Storage.Room room;
    final int from;
    final List<Value> values = new ArrayList<>();
    int to;

    Life(Storage.Room room, int from, int to) {
      this.room = room;
      this.from = from;
      this.to = to;
    }

    Slot slot() {
      return new Slot(room.memory(), 0, room.size(), from, to, values);
    }
  }

  private Lifetimes(Lines lines, Storage storage, List<Step> steps) {
    this.lines = lines;
    this.storage = storage;
    this.steps = steps;
    for (int s = 0; s < steps.size(); s++) {
      for (Value line : steps.get(s).lines()) {
        stepOf.put(line, s);
      }
    }
  }

  /** Slots, all at offset 0: the inputs', then those of each step. */
  static List<Slot> of(Lines lines, Storage storage, List<Step> steps) {
    Lifetimes lifetimes = new Lifetimes(lines, storage, steps);
    IntStream.range(0, lines.graph.nodes().size())
        .mapToObj(Value::new)
        .filter(lines::isInput)
        .forEach(input -> lifetimes.begin(input, -1));
    for (int s = 0; s < steps.size(); s++) {
      lifetimes.run(s);
    }
    return lifetimes.lives.stream().map(Life::slot).toList();
  }

  private void run(int s) {
    Step step = steps.get(s);
    if (!storage.scratch(step).isEmpty()) {
      lives.add(new Life(storage.scratch(step).orElseThrow(), s, s));
    }
    for (Value result : step.results()) {
      if (!overwrite(s, result)) {
        begin(result, s);
      }
    }
  }

  private void begin(Value owner, int from) {
    Life life = new Life(storage.room(owner), from, from);
    lives.add(life);
    lieIn(life, owner);
  }

  private void lieIn(Life life, Value owner) {
    life.values.addAll(lines.sharers(owner));
    life.to = Math.max(life.to, lastUse(owner));
    byOwner.put(owner, life);
  }

  private int lastUse(Value owner) {
    return lines.isOutput(owner)
        ? steps.size()
        : lines.readers(owner).stream()
            .mapToInt(reader -> Objects.requireNonNull(stepOf.get(reader)))
            .max()
            .orElse(-1);
  }

  /** Writes a result over an operand of its step that nothing reads later, where that is safe. */
  private boolean overwrite(int s, Value result) {
    Step step = steps.get(s);
    Storage.Room room = storage.room(result);
    SequencedSet<Life> dying = new LinkedHashSet<>();
    for (Value operand : step.operands()) {
      if (!lines.isKnown(operand)) {
        dying.add(life(operand));
      }
    }
    for (Life life : dying) {
      if (life.to == s
          && life.room.equals(room)
          && step.operands().stream()
              .filter(v -> !lines.isKnown(v) && life(v) == life)
              .allMatch(v -> storage.overwrites(step, v, result))) {
        lieIn(life, result);
        return true;
      }
    }
    return false;
  }

  private Life life(Value operand) {
    return Objects.requireNonNull(byOwner.get(lines.owner(operand)));
  }
}
