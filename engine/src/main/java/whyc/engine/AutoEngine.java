package whyc.engine;

import java.util.List;
import java.util.function.Supplier;
import whyc.graph.Graph;
import whyc.onnx.Model;

/**
 * Starts on an engine that is ready at once and moves to one that is faster when warm, program by
 * program, while the first goes on answering.
 */
public final class AutoEngine implements Engine {
  private final Engine first;
  private final Supplier<Engine> making;
  private final Moving moving;
  private final Lazy second = new Lazy();

  /**
   * When programs move.
   *
   * @param startNanos work that must be to come for the other engine to be prepared: as much as
   *     {@link Program#expect} tells, or else as much as the first engine has had to do
   * @param budgetNanos time that preparing and warming may take in the background
   */
  public record Moving(long startNanos, long budgetNanos) {
    /**
     * Preparing takes five to ten seconds of a processor. Where nobody says how much work is to
     * come, the other engine is prepared when the first has taken much longer than that: work that
     * ends then has lost less than a tenth, and work that goes on for another twenty seconds has
     * gained.
     */
    public static final Moving USUAL = new Moving(100_000_000_000L, 60_000_000_000L);
  }

  private AutoEngine(Engine first, Supplier<Engine> making, Moving moving) {
    this.first = first;
    this.making = making;
    this.moving = moving;
  }

  /**
   * An engine of two.
   *
   * @param first answers from the start
   * @param second made when a program has run long enough
   */
  public static AutoEngine of(Engine first, Supplier<Engine> second, Moving moving) {
    return new AutoEngine(first, second, moving);
  }

  /** The second engine, once it is wanted. */
  private final class Lazy {
    private List<Engine> made = List.of();

    synchronized Engine get() {
      if (made.isEmpty()) {
        made = List.of(making.get());
      }
      return made.getFirst();
    }

    synchronized void close() {
      made.forEach(Engine::close);
    }
  }

  @Override
  public Program compile(Model model, Graph graph) {
    return new AutoProgram(
        first.compile(model, graph),
        () -> second.get().compile(model, graph),
        moving,
        Clock.SYSTEM);
  }

  @Override
  public Memory predictMemory(Model model, List<Graph> programs, int batch) {
    return first.predictMemory(model, programs, batch);
  }

  @Override
  public String name() {
    return first.name();
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
