package whyc.simulate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.Window;

/**
 * The core as it is, one cycle after the other: dispatcher, banks, decoders. Slow and plain.
 *
 * @param products what is told of every product of an input by a tap
 */
record CycleByCycle(ZeroFreeCore core, Products products) implements CoreTiming {

  /** Sees the products in the order in which the core does them. */
  interface Products {
    /**
     * An input is multiplied by the weights of some output channels.
     *
     * @param channel of the input, in its group
     * @param u and {@code v} the tap
     * @param i and {@code j} the place of the output
     */
    void multiply(int group, int channel, int y, int x, int u, int v, int i, int j, Piece.Range o);
  }

  CycleByCycle(ZeroFreeCore core) {
    this(core, (group, channel, y, x, u, v, i, j, outputs) -> {});
  }

  @Override
  public List<PieceCycles> run(List<Job> jobs) {
    return new Machine(jobs).run();
  }

  /** One cycle of lanes. */
  private record Step(
      int group, int channel, int y, int x, int u, int v, int i, int j, Piece.Range outputs) {}

  private record Tile(Course course, List<Step> steps, int places, int nonZeros) {}

  /** A piece on its way through the core. */
  private final class Course {
    final Job job;
    final Deque<List<Tile>> words;
    long from;
    long handedOut;
    long end;
    long drained = -1;
    long tilesLeft;
    long busy;
    long dispatch;
    long banks;
    long fetch;
    long steps;
    long values;
    long tiles;
    long bytes;

    Course(Job job) {
      this.job = job;
      this.words = new ArrayDeque<>(words(job, this));
      this.tilesLeft = words.stream().mapToLong(List::size).sum();
    }

    PieceCycles cycles() {
      ZeroFreeCore.Shares shares = core.shares(job.piece().outputs().size());
      PieceWork work =
          new PieceWork(
              shares.decoders(),
              busy,
              steps * job.piece().outputs().size() / shares.passes(),
              values,
              tiles,
              bytes);
      return new PieceCycles(
          shares.decoders(), from, handedOut, end, drained, busy, dispatch, banks, fetch, work);
    }
  }

  private static final class Decoder {
    Optional<Tile> next = Optional.empty();
    Optional<Tile> now = Optional.empty();
    boolean arrived;
    boolean waitsForBank;
    Deque<Step> work = new ArrayDeque<>();
    long left;
    long idle;
  }

  private final class Machine {
    private final List<Course> courses;
    private List<Decoder> decoders = List.of();
    private final List<Deque<Decoder>> queues;
    private final long[] fetching;
    private int course = -1;
    private Deque<Tile> current = new ArrayDeque<>();
    private Deque<Tile> next = new ArrayDeque<>();
    private boolean nextIsRead;
    private long tiles;
    private int draining;
    private long drainLeft = -1;
    private long cycle;

    Machine(List<Job> jobs) {
      courses = jobs.stream().map(Course::new).toList();
      queues =
          IntStream.range(0, core.banks())
              .mapToObj(b -> (Deque<Decoder>) new ArrayDeque<Decoder>())
              .toList();
      fetching = new long[core.banks()];
    }

    List<PieceCycles> run() {
      while (draining < courses.size()) {
        fetched();
        begin();
        drain();
        dispatch();
        startFetches();
        advance();
        cycle++;
      }
      return courses.stream().map(Course::cycles).toList();
    }

    /** The sums of the oldest piece leave, once all of its tiles are done. */
    private void drain() {
      while (draining < courses.size()) {
        Course c = courses.get(draining);
        if (drainLeft < 0 && course >= draining && c.tilesLeft == 0) {
          drainLeft = c.job.drain();
        }
        if (drainLeft != 0) {
          return;
        }
        c.drained = cycle;
        drainLeft = -1;
        draining++;
      }
    }

    private void fetched() {
      for (int b = 0; b < fetching.length; b++) {
        if (fetching[b] == 0 && !queues.get(b).isEmpty() && !queues.get(b).peek().waitsForBank) {
          queues.get(b).remove().arrived = true;
        }
      }
    }

    private void begin() {
      for (Decoder d : decoders) {
        if (d.left == 0 && d.arrived) {
          Tile t = d.next.orElseThrow();
          d.now = d.next;
          d.work = new ArrayDeque<>(t.steps);
          d.left = Math.max(1, d.work.size());
          d.next = Optional.empty();
          d.arrived = false;
        }
      }
    }

    private void dispatch() {
      if (current.isEmpty()) {
        current = next;
        next = new ArrayDeque<>();
        nextIsRead = false;
      }
      for (int i = 0; i < core.parts().dispatchTilesPerCycle() && !current.isEmpty(); i++) {
        decoders.stream().filter(d -> d.next.isEmpty()).findFirst().ifPresent(this::handOut);
      }
      if (!nextIsRead) {
        readWord();
      }
    }

    private void readWord() {
      while (course < 0 || courses.get(course).words.isEmpty()) {
        if (course + 1 == courses.size() || !mayBegin(courses.get(course + 1))) {
          return;
        }
        course++;
        courses.get(course).from = cycle;
        courses.get(course).handedOut = cycle;
        courses.get(course).end = cycle;
        decoders.stream().filter(d -> d.next.isEmpty()).forEach(d -> d.idle = 0);
        drain();
      }
      next = new ArrayDeque<>(courses.get(course).words.remove());
      nextIsRead = true;
    }

    /** Two pieces have sums in the lanes at most, and other shares wait for all decoders. */
    private boolean mayBegin(Course c) {
      int index = course + 1;
      if (cycle < c.job.release() || !current.isEmpty() || (index >= 2 && draining < index - 1)) {
        return false;
      }
      int number = core.shares(c.job.piece().outputs().size()).decoders();
      if (number != decoders.size()) {
        if (decoders.stream().anyMatch(d -> d.left > 0 || d.next.isPresent())) {
          return false;
        }
        decoders = IntStream.range(0, number).mapToObj(d -> new Decoder()).toList();
      }
      return true;
    }

    private void handOut(Decoder d) {
      Tile t = current.remove();
      d.next = Optional.of(t);
      d.waitsForBank = true;
      queues.get((int) (tiles++ % core.banks())).add(d);
      t.course.handedOut = cycle;
      t.course.tiles++;
      t.course.values += t.nonZeros;
      t.course.bytes += core.tileBytes(t.places, t.nonZeros);
    }

    private void startFetches() {
      for (int b = 0; b < fetching.length; b++) {
        Deque<Decoder> queue = queues.get(b);
        if (fetching[b] == 0 && !queue.isEmpty() && queue.peek().waitsForBank) {
          queue.peek().waitsForBank = false;
          Tile t = queue.peek().next.orElseThrow();
          fetching[b] = core.fetchCycles(t.places, t.nonZeros);
        }
      }
    }

    private void advance() {
      for (Decoder d : decoders) {
        if (d.left > 0) {
          multiply(d);
        } else {
          waits(d);
        }
      }
      for (int b = 0; b < fetching.length; b++) {
        fetching[b] = Math.max(0, fetching[b] - 1);
      }
      drainLeft -= drainLeft > 0 ? 1 : 0;
    }

    private void multiply(Decoder d) {
      Course c = d.now.orElseThrow().course;
      c.busy++;
      d.left--;
      if (!d.work.isEmpty()) {
        Step s = d.work.remove();
        c.steps++;
        products.multiply(s.group, s.channel, s.y, s.x, s.u, s.v, s.i, s.j, s.outputs);
      }
      if (d.left == 0) {
        c.tilesLeft--;
        c.end = Math.max(c.end, cycle + 1);
      }
    }

    /** Waiting counts for the tile that ends it. */
    private void waits(Decoder d) {
      if (d.next.isEmpty()) {
        d.idle++;
        return;
      }
      Course c = d.next.get().course;
      c.dispatch += d.idle;
      d.idle = 0;
      if (d.waitsForBank) {
        c.banks++;
      } else {
        c.fetch++;
      }
    }
  }

  /**
   * The tiles of a piece, by words of the bitmap; what follows the last that is present is not
   * read.
   */
  private List<List<Tile>> words(Job job, Course course) {
    Taps taps = Taps.of(job.loops(), job.piece());
    Occupancy input = job.input();
    List<List<Tile>> words = new ArrayList<>();
    List<Tile> word = new ArrayList<>();
    int seen = 0;
    for (int g = job.piece().groups().from(); g < job.piece().groups().to(); g++) {
      for (int c = 0; c < job.loops().inputChannels(); c++) {
        for (int r = 0; r < input.tileRows(); r++) {
          for (int t = 0; t < input.tileColumns(); t++) {
            if (touches(taps.usedRows(), r, input) && touches(taps.usedColumns(), t, input)) {
              tile(job, course, g, c, r, t).ifPresent(word::add);
              seen++;
              if (seen % core.wordTiles() == 0) {
                words.add(word);
                word = new ArrayList<>();
              }
            }
          }
        }
      }
    }
    words.add(word);
    while (!words.isEmpty() && words.getLast().isEmpty()) {
      words.removeLast();
    }
    return words;
  }

  private static boolean touches(Piece.Range used, int tile, Occupancy input) {
    return used.size() > 0
        && tile * input.side() < used.to()
        && (tile + 1) * input.side() > used.from();
  }

  private Optional<Tile> tile(
      Job job, Course course, int group, int channel, int tileRow, int tileColumn) {
    Occupancy input = job.input();
    int side = input.side();
    int all = group * job.loops().inputChannels() + channel;
    List<Step> steps = new ArrayList<>();
    int places = 0;
    int nonZeros = 0;
    int bottom = Math.min(input.plane().height(), tileRow * side + side);
    int right = Math.min(input.plane().width(), tileColumn * side + side);
    for (int y = tileRow * side; y < bottom; y++) {
      for (int x = tileColumn * side; x < right; x++) {
        List<Step> reached = steps(job, group, channel, y, x);
        places += reached.isEmpty() ? 0 : 1;
        if (!reached.isEmpty() && (!core.skipsZeros() || input.at(all, y, x))) {
          nonZeros++;
          steps.addAll(reached);
        }
      }
    }
    return nonZeros == 0
        ? Optional.empty()
        : Optional.of(new Tile(course, steps, places, nonZeros));
  }

  private List<Step> steps(Job job, int group, int channel, int y, int x) {
    Window w = job.loops().window();
    Piece piece = job.piece();
    boolean scatters = job.loops().scatters();
    List<Step> steps = new ArrayList<>();
    for (int u = 0; u < w.height(); u++) {
      for (int v = 0; v < w.width(); v++) {
        int i = output(scatters, y, u * w.dilationY(), w.strideY(), w.top());
        int j = output(scatters, x, v * w.dilationX(), w.strideX(), w.left());
        if (piece.rows().holds(i) && piece.columns().holds(j)) {
          for (Piece.Range outputs : passes(piece)) {
            steps.add(new Step(group, channel, y, x, u, v, i, j, outputs));
          }
        }
      }
    }
    return steps;
  }

  private static int output(boolean scatters, int input, int tap, int stride, int padding) {
    if (scatters) {
      return input * stride + tap - padding;
    }
    int at = input - tap + padding;
    return at >= 0 && at % stride == 0 ? at / stride : -1;
  }

  /** The output channels that the lanes of a decoder take at a time. */
  private List<Piece.Range> passes(Piece piece) {
    ZeroFreeCore.Shares shares = core.shares(piece.outputs().size());
    int width = shares.lanes() * core.multipliers();
    List<Piece.Range> passes = new ArrayList<>();
    for (int p = 0; p < shares.passes(); p++) {
      int from = piece.outputs().from() + p * width;
      passes.add(new Piece.Range(from, Math.min(piece.outputs().to(), from + width)));
    }
    return passes;
  }
}
