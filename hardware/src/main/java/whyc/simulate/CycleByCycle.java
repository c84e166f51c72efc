package whyc.simulate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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
  public PieceCycles run(Loops loops, Piece piece, Occupancy input) {
    return new Machine(loops, piece, input).run();
  }

  /** One cycle of lanes. */
  private record Step(
      int group, int channel, int y, int x, int u, int v, int i, int j, Piece.Range outputs) {}

  private record Tile(List<Step> steps, int places, int nonZeros, int bank) {}

  private static final class Decoder {
    Optional<Tile> next = Optional.empty();
    boolean arrived;
    Deque<Step> work = new ArrayDeque<>();
    long left;
    boolean waitsForBank;
  }

  private final class Machine {
    private final Loops loops;
    private final Piece piece;
    private final Occupancy input;
    private final List<List<Tile>> words = new ArrayList<>();
    private final List<Decoder> decoders;
    private final List<Deque<Decoder>> queues;
    private final long[] fetching;
    private int nextWord;
    private Deque<Tile> current = new ArrayDeque<>();
    private Deque<Tile> next = new ArrayDeque<>();
    private boolean nextIsRead;
    private int presentTiles;
    private long values;
    private long fetchedBytes;
    private long busy;
    private long dispatch;
    private long banks;
    private long fetch;
    private long done;
    private long[] idle;

    Machine(Loops loops, Piece piece, Occupancy input) {
      this.loops = loops;
      this.piece = piece;
      this.input = input;
      int number = core.shares(piece.outputs().size()).decoders();
      decoders = IntStream.range(0, number).mapToObj(d -> new Decoder()).toList();
      queues =
          IntStream.range(0, core.banks())
              .mapToObj(b -> (Deque<Decoder>) new ArrayDeque<Decoder>())
              .toList();
      fetching = new long[core.banks()];
      idle = new long[number];
      findTiles();
    }

    PieceCycles run() {
      long cycles = 0;
      while (isWorking()) {
        fetched();
        begin();
        dispatch();
        startFetches();
        advance();
        cycles++;
      }
      return new PieceCycles(
          decoders.size(),
          cycles,
          busy,
          dispatch,
          banks,
          fetch,
          LongStream.of(idle).sum(),
          done * piece.outputs().size() / core.shares(piece.outputs().size()).passes(),
          values,
          presentTiles,
          fetchedBytes);
    }

    private boolean isWorking() {
      return nextWord < words.size()
          || !current.isEmpty()
          || !next.isEmpty()
          || decoders.stream().anyMatch(d -> d.left > 0 || d.next.isPresent());
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
          d.work = new ArrayDeque<>(d.next.orElseThrow().steps);
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
      if (!nextIsRead && nextWord < words.size()) {
        next = new ArrayDeque<>(words.get(nextWord++));
        nextIsRead = true;
      }
    }

    private void handOut(Decoder d) {
      Tile t = current.remove();
      d.next = Optional.of(t);
      d.waitsForBank = true;
      queues.get(t.bank).add(d);
      values += t.nonZeros;
      fetchedBytes += core.tileBytes(t.places, t.nonZeros);
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
      for (int d = 0; d < decoders.size(); d++) {
        Decoder decoder = decoders.get(d);
        if (decoder.left > 0) {
          multiply(decoder);
        } else {
          waits(d, decoder);
        }
      }
      for (int b = 0; b < fetching.length; b++) {
        fetching[b] = Math.max(0, fetching[b] - 1);
      }
    }

    private void multiply(Decoder d) {
      busy++;
      d.left--;
      if (!d.work.isEmpty()) {
        Step s = d.work.remove();
        done++;
        products.multiply(s.group, s.channel, s.y, s.x, s.u, s.v, s.i, s.j, s.outputs);
      }
    }

    /** Waiting counts for what follows it; what nothing follows is the tail. */
    private void waits(int index, Decoder d) {
      if (d.next.isEmpty()) {
        idle[index]++;
        return;
      }
      dispatch += idle[index];
      idle[index] = 0;
      if (d.waitsForBank) {
        banks++;
      } else {
        fetch++;
      }
    }

    private void findTiles() {
      Taps taps = Taps.of(loops, piece);
      List<Tile> word = new ArrayList<>();
      int seen = 0;
      for (int g = piece.groups().from(); g < piece.groups().to(); g++) {
        for (int c = 0; c < loops.inputChannels(); c++) {
          for (int r = 0; r < input.tileRows(); r++) {
            for (int t = 0; t < input.tileColumns(); t++) {
              if (touches(taps.usedRows(), r) && touches(taps.usedColumns(), t)) {
                tile(g, c, r, t).ifPresent(word::add);
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
    }

    private boolean touches(Piece.Range used, int tile) {
      return used.size() > 0
          && tile * input.side() < used.to()
          && (tile + 1) * input.side() > used.from();
    }

    private Optional<Tile> tile(int group, int channel, int tileRow, int tileColumn) {
      int side = input.side();
      int all = group * loops.inputChannels() + channel;
      List<Step> steps = new ArrayList<>();
      int places = 0;
      int nonZeros = 0;
      for (int y = tileRow * side;
          y < Math.min(input.plane().height(), tileRow * side + side);
          y++) {
        for (int x = tileColumn * side;
            x < Math.min(input.plane().width(), tileColumn * side + side);
            x++) {
          places++;
          if (!core.skipsZeros() || input.at(all, y, x)) {
            nonZeros++;
            steps.addAll(steps(group, channel, y, x));
          }
        }
      }
      return nonZeros == 0
          ? Optional.empty()
          : Optional.of(new Tile(steps, places, nonZeros, presentTiles++ % core.banks()));
    }

    private List<Step> steps(int group, int channel, int y, int x) {
      List<Step> steps = new ArrayList<>();
      for (int u = 0; u < loops.window().height(); u++) {
        for (int v = 0; v < loops.window().width(); v++) {
          int i =
              output(
                  y,
                  u * loops.window().dilationY(),
                  loops.window().strideY(),
                  loops.window().top());
          int j =
              output(
                  x,
                  v * loops.window().dilationX(),
                  loops.window().strideX(),
                  loops.window().left());
          if (piece.rows().holds(i) && piece.columns().holds(j)) {
            for (Piece.Range outputs : passes()) {
              steps.add(new Step(group, channel, y, x, u, v, i, j, outputs));
            }
          }
        }
      }
      return steps;
    }

    private int output(int input, int tap, int stride, int padding) {
      if (loops.scatters()) {
        return input * stride + tap - padding;
      }
      int at = input - tap + padding;
      return at >= 0 && at % stride == 0 ? at / stride : -1;
    }

    /** The output channels that the lanes of a decoder take at a time. */
    private List<Piece.Range> passes() {
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
}
