package whyc.rtl;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Carries out a program as the core does, instruction by instruction and word by word, without its
 * pipelines: what the memories hold in the end is what they hold in the core.
 */
final class Replay {
  private final Program p;
  private final int lanes;
  private final long[][] features;
  private final boolean[][] masks;
  private final int[][] switches;
  private final long[][] results;
  private final long[][] sums;
  private final int[][] winners;
  private final long[][] lines;
  private int classIndex;

  private Replay(Program p) {
    this.p = p;
    this.lanes = p.core().lanes();
    this.features = new long[p.words(CoreStorage.FEATURES)][lanes];
    this.masks = new boolean[p.words(CoreStorage.MASKS)][lanes];
    this.switches = new int[p.words(CoreStorage.SWITCHES)][lanes];
    this.results = new long[p.words(CoreStorage.RESULTS)][lanes];
    this.sums = new long[p.core().places()][lanes];
    this.winners = new int[p.core().places()][lanes];
    this.lines = new long[p.lines()][lanes];
    for (int i = 0; i < p.weights().size(); i++) {
      lines[i] = p.weights().get(i).clone();
    }
  }

  /** What a run leaves behind: the class, and the codes of each output, position by position. */
  record Outcome(int classIndex, SequencedMap<String, long[]> outputs) {}

  /**
   * Runs a program.
   *
   * @param input codes {@code [C,h,w]}
   * @param methods a bit for each that is asked for
   */
  static Outcome run(Program p, long[] input, int methods) {
    Replay r = new Replay(p);
    long[][] words = words(p, input);
    System.arraycopy(words, 0, r.features, p.input().address(), words.length);
    p.instructions().stream().filter(i -> (i.get(Field.METHODS) & methods) != 0).forEach(r::step);
    SequencedMap<String, long[]> outputs = new LinkedHashMap<>();
    p.outputs().stream()
        .filter(o -> (methods >> o.method() & 1) != 0)
        .forEach(o -> outputs.put(o.name(), r.read(o)));
    return new Outcome(r.classIndex, outputs);
  }

  /** An image as words of lanes. */
  static long[][] words(Program p, long[] image) {
    Program.Port port = p.input();
    int lanes = p.core().lanes();
    Plane plane = new Plane(port.rows(), port.columns(), port.channels(), lanes);
    long[][] words = new long[plane.words()][lanes];
    for (int i = 0; i < image.length; i++) {
      int channel = i / plane.positions();
      int position = i % plane.positions();
      words[position * plane.groups() + channel / lanes][channel % lanes] = image[i];
    }
    return words;
  }

  private long[] read(Program.Port o) {
    Plane plane = new Plane(o.rows(), o.columns(), o.channels(), lanes);
    long[] codes = new long[plane.positions() * plane.channels()];
    for (int i = 0; i < codes.length; i++) {
      int channel = i / plane.positions();
      int position = i % plane.positions();
      codes[i] =
          results[o.address() + position * plane.groups() + channel / lanes][channel % lanes];
    }
    return codes;
  }

  private void step(Instruction i) {
    switch (i.kind()) {
      case WINNER -> winner(i);
      case SCALE -> scale(i);
      case COMPUTE, SWEEP, TABLE, END -> blocks(i);
    }
  }

  private void blocks(Instruction i) {
    int tiles = Math.ceilDiv(i.get(Field.PLANE_ROWS), i.get(Field.TILE_ROWS));
    for (int tile = 0; tile < tiles; tile++) {
      for (int group = 0; group < i.get(Field.GROUPS_OUT); group++) {
        if (i.kind() == Kind.COMPUTE) {
          passes(i, tile, group);
        }
        drain(i, tile, group);
      }
    }
  }

  private void winner(Instruction i) {
    int count = i.get(Field.GROUPS_IN);
    int best = 0;
    for (int c = 1; c < count; c++) {
      best = score(i, c) > score(i, best) ? c : best;
    }
    classIndex = best;
  }

  /** The map in lane 0, what was its largest code in lane 1. */
  private void scale(Instruction i) {
    int from = i.get(Field.SOURCE);
    int count = i.get(Field.GROUPS_IN);
    MapScale scaled =
        MapScale.of(Arrays.stream(results, from, from + count).mapToLong(w -> w[0]).toArray());
    for (int k = 0; k < count; k++) {
      results[from + k] = new long[lanes];
      results[from + k][0] = scaled.codes()[k];
      results[from + k][1] = scaled.most();
    }
  }

  private long score(Instruction i, int c) {
    return results[i.get(Field.SOURCE) + c / lanes][c % lanes];
  }

  private void passes(Instruction i, int tile, int group) {
    int top = tile * i.get(Field.TILE_ROWS);
    int bottom = Math.min(top + i.get(Field.TILE_ROWS), i.get(Field.PLANE_ROWS));
    for (Tap t : i.taps()) {
      boolean skips = t.firstRow() > top;
      int rows = Math.min(t.endRow(), bottom) - Math.max(t.firstRow(), top);
      for (int word = 0; word < i.get(Field.GROUPS_IN) && rows > 0; word++) {
        int source =
            i.get(Field.SOURCE)
                + tile * i.get(Field.SOURCE_TILE)
                + group * i.get(Field.SOURCE_GROUP)
                + t.source()
                + (skips ? t.skip() : 0)
                + word;
        int weight =
            i.get(Field.WEIGHT)
                + classLines(i)
                + group * i.get(Field.WEIGHT_OUT)
                + t.weight()
                + word * i.get(Field.WEIGHT_IN);
        int place = t.place() + (skips ? t.placeSkip() : 0);
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < t.columns(); column++) {
            int at = source + row * i.get(Field.SOURCE_ROW) + column * i.get(Field.SOURCE_COLUMN);
            int to =
                i.has(Flag.REDUCES) ? place : place + row * i.get(Field.PLANE_COLUMNS) + column;
            add(i, t, at, weight, to);
          }
        }
      }
    }
  }

  private int classLines(Instruction i) {
    return i.has(Flag.BY_CLASS) ? classIndex * i.get(Field.WEIGHT_CLASS) : 0;
  }

  private void add(Instruction i, Tap t, int at, int weight, int place) {
    for (int c = 0; c < lanes; c++) {
      long dot = i.has(Flag.DIRECT) ? word(i, t, at, c) : dot(i, t, at, weight, c);
      if (i.has(Flag.MAX)) {
        boolean wins = winners[place][c] == 0 || dot > sums[place][c];
        sums[place][c] = wins ? dot : sums[place][c];
        winners[place][c] = wins ? t.number() + 1 : winners[place][c];
      } else {
        sums[place][c] += dot;
      }
    }
  }

  private long word(Instruction i, Tap t, int at, int lane) {
    boolean passes =
        !i.has(Flag.GATES_BY_SWITCH) || switches[at + i.get(Field.SWITCH)][lane] == t.number();
    return passes ? features[at][lane] : 0;
  }

  private long dot(Instruction i, Tap t, int at, int weight, int column) {
    long dot = 0;
    for (int r = 0; r < lanes; r++) {
      int line = i.has(Flag.TRANSPOSED) ? column : r;
      int lane = i.has(Flag.TRANSPOSED) ? r : column;
      if (line < i.get(Field.WEIGHT_LINES)) {
        dot += p.array().of(i.multipliesExactly(), word(i, t, at, r), lines[weight + line][lane]);
      }
    }
    return dot;
  }

  private void drain(Instruction i, int tile, int group) {
    boolean reduces = i.has(Flag.REDUCES);
    int top = tile * i.get(Field.TILE_ROWS);
    int rows = Math.min(i.get(Field.TILE_ROWS), i.get(Field.PLANE_ROWS) - top);
    int columns = reduces ? 1 : i.get(Field.PLANE_COLUMNS);
    int target = i.get(Field.TARGET) + tile * i.get(Field.TARGET_TILE) + group;
    int residual = i.get(Field.RESIDUAL) + tile * i.get(Field.RESIDUAL_TILE) + group;
    int place = 0;
    for (int row = 0; row < (reduces ? 1 : rows); row++) {
      for (int column = 0; column < columns; column++, place++) {
        word(
            i,
            group,
            i.kind() == Kind.COMPUTE ? place : -1,
            target + row * i.get(Field.TARGET_ROW) + column * i.get(Field.TARGET_COLUMN),
            residual + row * i.get(Field.RESIDUAL_ROW) + column * i.get(Field.RESIDUAL_COLUMN));
      }
    }
  }

  private void word(Instruction i, int group, int place, int target, int residual) {
    long[] codes = new long[lanes];
    for (int c = 0; c < lanes; c++) {
      long sum =
          switch (i.kind()) {
            case COMPUTE -> sums[place][c];
            case SWEEP -> features[residual][c];
            case TABLE ->
                lines[i.get(Field.WEIGHT) + classLines(i) + group * i.get(Field.WEIGHT_OUT)][c];
            case WINNER, SCALE, END -> throw new IllegalStateException(i.name());
          };
      Program.Parameter q =
          p.parameters().get(i.get(Field.PARAMETER) + group * i.get(Field.PARAMETER_GROUP) + c);
      boolean adds = i.has(Flag.RESIDUAL) && group < i.get(Field.RESIDUAL_GROUPS);
      codes[c] = code(i, sum, q, adds ? features[residual][c] : 0, target, c);
    }
    for (int c = 0; c < lanes; c++) {
      store(i, codes[c], place, target, c);
    }
    if (place >= 0) {
      sums[place] = new long[lanes];
      winners[place] = new int[lanes];
    }
  }

  private long code(
      Instruction i, long sum, Program.Parameter q, long residual, int target, int lane) {
    boolean wide = i.has(Flag.RESULT);
    int bits = wide && !i.has(Flag.RESIDUAL) ? p.core().resultBits() : p.core().codeBits();
    int shifts = i.get(Field.SHIFTS);
    int more = i.get(Field.MORE_SHIFTS);
    long code =
        rounded(
            BigInteger.valueOf(sum + q.bias()).multiply(BigInteger.valueOf(q.factor())),
            shifts & 31,
            bits);
    if (i.has(Flag.RESIDUAL)) {
      long near = rounded(BigInteger.valueOf(residual), more >> 5 & 31, p.core().codeBits());
      long own = code << (shifts >> 5 & 31);
      long other = near << (shifts >> 10 & 31);
      long pair =
          ((more & Instruction.OWN_MINUS) == 0 ? own : -own)
              + ((more & Instruction.RESIDUAL_MINUS) == 0 ? other : -other);
      code =
          rounded(
              BigInteger.valueOf(pair),
              more & 31,
              wide ? p.core().resultBits() : p.core().codeBits());
    }
    boolean closed = i.has(Flag.GATE) && !masks[target + i.get(Field.MASK)][lane];
    if (closed || (i.has(Flag.RELU) && code < 0)) {
      return 0;
    }
    return i.has(Flag.CLIPS) ? Math.min(code, i.get(Field.CEILING)) : code;
  }

  private static long rounded(BigInteger x, int shift, int bits) {
    BigInteger floor = x.shiftRight(shift);
    BigInteger rest = x.subtract(floor.shiftLeft(shift)).shiftLeft(1);
    int half = rest.compareTo(BigInteger.ONE.shiftLeft(shift));
    boolean up = half > 0 || (half == 0 && shift > 0 && floor.testBit(0));
    BigInteger near = up ? floor.add(BigInteger.ONE) : floor;
    BigInteger top = BigInteger.ONE.shiftLeft(bits - 1);
    return near.max(top.negate()).min(top.subtract(BigInteger.ONE)).longValueExact();
  }

  private void store(Instruction i, long code, int place, int target, int lane) {
    (i.has(Flag.RESULT) ? results : i.writesLines() ? lines : features)[target][lane] = code;
    if (i.has(Flag.MASK)) {
      masks[target + i.get(Field.MASK)][lane] = code > 0;
    }
    if (i.has(Flag.WRITES_SWITCH)) {
      switches[target + i.get(Field.SWITCH)][lane] = winners[place][lane] - 1;
    }
  }
}
