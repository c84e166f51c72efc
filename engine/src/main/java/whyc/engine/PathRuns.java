package whyc.engine;

import java.util.List;
import java.util.stream.Stream;
import whyc.explain.Accumulated;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.schedule.Footprint;

/**
 * How the points of a path or of noise are spread over runs.
 *
 * @param points evaluated in one run
 * @param program for so many points
 */
public record PathRuns(int points, Graph program) {

  /**
   * Values of one run that still stay in the caches of a processor. Beyond it a batch of points
   * takes longer for each point, not shorter: on 224 x 224 networks up to 1.5 times at 8 points.
   */
  private static final long CACHE_BYTES = 32L << 20;

  /**
   * As many points a run as the explanation asks for, halved until they stay in the caches and the
   * process within its memory.
   *
   * @param scored the model's graph
   * @param given the question, whose class is given
   * @param beside programs that are held at the same time
   * @param memory what the process may hold, in bytes
   */
  public static PathRuns choose(
      Engine engine,
      Model model,
      Graph scored,
      Accumulated e,
      Question given,
      List<Graph> beside,
      long memory) {
    int points = model.dynamicBatch() ? Math.min(e.points(), e.pointsPerRun()) : 1;
    while (true) {
      Graph program = e.partial(scored, given, points);
      List<Graph> held = Stream.concat(beside.stream(), Stream.of(program)).toList();
      boolean fits =
          values(model, program) <= CACHE_BYTES
              && engine.predictMemory(model, held, 1).peak() <= memory;
      if (fits || points == 1) {
        return new PathRuns(points, program);
      }
      points /= 2;
    }
  }

  private static long values(Model model, Graph program) {
    return Footprint.of(model.dynamicBatch() ? program.withBatch(1) : program).peakBytes();
  }
}
