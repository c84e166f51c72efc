package whyc.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import whyc.op.Value;

/**
 * Puts lines together into steps, in the graph's order. A line joins the step that computes its
 * latest operand or starts one of its own, so that it reads of other steps only what earlier ones
 * compute.
 *
 * <p>A line whose step has been left behind by others would run earlier by joining it, and its
 * result would be there for longer. It joins only where something that is larger need not be kept
 * until then, as the activation beside a mask, or where it takes the place of what it reads.
 */
final class Fusion {
  private final Lines lines;
  private final Storage storage;
  private final List<List<Value>> steps = new ArrayList<>();

  /** For each line the step that computes it; -1 for what no step does. */
  private final int[] stepOf;

  private Fusion(Lines lines, Storage storage) {
    this.lines = lines;
    this.storage = storage;
    this.stepOf = new int[lines.graph.nodes().size()];
    Arrays.fill(stepOf, -1);
  }

  static List<Step> of(Lines lines, Storage storage) {
    Fusion fusion = new Fusion(lines, storage);
    IntStream.range(0, fusion.stepOf.length)
        .mapToObj(Value::new)
        .filter(lines::runs)
        .forEach(fusion::place);
    return fusion.steps.stream().map(lines::step).toList();
  }

  private void place(Value line) {
    int latest = latest(line);
    if (latest < 0 || !joins(latest, line)) {
      latest = steps.size();
      steps.add(new ArrayList<>());
    }
    steps.get(latest).add(line);
    stepOf[line.index()] = latest;
  }

  private int latest(Value line) {
    return operands(line).stream().mapToInt(this::stepOf).max().orElse(-1);
  }

  private int stepOf(Value operand) {
    return stepOf[lines.owner(operand).index()];
  }

  private List<Value> operands(Value line) {
    return lines.graph.node(line).operands();
  }

  /** What a step computes is read within it as it is, not as a view: it may never be stored. */
  private boolean joins(int step, Value line) {
    List<Value> within = operands(line).stream().filter(v -> stepOf(v) == step).distinct().toList();
    return within.stream().allMatch(v -> lines.owner(v).equals(v))
        && (step == steps.size() - 1 || shortens(step, line, within))
        && storage.joins(lines.step(steps.get(step)), line);
  }

  private boolean shortens(int step, Value line, List<Value> within) {
    long freed = 0;
    long replaced = 0;
    for (Value operand : within) {
      if (!lines.isOutput(operand) && lines.readers(operand).getLast().equals(line)) {
        long bytes = bytes(operand);
        boolean only =
            lines.readers(operand).stream()
                .allMatch(reader -> reader.equals(line) || stepOf[reader.index()] == step);
        freed += bytes;
        replaced += only ? bytes : 0;
      }
    }
    return bytes(line) < freed || bytes(line) <= replaced;
  }

  private long bytes(Value value) {
    return lines.graph.type(value).bytes();
  }
}
