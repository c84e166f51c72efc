package whyc.simulate;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import whyc.op.Window;
import whyc.simulate.CoreTiming.Job;

/**
 * Pieces of layers in the form that the test bench of the RTL lane reads, with what the simulated
 * core makes of them: cycles of {@link CycleByCycle}, and the sums of its products.
 */
final class LaneVectors {
  private final ZeroFreeCore core;
  private final int valueBits;
  private final StringBuilder text = new StringBuilder();
  private int pieces;

  /** Of a core with one lane, which has one decoder and one bank. */
  LaneVectors(ZeroFreeCore core) {
    this.core = core;
    this.valueBits = core.valueBits();
  }

  String text() {
    return pieces + "\n" + text;
  }

  int pieces() {
    return pieces;
  }

  /**
   * Adds a piece.
   *
   * @param x the layer's input, {@code [input channels, places]}
   * @param w its weights, {@code [input channels, taps, output channels]}
   */
  void add(Loops loops, Piece piece, double[] x, double[] w) {
    Occupancy input = Occupancy.of(loops.inputChannels(), loops.input(), core.tileSide(), x);
    Job job = new Job(loops, piece, input, 0, 0);
    head(loops, piece);
    weights(loops, piece, w);
    tiles(loops, piece, x);
    results(job, x, w);
    pieces++;
  }

  private int passes(Piece piece) {
    return core.shares(piece.outputs().size()).passes();
  }

  private void head(Loops l, Piece p) {
    Window w = l.window();
    line(
        l.scatters() ? 1 : 0,
        Integer.numberOfTrailingZeros(w.strideY()),
        w.height(),
        w.width(),
        w.top(),
        w.left(),
        l.input().height(),
        l.input().width(),
        p.rows().from(),
        p.rows().to(),
        p.columns().from(),
        p.columns().to(),
        passes(p) - 1);
  }

  private void line(Object... parts) {
    for (Object part : parts) {
      text.append(part).append(' ');
    }
    text.append('\n');
  }

  /** Bits of several numbers, the first lowest, in hexadecimal. */
  private static String hex(long[] numbers, int bits) {
    BigInteger all = BigInteger.ZERO;
    BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    for (int i = numbers.length - 1; i >= 0; i--) {
      all = all.shiftLeft(bits).or(BigInteger.valueOf(numbers[i]).and(mask));
    }
    return all.toString(16);
  }

  private void weights(Loops l, Piece p, double[] w) {
    int passes = passes(p);
    int taps = l.window().area();
    line(l.inputChannels() * taps * passes);
    for (int c = 0; c < l.inputChannels(); c++) {
      for (int tap = 0; tap < taps; tap++) {
        for (int pass = 0; pass < passes; pass++) {
          long[] row = new long[core.multipliers()];
          for (int m = 0; m < row.length; m++) {
            int o = p.outputs().from() + pass * row.length + m;
            row[m] = o < p.outputs().to() ? (long) w[(c * taps + tap) * l.outputChannels() + o] : 0;
          }
          int place = tap / l.window().width() * TAPS + tap % l.window().width();
          line(((c << TAP_BITS | place) << PASS_BITS) | pass, hex(row, WEIGHT_BITS));
        }
      }
    }
  }

  /** Sizes of the test bench. */
  static final int TAPS = 3;

  private static final int TAP_BITS = 4;
  private static final int PASS_BITS = 2;
  private static final int WEIGHT_BITS = 8;
  private static final int SUM_BITS = 32;

  private void tiles(Loops l, Piece p, double[] x) {
    Taps taps = Taps.of(l, p);
    int side = core.tileSide();
    List<String> present = new ArrayList<>();
    BigInteger words = BigInteger.ZERO;
    int seen = 0;
    for (int c = 0; c < l.inputChannels(); c++) {
      for (int r = taps.usedRows().from() / side; r * side < taps.usedRows().to(); r++) {
        for (int t = taps.usedColumns().from() / side; t * side < taps.usedColumns().to(); t++) {
          String tile = tile(l, taps, x, c, r * side, t * side, seen);
          if (!tile.isEmpty()) {
            present.add(tile);
            words = words.setBit(seen);
          }
          seen++;
        }
      }
    }
    int wordTiles = core.wordTiles();
    int count = Math.ceilDiv(words.bitLength(), wordTiles);
    line(count);
    BigInteger mask = BigInteger.ONE.shiftLeft(wordTiles).subtract(BigInteger.ONE);
    for (int i = 0; i < count; i++) {
      line(words.shiftRight(i * wordTiles).and(mask).toString(16));
    }
    line(present.size());
    present.forEach(text::append);
  }

  /** The values that the piece wants of a tile; empty where all of them are zero. */
  private String tile(Loops l, Taps taps, double[] x, int channel, int row, int column, int index) {
    int side = core.tileSide();
    List<Long> values = new ArrayList<>();
    for (int y = row; y < Math.min(row + side, l.input().height()); y++) {
      for (int v = column; v < Math.min(column + side, l.input().width()); v++) {
        if (taps.at(y, v) > 0) {
          values.add((long) x[(channel * l.input().height() + y) * l.input().width() + v]);
        }
      }
    }
    long[] nonZeros = values.stream().mapToLong(v -> v).filter(v -> v != 0).toArray();
    if (nonZeros.length == 0) {
      return "";
    }
    int bytes = core.tileBytes(values.size(), nonZeros.length);
    boolean sparse = bytes < Math.ceilDiv(values.size() * valueBits, Byte.SIZE);
    int port = core.parts().input().portBytes();
    int beats = core.fetchCycles(values.size(), nonZeros.length);
    BigInteger data = sparse ? sparse(values, nonZeros) : dense(values);
    StringBuilder tile =
        new StringBuilder(
            "%d %d %d %d %d %d".formatted(index, sparse ? 1 : 0, row, column, channel, beats));
    BigInteger mask = BigInteger.ONE.shiftLeft(8 * port).subtract(BigInteger.ONE);
    for (int b = 0; b < beats; b++) {
      tile.append(' ').append(data.shiftRight(8 * port * b).and(mask).toString(16));
    }
    return tile.append('\n').toString();
  }

  private BigInteger dense(List<Long> values) {
    return new BigInteger(hex(values.stream().mapToLong(v -> v).toArray(), valueBits), 16);
  }

  private BigInteger sparse(List<Long> values, long[] nonZeros) {
    long[] bits = values.stream().mapToLong(v -> v == 0 ? 0 : 1).toArray();
    int bitmap = Byte.SIZE * Math.ceilDiv(bits.length, Byte.SIZE);
    return new BigInteger(hex(nonZeros, valueBits), 16)
        .shiftLeft(bitmap)
        .or(new BigInteger(hex(bits, 1), 16));
  }

  private void results(Job job, double[] x, double[] w) {
    Loops l = job.loops();
    Piece p = job.piece();
    long[][] sums = new long[p.rows().size() * p.columns().size() * passes(p)][core.multipliers()];
    CycleByCycle twin =
        new CycleByCycle(
            core,
            (group, channel, y, z, u, v, i, j, outputs) -> {
              long value = (long) x[(channel * l.input().height() + y) * l.input().width() + z];
              int place = (i - p.rows().from()) * p.columns().size() + j - p.columns().from();
              int pass = (outputs.from() - p.outputs().from()) / core.multipliers();
              int tap = channel * l.window().area() + u * l.window().width() + v;
              for (int o = outputs.from(); o < outputs.to(); o++) {
                sums[place * passes(p) + pass][o - outputs.from()] +=
                    value * (long) w[tap * l.outputChannels() + o];
              }
            });
    PieceCycles cycles = twin.run(List.of(job)).getFirst();
    line(
        cycles.handedOut(),
        cycles.end(),
        cycles.busy(),
        cycles.dispatch(),
        cycles.fetch(),
        core.drainCycles(p));
    for (long[] vector : sums) {
      line(hex(vector, SUM_BITS).toLowerCase(Locale.ROOT));
    }
  }
}
