package whyc.engine.jvm.integer;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops over vectors of the width that the machine prefers. */
record VectorKernels() implements Kernels {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> HALF = ByteVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorOperators.Conversion<Float, Integer> TO_INTS = VectorOperators.F2I;
  private static final int LENGTH = FLOATS.length();
  private static final int CODES = BYTES.length();

  /**
   * Whether two vectors hold half a row of a table. There are no permuting loops for narrower ones:
   * plain loops stand in for them.
   */
  private static final boolean PERMUTES = CODES == 64;

  private static final PlainKernels PLAIN = new PlainKernels(2 * LENGTH, 2 * CODES);

  /** Taps after which sums of bytes could leave 16 bits. */
  private static final int SHORT_SUM = 256;

  @Override
  public int mostTerms() {
    return PERMUTES ? 4 : 8;
  }

  @Override
  public int productLanes() {
    return 2 * LENGTH;
  }

  @Override
  public int tableLanes() {
    return 2 * CODES;
  }

  @Override
  public int slack() {
    return CODES;
  }

  @Override
  public void map(
      byte[] from,
      int fromAt,
      int fromStep,
      int rows,
      int count,
      short[] factors,
      float[] to,
      int toAt,
      int toStep) {
    int lanes = SHORTS.length();
    int last = from.length - Math.ceilDiv(count, lanes) * lanes - fromAt;
    int inside = PERMUTES && last >= 0 ? Math.min(rows, last / fromStep + 1) : 0;
    if (inside > 0) {
      permuteFactors(from, fromAt, fromStep, inside, count, factors, to, toAt, toStep);
    }
    if (inside < rows) { // vectors would read behind the array
      int source = fromAt + inside * fromStep;
      int target = toAt + inside * toStep;
      PLAIN.map(from, source, fromStep, rows - inside, count, factors, to, target, toStep);
    }
  }

  /** The table of factors lies in eight registers, and is permuted by the codes. */
  private static void permuteFactors(
      byte[] from,
      int fromAt,
      int fromStep,
      int rows,
      int count,
      short[] factors,
      float[] to,
      int toAt,
      int toStep) {
    int lanes = SHORTS.length();
    ShortVector f0 = ShortVector.fromArray(SHORTS, factors, 0);
    ShortVector f1 = ShortVector.fromArray(SHORTS, factors, lanes);
    ShortVector f2 = ShortVector.fromArray(SHORTS, factors, 2 * lanes);
    ShortVector f3 = ShortVector.fromArray(SHORTS, factors, 3 * lanes);
    ShortVector f4 = ShortVector.fromArray(SHORTS, factors, 4 * lanes);
    ShortVector f5 = ShortVector.fromArray(SHORTS, factors, 5 * lanes);
    ShortVector f6 = ShortVector.fromArray(SHORTS, factors, 6 * lanes);
    ShortVector f7 = ShortVector.fromArray(SHORTS, factors, 7 * lanes);
    for (int i = 0; i < rows; i++) {
      int source = fromAt + i * fromStep;
      int target = toAt + i * toStep;
      for (int j = 0; j < count; j += lanes) {
        ShortVector x =
            ByteVector.fromArray(HALF, from, source + j)
                .convertShape(VectorOperators.ZERO_EXTEND_B2S, SHORTS, 0)
                .reinterpretAsShorts();
        ShortVector lower =
            x.selectFrom(f0, f1).blend(x.selectFrom(f2, f3), x.compare(VectorOperators.GE, 64));
        ShortVector upper =
            x.selectFrom(f4, f5).blend(x.selectFrom(f6, f7), x.compare(VectorOperators.GE, 192));
        ShortVector y = lower.blend(upper, x.compare(VectorOperators.GE, 128));
        y.convertShape(VectorOperators.S2F, FLOATS, 0)
            .reinterpretAsFloats()
            .intoArray(to, target + j);
        y.convertShape(VectorOperators.S2F, FLOATS, 1)
            .reinterpretAsFloats()
            .intoArray(to, target + j + LENGTH);
      }
    }
  }

  @Override
  public void copy(
      byte[] from, int fromAt, int[] runs, int runsAt, int count, byte[] to, int toAt) {
    int lane = 0;
    for (int r = 0; r < count; r++) {
      int shift = fromAt + runs[runsAt + 2 * r] - lane;
      int end = runs[runsAt + 2 * r + 1];
      for (; lane < end; lane += CODES) {
        ByteVector.fromArray(BYTES, from, shift + lane).intoArray(to, toAt + lane);
      }
      lane = end;
    }
  }

  @Override
  public void multiply(
      int rows,
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      int[] offsets,
      int taps,
      int chunk,
      int[] y,
      int yAt,
      int pitch) {
    if (rows == 1) {
      multiplyRow(left, leftAt, right, rightAt, offsets, taps, chunk, y, yAt);
    } else {
      multiplyRows(left, leftAt, right, rightAt, offsets, taps, chunk, y, yAt, pitch);
    }
  }

  /** The row of a convolution that has a channel for itself, or of a single vector. */
  private static void multiplyRow(
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      int[] offsets,
      int taps,
      int chunk,
      int[] y,
      int yAt) {
    Arrays.fill(y, yAt, yAt + 2 * LENGTH, 0);
    for (int from = 0; from < taps; from += chunk) {
      int to = Math.min(taps, from + chunk);
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = FloatVector.zero(FLOATS);
      for (int t = from; t < to; t++) {
        int column = rightAt + offsets[t];
        FloatVector factor = FloatVector.broadcast(FLOATS, left[leftAt + t * ROWS]);
        a = factor.fma(FloatVector.fromArray(FLOATS, right, column), a);
        b = factor.fma(FloatVector.fromArray(FLOATS, right, column + LENGTH), b);
      }
      IntVector.fromArray(INTS, y, yAt).add(a.convert(TO_INTS, 0)).intoArray(y, yAt);
      int second = yAt + LENGTH;
      IntVector.fromArray(INTS, y, second).add(b.convert(TO_INTS, 0)).intoArray(y, second);
    }
  }

  /**
   * Eight rows times two vectors: sixteen sums stay in registers, and more would not. Each tap
   * loads two vectors and repeats eight numbers for sixteen multiply-adds.
   */
  private static void multiplyRows(
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      int[] offsets,
      int taps,
      int chunk,
      int[] y,
      int yAt,
      int pitch) {
    for (int i = 0; i < ROWS; i++) {
      Arrays.fill(y, yAt + i * pitch, yAt + i * pitch + 2 * LENGTH, 0);
    }
    for (int from = 0; from < taps; from += chunk) {
      int to = Math.min(taps, from + chunk);
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector b0 = FloatVector.zero(FLOATS);
      FloatVector a1 = FloatVector.zero(FLOATS);
      FloatVector b1 = FloatVector.zero(FLOATS);
      FloatVector a2 = FloatVector.zero(FLOATS);
      FloatVector b2 = FloatVector.zero(FLOATS);
      FloatVector a3 = FloatVector.zero(FLOATS);
      FloatVector b3 = FloatVector.zero(FLOATS);
      FloatVector a4 = FloatVector.zero(FLOATS);
      FloatVector b4 = FloatVector.zero(FLOATS);
      FloatVector a5 = FloatVector.zero(FLOATS);
      FloatVector b5 = FloatVector.zero(FLOATS);
      FloatVector a6 = FloatVector.zero(FLOATS);
      FloatVector b6 = FloatVector.zero(FLOATS);
      FloatVector a7 = FloatVector.zero(FLOATS);
      FloatVector b7 = FloatVector.zero(FLOATS);
      for (int t = from; t < to; t++) {
        int column = rightAt + offsets[t];
        FloatVector p = FloatVector.fromArray(FLOATS, right, column);
        FloatVector q = FloatVector.fromArray(FLOATS, right, column + LENGTH);
        int row = leftAt + t * ROWS;
        FloatVector factor = FloatVector.broadcast(FLOATS, left[row]);
        a0 = factor.fma(p, a0);
        b0 = factor.fma(q, b0);
        factor = FloatVector.broadcast(FLOATS, left[row + 1]);
        a1 = factor.fma(p, a1);
        b1 = factor.fma(q, b1);
        factor = FloatVector.broadcast(FLOATS, left[row + 2]);
        a2 = factor.fma(p, a2);
        b2 = factor.fma(q, b2);
        factor = FloatVector.broadcast(FLOATS, left[row + 3]);
        a3 = factor.fma(p, a3);
        b3 = factor.fma(q, b3);
        factor = FloatVector.broadcast(FLOATS, left[row + 4]);
        a4 = factor.fma(p, a4);
        b4 = factor.fma(q, b4);
        factor = FloatVector.broadcast(FLOATS, left[row + 5]);
        a5 = factor.fma(p, a5);
        b5 = factor.fma(q, b5);
        factor = FloatVector.broadcast(FLOATS, left[row + 6]);
        a6 = factor.fma(p, a6);
        b6 = factor.fma(q, b6);
        factor = FloatVector.broadcast(FLOATS, left[row + 7]);
        a7 = factor.fma(p, a7);
        b7 = factor.fma(q, b7);
      }
      int at = yAt;
      IntVector.fromArray(INTS, y, at).add(a0.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b0.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
      at += pitch;
      IntVector.fromArray(INTS, y, at).add(a1.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b1.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
      at += pitch;
      IntVector.fromArray(INTS, y, at).add(a2.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b2.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
      at += pitch;
      IntVector.fromArray(INTS, y, at).add(a3.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b3.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
      at += pitch;
      IntVector.fromArray(INTS, y, at).add(a4.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b4.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
      at += pitch;
      IntVector.fromArray(INTS, y, at).add(a5.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b5.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
      at += pitch;
      IntVector.fromArray(INTS, y, at).add(a6.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b6.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
      at += pitch;
      IntVector.fromArray(INTS, y, at).add(a7.convert(TO_INTS, 0)).intoArray(y, at);
      IntVector.fromArray(INTS, y, at + LENGTH)
          .add(b7.convert(TO_INTS, 0))
          .intoArray(y, at + LENGTH);
    }
  }

  @Override
  public void lookUp(
      byte[] left,
      int leftAt,
      byte[] panel,
      int panelAt,
      int taps,
      byte[] table,
      int bias,
      int[] y,
      int yAt,
      int lanes,
      int[] scratch,
      int scratchAt) {
    if (!PERMUTES) {
      PLAIN.lookUp(
          left, leftAt, panel, panelAt, taps, table, bias, y, yAt, lanes, scratch, scratchAt);
      return;
    }
    Arrays.fill(y, yAt, yAt + lanes, taps * bias);
    if (lanes > CODES) {
      permute2(left, leftAt, panel, panelAt, taps, table, y, yAt, lanes, scratch, scratchAt);
    } else {
      permute(left, leftAt, panel, panelAt, taps, table, y, yAt, lanes, scratch, scratchAt);
    }
  }

  /**
   * A row of the table lies in registers, low and high bytes apart, and is permuted by the codes of
   * a vector. Bytes are summed as they lie, two in a lane of 16 bits, and those at odd places once
   * more by themselves: {@code sum(even) = sum(all) - 256 * sum(odd)} modulo 2^16.
   */
  private static void permute(
      byte[] left,
      int leftAt,
      byte[] panel,
      int panelAt,
      int taps,
      byte[] table,
      int[] y,
      int yAt,
      int lanes,
      int[] scratch,
      int scratchAt) {
    for (int from = 0; from < taps; from += SHORT_SUM) {
      int to = Math.min(taps, from + SHORT_SUM);
      ShortVector lowAll = ShortVector.zero(SHORTS);
      ShortVector lowOdd = lowAll;
      ShortVector highAll = lowAll;
      ShortVector highOdd = lowAll;
      for (int t = from; t < to; t++) {
        int row = (left[leftAt + t] & 0xff) * TABLE_ROW;
        ByteVector x = ByteVector.fromArray(BYTES, panel, panelAt + t * 2 * CODES);
        VectorMask<Byte> upper = x.compare(VectorOperators.LT, 0);
        ByteVector l0 = ByteVector.fromArray(BYTES, table, row);
        ByteVector l1 = ByteVector.fromArray(BYTES, table, row + CODES);
        ByteVector l2 = ByteVector.fromArray(BYTES, table, row + 2 * CODES);
        ByteVector l3 = ByteVector.fromArray(BYTES, table, row + 3 * CODES);
        ByteVector h0 = ByteVector.fromArray(BYTES, table, row + 256);
        ByteVector h1 = ByteVector.fromArray(BYTES, table, row + 256 + CODES);
        ByteVector h2 = ByteVector.fromArray(BYTES, table, row + 256 + 2 * CODES);
        ByteVector h3 = ByteVector.fromArray(BYTES, table, row + 256 + 3 * CODES);
        ShortVector low =
            x.selectFrom(l0, l1).blend(x.selectFrom(l2, l3), upper).reinterpretAsShorts();
        lowAll = lowAll.add(low);
        lowOdd = lowOdd.add(low.lanewise(VectorOperators.LSHR, 8));
        ShortVector high =
            x.selectFrom(h0, h1).blend(x.selectFrom(h2, h3), upper).reinterpretAsShorts();
        highAll = highAll.add(high);
        highOdd = highOdd.add(high.lanewise(VectorOperators.LSHR, 8));
      }
      lowAll.reinterpretAsInts().intoArray(scratch, scratchAt);
      lowOdd.reinterpretAsInts().intoArray(scratch, scratchAt + LENGTH);
      highAll.reinterpretAsInts().intoArray(scratch, scratchAt + 2 * LENGTH);
      highOdd.reinterpretAsInts().intoArray(scratch, scratchAt + 3 * LENGTH);
      fold(scratch, scratchAt, y, yAt, lanes);
    }
  }

  /** The same for two vectors, which halves how often a row is loaded. */
  private static void permute2(
      byte[] left,
      int leftAt,
      byte[] panel,
      int panelAt,
      int taps,
      byte[] table,
      int[] y,
      int yAt,
      int lanes,
      int[] scratch,
      int scratchAt) {
    for (int from = 0; from < taps; from += SHORT_SUM) {
      int to = Math.min(taps, from + SHORT_SUM);
      ShortVector lowAll = ShortVector.zero(SHORTS);
      ShortVector lowOdd = lowAll;
      ShortVector highAll = lowAll;
      ShortVector highOdd = lowAll;
      ShortVector lowAll2 = lowAll;
      ShortVector lowOdd2 = lowAll;
      ShortVector highAll2 = lowAll;
      ShortVector highOdd2 = lowAll;
      for (int t = from; t < to; t++) {
        int row = (left[leftAt + t] & 0xff) * TABLE_ROW;
        ByteVector x = ByteVector.fromArray(BYTES, panel, panelAt + t * 2 * CODES);
        VectorMask<Byte> upper = x.compare(VectorOperators.LT, 0);
        ByteVector x2 = ByteVector.fromArray(BYTES, panel, panelAt + t * 2 * CODES + CODES);
        VectorMask<Byte> upper2 = x2.compare(VectorOperators.LT, 0);
        ByteVector l0 = ByteVector.fromArray(BYTES, table, row);
        ByteVector l1 = ByteVector.fromArray(BYTES, table, row + CODES);
        ByteVector l2 = ByteVector.fromArray(BYTES, table, row + 2 * CODES);
        ByteVector l3 = ByteVector.fromArray(BYTES, table, row + 3 * CODES);
        ByteVector h0 = ByteVector.fromArray(BYTES, table, row + 256);
        ByteVector h1 = ByteVector.fromArray(BYTES, table, row + 256 + CODES);
        ByteVector h2 = ByteVector.fromArray(BYTES, table, row + 256 + 2 * CODES);
        ByteVector h3 = ByteVector.fromArray(BYTES, table, row + 256 + 3 * CODES);
        ShortVector low =
            x.selectFrom(l0, l1).blend(x.selectFrom(l2, l3), upper).reinterpretAsShorts();
        lowAll = lowAll.add(low);
        lowOdd = lowOdd.add(low.lanewise(VectorOperators.LSHR, 8));
        ShortVector high =
            x.selectFrom(h0, h1).blend(x.selectFrom(h2, h3), upper).reinterpretAsShorts();
        highAll = highAll.add(high);
        highOdd = highOdd.add(high.lanewise(VectorOperators.LSHR, 8));
        ShortVector low2 =
            x2.selectFrom(l0, l1).blend(x2.selectFrom(l2, l3), upper2).reinterpretAsShorts();
        lowAll2 = lowAll2.add(low2);
        lowOdd2 = lowOdd2.add(low2.lanewise(VectorOperators.LSHR, 8));
        ShortVector high2 =
            x2.selectFrom(h0, h1).blend(x2.selectFrom(h2, h3), upper2).reinterpretAsShorts();
        highAll2 = highAll2.add(high2);
        highOdd2 = highOdd2.add(high2.lanewise(VectorOperators.LSHR, 8));
      }
      lowAll.reinterpretAsInts().intoArray(scratch, scratchAt);
      lowOdd.reinterpretAsInts().intoArray(scratch, scratchAt + LENGTH);
      highAll.reinterpretAsInts().intoArray(scratch, scratchAt + 2 * LENGTH);
      highOdd.reinterpretAsInts().intoArray(scratch, scratchAt + 3 * LENGTH);
      lowAll2.reinterpretAsInts().intoArray(scratch, scratchAt + 4 * LENGTH);
      lowOdd2.reinterpretAsInts().intoArray(scratch, scratchAt + 5 * LENGTH);
      highAll2.reinterpretAsInts().intoArray(scratch, scratchAt + 6 * LENGTH);
      highOdd2.reinterpretAsInts().intoArray(scratch, scratchAt + 7 * LENGTH);
      fold(scratch, scratchAt, y, yAt, CODES);
      fold(scratch, scratchAt + CODES, y, yAt + CODES, lanes - CODES);
    }
  }

  /**
   * Adds sums of bytes up to sums of products. They come through memory: a vector that is handed to
   * a method is an object unless the method is inlined.
   *
   * @param scratch sums of low bytes, of odd ones among them, of high bytes, of odd ones among them
   */
  private static void fold(int[] scratch, int at, int[] y, int yAt, int lanes) {
    IntVector low = IntVector.fromArray(INTS, scratch, at);
    IntVector lowOdd = IntVector.fromArray(INTS, scratch, at + LENGTH);
    IntVector high = IntVector.fromArray(INTS, scratch, at + 2 * LENGTH);
    IntVector highOdd = IntVector.fromArray(INTS, scratch, at + 3 * LENGTH);
    ShortVector lowShift = lowOdd.reinterpretAsShorts().lanewise(VectorOperators.LSHL, 8);
    ShortVector highShift = highOdd.reinterpretAsShorts().lanewise(VectorOperators.LSHL, 8);
    low = low.reinterpretAsShorts().sub(lowShift).reinterpretAsInts();
    high = high.reinterpretAsShorts().sub(highShift).reinterpretAsInts();
    IntVector first = high.and(0xffff).lanewise(VectorOperators.LSHL, 8);
    IntVector second = highOdd.and(0xffff).lanewise(VectorOperators.LSHL, 8);
    IntVector third = high.lanewise(VectorOperators.LSHR, 16).lanewise(VectorOperators.LSHL, 8);
    IntVector fourth = highOdd.lanewise(VectorOperators.LSHR, 16).lanewise(VectorOperators.LSHL, 8);
    first.add(low.and(0xffff)).intoArray(scratch, at);
    second.add(lowOdd.and(0xffff)).intoArray(scratch, at + LENGTH);
    third.add(low.lanewise(VectorOperators.LSHR, 16)).intoArray(scratch, at + 2 * LENGTH);
    fourth.add(lowOdd.lanewise(VectorOperators.LSHR, 16)).intoArray(scratch, at + 3 * LENGTH);
    for (int j = 0; j < lanes; j++) {
      y[yAt + j] += scratch[at + j % 4 * LENGTH + j / 4];
    }
  }
}
