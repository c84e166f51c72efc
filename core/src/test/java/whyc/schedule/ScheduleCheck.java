package whyc.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;

/**
 * Plays a schedule on memories that remember, unit by unit, whose value was written there last: so
 * a value that is read must lie there whole. The graph alone says which values those are.
 */
final class ScheduleCheck {
  private static final int GARBAGE = -2;

  private final Graph graph;
  private final Schedule schedule;
  private final Storage storage;
  private final Map<String, int[]> memories = new HashMap<>();
  private final boolean[] varies;

  private ScheduleCheck(Schedule schedule, Storage storage) {
    this.graph = schedule.graph();
    this.schedule = schedule;
    this.storage = storage;
    this.varies = graph.dependingOnInputs();
    schedule
        .extents()
        .forEach((memory, extent) -> {
          int[] cells = new int[Math.toIntExact(extent)];
          Arrays.fill(cells, GARBAGE);
          memories.put(memory, cells);
        });
  }

  static void check(Schedule schedule, Storage storage) {
    ScheduleCheck check = new ScheduleCheck(schedule, storage);
    check.everyNeededLineRunsOnce();
    check.slotsThatMeetLieApart();
    check.play();
    check.extentsAreReached();
  }

  private Value owner(Value value) {
    return isGiven(value) ? value : storage.views(value).map(this::owner).orElse(value);
  }

  private boolean isGiven(Value value) {
    return !varies[value.index()] || graph.node(value).op() instanceof Input;
  }

  private void everyNeededLineRunsOnce() {
    boolean[] needed = graph.neededFor(graph.outputs().values());
    List<Value> expected = new ArrayList<>();
    for (int i = 0; i < needed.length; i++) {
      Value line = new Value(i);
      if (needed[i] && !isGiven(line) && owner(line).equals(line)) {
        expected.add(line);
      }
    }
    List<Value> run = schedule.steps().stream().flatMap(s -> s.lines().stream()).toList();
    assertThat(run).containsExactlyInAnyOrderElementsOf(expected);
  }

  private void slotsThatMeetLieApart() {
    for (Slot a : schedule.slots()) {
      for (Slot b : schedule.slots()) {
        boolean meet =
            a != b && a.memory().equals(b.memory()) && a.from() <= b.to() && b.from() <= a.to();
        boolean apart = a.offset() + a.size() <= b.offset() || b.offset() + b.size() <= a.offset();
        assertThat(!meet || apart).as(a + " and " + b).isTrue();
      }
    }
  }

  private void play() {
    for (int i = 0; i < graph.nodes().size(); i++) {
      if (graph.nodes().get(i).op() instanceof Input) {
        write(new Value(i), -1);
      }
    }
    for (int s = 0; s < schedule.steps().size(); s++) {
      run(s);
    }
    for (Value output : graph.outputs().values()) {
      if (varies[output.index()]) {
        read(output, schedule.steps().size());
      }
    }
  }

  private void run(int s) {
    Step step = schedule.steps().get(s);
    Set<Value> own = new HashSet<>();
    Set<Value> read = new HashSet<>();
    for (Value line : step.lines()) {
      Node n = graph.node(line);
      for (Value operand : n.operands()) {
        if (!own.contains(operand)) {
          read.add(operand);
          if (varies[operand.index()]) {
            read(operand, s);
          }
        }
      }
      own.add(line);
    }
    assertThat(step.operands()).containsExactlyInAnyOrderElementsOf(read);
    for (Slot slot : schedule.workspace(step).stream().toList()) {
      fill(slot, GARBAGE);
    }
    step.results().forEach(result -> write(result, s));
  }

  private void read(Value value, int s) {
    Slot slot = slot(value, s);
    int[] cells = cells(slot);
    for (int i = (int) slot.offset(); i < slot.offset() + slot.size(); i++) {
      if (cells[i] != owner(value).index()) {
        fail("step %d finds %%%d and not %s at %s + %d", s, cells[i], value, slot, i);
      }
    }
  }

  private void write(Value value, int s) {
    fill(slot(value, s), value.index());
  }

  private Slot slot(Value value, int s) {
    Slot slot = schedule.slot(value);
    Storage.Room room = storage.room(owner(value));
    assertThat(new Storage.Room(slot.memory(), slot.size())).isEqualTo(room);
    assertThat(s).as("%s at %s", value, slot).isBetween(slot.from(), slot.to());
    return slot;
  }

  private void fill(Slot slot, int value) {
    Arrays.fill(
        cells(slot), (int) slot.offset(), Math.toIntExact(slot.offset() + slot.size()), value);
  }

  private int[] cells(Slot slot) {
    return memories.getOrDefault(slot.memory(), new int[0]);
  }

  private void extentsAreReached() {
    schedule
        .live()
        .forEach((memory, live) -> {
          long most = 0;
          for (int s = -1; s <= schedule.steps().size(); s++) {
            int step = s;
            most =
                Math.max(
                    most,
                    schedule.slots().stream()
                        .filter(
                            x -> x.memory().equals(memory) && x.from() <= step && step <= x.to())
                        .mapToLong(Slot::size)
                        .sum());
          }
          assertThat(live).isEqualTo(most);
          assertThat(schedule.extents().get(memory)).isGreaterThanOrEqualTo(live);
        });
  }
}
