package whyc.target.c;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Binary;
import whyc.op.Cast;
import whyc.op.Gate;
import whyc.op.Op;
import whyc.op.QuantizeLinear;
import whyc.op.Requantize;
import whyc.op.Unary;
import whyc.op.Value;
import whyc.op.Where;
import whyc.schedule.Schedule;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/**
 * One step in C: loops around the heart, and in them the lines that follow it element by element.
 * What is packed is unpacked a row at a time before the loop that reads it, and packed behind the
 * loop that makes it.
 *
 * <p>Working memory of a step lies in the arena, too: a row of a kernel's results, then rows of
 * bytes for what is packed.
 */
final class StepCode {
  private final Graph graph;
  private final Step step;
  private final Operands operands;
  private final Kernels kernels;
  private final Scalar scalar;
  private final Heart heart;

  StepCode(Graph graph, Step step, Packing packing, Weights weights, Kernels kernels) {
    this.graph = graph;
    this.step = step;
    this.operands = new Operands(graph, packing, weights, kernels);
    this.kernels = kernels;
    this.scalar = new Scalar(kernels);
    this.heart = new Hearts(new Site(graph, step, operands, kernels, weights)).of();
  }

  /** Working memory, piece by piece. */
  private List<Heart.Buffer> pieces() {
    List<Heart.Buffer> pieces = new ArrayList<>(heart.buffers());
    inRows().forEach(v -> pieces.add(new Heart.Buffer(row(v), CType.U8, longestRow())));
    return pieces;
  }

  private static long bytes(Heart.Buffer b) {
    return ArenaStorage.aligned((long) b.elements() * b.type().bytes());
  }

  /** Elements that the last loop of a part runs over, at most. */
  private int longestRow() {
    return heart.parts().stream().mapToInt(Part::longestRow).max().orElse(0);
  }

  long scratchBytes() {
    return pieces().stream().mapToLong(StepCode::bytes).sum();
  }

  /** Packed values that are read or written in rows. */
  private SequencedSet<Value> inRows() {
    SequencedSet<Value> found = new LinkedHashSet<>();
    read().filter(v -> operands.bits(v).isPresent() && runsAlong(v)).forEach(found::add);
    step.results().stream().filter(v -> operands.bits(v).isPresent()).forEach(found::add);
    return found;
  }

  /** What the lines after the heart, or a heart that is like them, read of other steps. */
  private Stream<Value> read() {
    return step.lines().stream()
        .map(graph::node)
        .filter(n -> Hearts.isPointwise(n.op()))
        .flatMap(n -> n.operands().stream())
        .filter(v -> !step.lines().contains(v))
        .distinct();
  }

  /** Whether the last loop goes from one element of a value to the next. */
  private boolean runsAlong(Value v) {
    int last = heart.axes().innermost();
    return heart.axes().extent(last) == 1 || strides(v)[last] == 1;
  }

  private int[] strides(Value v) {
    Shape out = operands.shape(step.heart());
    return heart.axes().along(operands.shape(v).stridesWithin(out));
  }

  private static String name(Value v) {
    return "x" + v.index();
  }

  private static String row(Value v) {
    return "row" + v.index();
  }

  /** Writes the step, and where its values lie. */
  void write(Source out, Schedule schedule) {
    Source body = new Source(2);
    heart.parts().forEach(p -> write(body, p));
    out.open("");
    declare(out, schedule);
    out.append(body);
    out.close();
  }

  private void declare(Source out, Schedule schedule) {
    for (Value v : operands.named()) {
      boolean written = step.results().contains(v);
      String type = operands.bits(v).isPresent() ? "uint8_t" : operands.type(v).text();
      out.line(
          "%1$s%2$s *const v%3$d = AT(%1$s%2$s, %4$d);"
              .formatted(written ? "" : "const ", type, v.index(), schedule.slot(v).offset()));
    }
    long at = schedule.workspace(step).map(s -> s.offset()).orElse(0L);
    for (Heart.Buffer b : pieces()) {
      out.line("%1$s *const %2$s = AT(%1$s, %3$d);".formatted(b.type().text(), b.name(), at));
      at += bytes(b);
    }
  }

  private void write(Source out, Part p) {
    for (Loop l : p.outer()) {
      out.open(l.head());
      l.opening().forEach(out::line);
    }
    p.calls().forEach(out::line);
    List<Loop> inner = p.inner();
    inner.subList(0, inner.size() - 1).forEach(l -> out.open(l.head()));
    String length = inner.getLast().end();
    for (Value v : inRows()) {
      if (!step.results().contains(v)) {
        out.line(moved(kernels.unpack(bits(v)), row(v), operands.name(v), p, v, length));
      }
    }
    out.open(inner.getLast().head());
    element(out, p);
    out.close();
    decisions(out, p);
    for (Value v : inRows()) {
      if (step.results().contains(v)) {
        out.line(
            "%s(%s, %s, %s, %s);"
                .formatted(
                    kernels.pack(bits(v)),
                    operands.name(v),
                    Axes.position(strides(v), p.start(), 0),
                    row(v),
                    length));
      }
    }
    for (int i = 0; i < p.outer().size() + inner.size() - 1; i++) {
      out.close();
    }
  }

  private int bits(Value v) {
    return operands.bits(v).orElseThrow();
  }

  private String moved(String kernel, String to, String from, Part p, Value v, String length) {
    return "%s(%s, %s, %s, %s);"
        .formatted(kernel, to, from, Axes.position(strides(v), p.start(), 0), length);
  }

  /** All that happens to one element: what is read, what is computed, what is written. */
  private void element(Source out, Part p) {
    String last = p.inner().getLast().variable();
    p.prelude().forEach(out::line);
    read()
        .filter(v -> operands.literal(v).isEmpty())
        .forEach(v -> {
          String from =
              inRows().contains(v)
                  ? "%s[%s]".formatted(row(v), last)
                  : operands.element(v, Axes.position(strides(v), p.at(), 0));
          out.line("const %s %s = %s;".formatted(local(v), name(v), from));
        });
    for (Value line : now()) {
      String value =
          line.equals(step.heart()) && p.heart().isPresent()
              ? p.heart().orElseThrow()
              : expression(graph.node(line));
      out.line("const %s %s = %s;".formatted(local(line), name(line), value));
    }
    for (Value v : now().stream().filter(step.results()::contains).toList()) {
      String to =
          operands.bits(v).isPresent()
              ? "%s[%s]".formatted(row(v), last)
              : "%s[%s]".formatted(operands.name(v), Axes.position(strides(v), p.at(), 0));
      String cast = operands.bits(v).isPresent() ? "(uint8_t)" : "";
      out.line("%s = %s%s;".formatted(to, cast, name(v)));
    }
  }

  /**
   * Decisions about what was just written, in a loop of their own: compilers make vectors of both
   * loops, but not of one that decides twice.
   */
  private void decisions(Source out, Part p) {
    if (step.lines().stream().noneMatch(this::isDecidedLater)) {
      return;
    }
    out.open(p.inner().getLast().head());
    List<Value> decided = step.lines().stream().filter(this::isDecidedLater).toList();
    decided.stream()
        .flatMap(line -> graph.node(line).operands().stream())
        .filter(v -> operands.literal(v).isEmpty())
        .distinct()
        .forEach(v ->
            out.line(
                "const %s %s = %s;"
                    .formatted(
                        local(v),
                        name(v),
                        operands.element(v, Axes.position(strides(v), p.at(), 0)))));
    for (Value line : decided) {
      out.line(
          "%s[%s] = (uint8_t)(%s);"
              .formatted(row(line), p.inner().getLast().variable(), expression(graph.node(line))));
    }
    out.close();
  }

  /** Whether a line only decides about results that are written as they are. */
  private boolean isDecidedLater(Value line) {
    return !line.equals(step.heart())
        && operands.bits(line).isPresent()
        && step.results().contains(line)
        && step.lines().stream().noneMatch(v -> graph.node(v).operands().contains(line))
        && graph.node(line).operands().stream()
            .allMatch(v ->
                operands.literal(v).isPresent()
                    || (step.results().contains(v) && operands.bits(v).isEmpty()));
  }

  /** Lines that the first loop computes. */
  private List<Value> now() {
    return step.lines().stream().filter(line -> !isDecidedLater(line)).toList();
  }

  /** The type of a variable; truth values are computed with as int. */
  private String local(Value v) {
    CType type = operands.type(v);
    return type == CType.TRUTH ? "int" : type.text();
  }

  private String expression(Node n) {
    List<String> x = new ArrayList<>();
    n.operands().forEach(v -> x.add(operands.literal(v).orElse(name(v))));
    CType type = operands.type(n.operands().getFirst());
    Op op = n.op();
    return switch (op) {
      case Unary u -> scalar.of(u, type, x.get(0));
      case Binary b -> scalar.of(b, type, x.get(0), x.get(1));
      case Where w -> "%s ? %s : %s".formatted(x.get(0), x.get(1), x.get(2));
      case Gate g when type == CType.TRUTH -> "%s ? %s : 0".formatted(x.get(0), x.get(1));
      case Gate g -> "%s > 0 ? %s : 0".formatted(x.get(0), x.get(1));
      case Cast c -> scalar.cast(type, CType.of(c.element()), x.get(0));
      case Requantize r -> scalar.requantize(r, type, x.get(0), x.get(1));
      case QuantizeLinear q ->
          scalar.quantize(type, n.type().element(), x.get(0), x.get(1), x.get(2));
      case Op other -> throw new IllegalStateException(op.name() + " is no line of a loop");
    };
  }

  /** The lines as a comment: what this step is in the graph's text. */
  String comment() {
    StringBuilder s = new StringBuilder();
    for (Value line : step.lines()) {
      s.append(s.isEmpty() ? "" : ", ")
          .append(line)
          .append(' ')
          .append(graph.node(line).op().name());
    }
    return s + label().map(l -> "  # " + l).orElse("");
  }

  private Optional<String> label() {
    return step.lines().reversed().stream()
        .map(v -> graph.node(v).label())
        .filter(l -> !l.isEmpty())
        .findFirst();
  }
}
