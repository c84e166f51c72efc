package whyc.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import whyc.app.report.Arena;
import whyc.app.report.ArenaSvg;
import whyc.app.report.ArenaText;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.pass.FoldBatchNorm;
import whyc.pass.FoldConstants;
import whyc.pass.StoreDecisions;
import whyc.refusal.RefusedArgument;
import whyc.schedule.Recompute;
import whyc.schedule.RowMajorStorage;
import whyc.schedule.Schedule;

/** {@code whyc inspect --schedule}: in which order a method runs, and what lies where when. */
final class ScheduleOptions {
  /** Offsets are multiples of it: the widest element. */
  private static final int ALIGNMENT = 8;

  @Option(
      names = "--schedule",
      description =
          "instead, the steps of one method in their order, with the place of every value; --memory then bounds these places")
  boolean schedule;

  @Option(
      names = {"-m", "--method"},
      paramLabel = "NAME",
      description = "the method of --schedule; default gradcam")
  Optional<String> method = Optional.empty();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "with --schedule: a picture of memory over time, as SVG")
  Optional<Path> out = Optional.empty();

  @Option(names = "--overwrite", description = "replaces a file that is there")
  boolean overwrite;

  /** Refuses what cannot be meant before anything is done. */
  void check(boolean json, Path model) throws IOException {
    if (!schedule && (method.isPresent() || out.isPresent() || overwrite)) {
      throw Refusal.usage(
          (method.isPresent() ? "--method" : out.isPresent() ? "--out" : "--overwrite")
              + " wants --schedule beside it");
    }
    if (schedule && json) {
      throw Refusal.usage("--schedule is told as text and as a picture, got --json");
    }
    if (schedule) {
      method();
    }
    if (out.isPresent()) {
      OutputFile.check(out.orElseThrow(), overwrite, List.of(model));
    }
  }

  private Methods.Method method() {
    return Refusal.option("--method", () -> Methods.named(method.orElse("gradcam")));
  }

  /**
   * Prints the schedule of one image.
   *
   * @param budget bytes that the program may take, where it was asked for
   */
  void print(Classifier c, Optional<String> layer, MemoryBudget budget, Console console)
      throws IOException {
    Question q = c.question(new ClassChoice.Top(), Question.Score.LOGIT);
    Methods.Options options = Methods.Options.of(Profile.WHYC);
    Explanation e =
        method().create(c.model().graph(), q, layer.map(options::withLayer).orElse(options));
    Graph whole = program(c, q, e);
    Graph graph = budget.asked() ? within(c, whole, budget.bytes()) : whole;
    Schedule found = schedule(graph);
    String what =
        e instanceof Accumulated a
            ? "%s, 1 of its %d points".formatted(e.name(), a.points())
            : e.name();
    String title =
        String.format(
            Locale.ROOT,
            "%s, %s, one image: %d steps, %d bytes at most",
            c.model().file().name(),
            what,
            found.steps().size(),
            bytes(found));
    console.result(title);
    int again = graph.nodes().size() - whole.nodes().size();
    if (again > 0) {
      console.result(
          String.format(
              Locale.ROOT,
              "%d lines run again to save memory; without them it would be %d bytes",
              again,
              bytes(schedule(whole))));
    }
    console.result("");
    console.text(found.toString());
    Arena arena = Arena.of(found, ofModel(c, graph));
    if (out.isPresent()) {
      Path file = out.orElseThrow();
      OutputFile.write(file, ArenaSvg.of(arena, title).getBytes(StandardCharsets.UTF_8));
      console.say(file + ": memory over time");
    } else {
      console.result("");
      console.text(ArenaText.of(arena));
    }
  }

  /** What an engine would run: for a method of many points the program of one of them. */
  private static Graph program(Classifier c, Question q, Explanation e) {
    Graph model = c.model().graph();
    Graph explained =
        e instanceof Accumulated a
            ? a.partial(model, q, 1)
            : Asked.all(model, List.of(new Asked(e.name(), e, q)));
    Graph one = c.model().dynamicBatch() ? explained.withBatch(1) : explained;
    return new FoldConstants()
        .then(new FoldBatchNorm())
        .then(new FoldConstants())
        .then(new StoreDecisions())
        .apply(one);
  }

  private static Graph within(Classifier c, Graph graph, long budget) {
    try {
      return Recompute.within(graph, g -> bytes(schedule(g)), budget);
    } catch (RefusedArgument e) {
      throw new Refusal("%s: --memory: %s".formatted(c.model().file().name(), e.getMessage()), e);
    }
  }

  private static Schedule schedule(Graph graph) {
    return Schedule.of(graph, new RowMajorStorage(graph, ALIGNMENT));
  }

  private static long bytes(Schedule schedule) {
    return schedule.extents().values().stream().mapToLong(Long::longValue).sum();
  }

  private static List<Value> ofModel(Classifier c, Graph graph) {
    return c.model().graph().outputs().keySet().stream()
        .filter(graph.outputs()::containsKey)
        .map(graph::output)
        .toList();
  }
}
