package whyc.schedule;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;

/**
 * A schedule as text.
 *
 * <pre>
 *    -  Input                      -> %0 float32[1,3,32,32] values@0+12288 [-1..0]
 *    0  Conv + Add + Relu  # relu1
 *       %0 values@0                -> %5 float32[1,16,32,32] values@12288+65536 [0..4]
 * </pre>
 *
 * Offset and size are counted in units of the memory, brackets hold the first and the last step at
 * which the slot is taken, by this value or by those that it is written over and that are written
 * over it. Operands that are known before the run are left out.
 */
record ScheduleText(Schedule schedule) {
  private Graph graph() {
    return schedule.graph();
  }

  String text() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < graph().nodes().size(); i++) {
      if (graph().nodes().get(i).op() instanceof Input input) {
        s.append("   -  Input ").append(input.input());
        s.append(" -> ").append(placed(new Value(i))).append('\n');
      }
    }
    for (int i = 0; i < schedule.steps().size(); i++) {
      s.append(String.format(Locale.ROOT, "%4d  ", i)).append(step(schedule.steps().get(i)));
    }
    graph()
        .outputs()
        .forEach((name, value) ->
            s.append(name).append(" = ").append(value).append(place(value)).append('\n'));
    var live = schedule.live();
    schedule
        .extents()
        .forEach((memory, extent) ->
            s.append(
                "%s: %d taken, of which at most %d at one time\n"
                    .formatted(memory, extent, live.get(memory))));
    return s.toString();
  }

  private String step(Step step) {
    String indent = "      ";
    StringBuilder s = new StringBuilder();
    s.append(
        step.lines().stream()
            .map(line -> graph().node(line).op().name())
            .collect(Collectors.joining(" + ")));
    labelled(step.lines()).ifPresent(label -> s.append("  # ").append(label));
    String operands =
        step.operands().stream()
            .filter(v -> find(v).isPresent())
            .map(v -> v + place(v))
            .collect(Collectors.joining(", "));
    s.append('\n').append(indent).append(operands);
    s.append(
        step.results().stream()
            .map(v -> placed(v) + over(v))
            .collect(Collectors.joining(", ", " -> ", "")));
    schedule.workspace(step).ifPresent(slot -> s.append(", workspace ").append(slot));
    return s.append('\n').toString();
  }

  /** The last of the model's tensors that a step computes: what was fused into it is inside. */
  private Optional<String> labelled(List<Value> lines) {
    return lines.reversed().stream()
        .map(graph()::node)
        .map(Node::label)
        .filter(label -> !label.isEmpty())
        .findFirst();
  }

  private String placed(Value value) {
    return value + " " + graph().type(value) + " " + schedule.slot(value);
  }

  /** What lay there just before, where a result is written over it. */
  private String over(Value result) {
    List<Value> values = schedule.slot(result).values();
    int index = values.indexOf(result);
    return index > 0 ? " over " + values.get(index - 1) : "";
  }

  private String place(Value value) {
    return find(value).map(slot -> " " + slot.memory() + "@" + slot.offset()).orElse("");
  }

  private Optional<Slot> find(Value value) {
    return schedule.slots().stream().filter(slot -> slot.values().contains(value)).findFirst();
  }
}
