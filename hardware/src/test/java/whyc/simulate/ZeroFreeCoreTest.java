package whyc.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.accelerator.ManyCore;
import whyc.op.Window;
import whyc.simulate.CoreTiming.Job;
import whyc.simulate.Loops.Plane;

final class ZeroFreeCoreTest {
  private static final int MOST = 400;

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, MOST)
        : LongStream.of(Long.getLong("seed"));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void countingTilesAgreesWithEveryCycle(long seed) {
    Case c = Case.drawn(seed);
    assertThat(new TiledTiming(c.core).run(c.jobs)).isEqualTo(new CycleByCycle(c.core).run(c.jobs));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void noDecoderDoesMoreThanThereIsTimeFor(long seed) {
    Case c = Case.drawn(seed);
    List<PieceCycles> pieces = new TiledTiming(c.core).run(c.jobs);
    long end = pieces.stream().mapToLong(PieceCycles::end).max().orElseThrow();
    long spent =
        pieces.stream()
            .mapToLong(p -> (p.busy() + p.dispatch() + p.banks() + p.fetch()) / p.decoders())
            .sum();
    assertThat(spent).isLessThanOrEqualTo(end);
  }

  /** One decoder, one tile of 3 values, 2 x 2 taps each but at the border, 1 bank. */
  @Test
  void oneTileByHand() {
    ZeroFreeCore core = core(1, 4, 8, 4, 64, 1, 4, true);
    Loops loops = new Loops(1, 1, 4, new Plane(4, 4), new Plane(3, 3), Window.of(2, 2, 1), false);
    double[] values = new double[16];
    values[0] = 1; // the corner: one output
    values[5] = 2; // inside: four
    values[7] = 3; // the right edge: two
    Job job = new Job(loops, Piece.all(loops), Occupancy.of(1, new Plane(4, 4), 4, values), 0, 9);
    // 1 cycle to find the tile; 16 bits + 3 bytes = 5 bytes = 2 cycles through a port of 4;
    // 1 + 4 + 2 taps; 9 cycles to drain
    assertThat(new TiledTiming(core).run(List.of(job)))
        .containsExactly(
            new PieceCycles(1, 0, 1, 10, 19, 7, 1, 0, 2, new PieceWork(1, 7, 7 * 4, 3, 1, 5)));
  }

  static ZeroFreeCore core(
      int lanes,
      int multipliers,
      int valueBits,
      int tileSide,
      int wordTiles,
      int banks,
      int portBytes,
      boolean skipsZeros) {
    ManyCore.Memory input = new ManyCore.Memory(1 << 16, banks, portBytes, 0, 0);
    ManyCore.Memory other = new ManyCore.Memory(1 << 20, 1, 1, 0, 0);
    return new ZeroFreeCore(
        new ManyCore.Core(
            lanes,
            multipliers,
            skipsZeros,
            tileSide,
            wordTiles,
            1 + lanes % 3,
            input,
            other,
            other,
            16),
        valueBits);
  }

  /** Drawn layers, cores and zeros: small, awkward. */
  record Case(ZeroFreeCore core, List<Job> jobs) {
    static Case drawn(long seed) {
      RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      ZeroFreeCore core =
          ZeroFreeCoreTest.core(
              r.nextInt(1, 9),
              r.nextInt(1, 5),
              r.nextBoolean() ? 8 : 16,
              List.of(2, 4, 8).get(r.nextInt(3)),
              r.nextInt(1, 65),
              r.nextInt(1, 5),
              r.nextInt(1, 17),
              r.nextInt(8) > 0);
      List<Job> jobs = new ArrayList<>();
      long release = 0;
      for (int i = r.nextInt(1, 4); i > 0; i--) {
        release += r.nextInt(50);
        jobs.add(job(r, core.tileSide(), release));
      }
      return new Case(core, jobs);
    }

    private static Job job(RandomGenerator r, int tileSide, long release) {
      Loops loops = loops(r);
      Plane in = loops.input();
      int channels = loops.groups() * loops.inputChannels();
      double[] values = new double[channels * in.size()];
      double density = r.nextDouble();
      for (int i = 0; i < values.length; i++) {
        values[i] = r.nextDouble() < density ? 1 : 0;
      }
      Occupancy input = Occupancy.of(channels, in, tileSide, values);
      return new Job(loops, piece(r, loops), input, release, r.nextInt(100));
    }

    private static Loops loops(RandomGenerator r) {
      boolean scatters = r.nextBoolean();
      int taps = r.nextInt(1, 4);
      int stride = r.nextInt(1, 4);
      int padding = r.nextInt(taps);
      int dilation = r.nextInt(1, 3);
      Window window =
          new Window(
              taps, taps, stride, stride, padding, padding, padding, padding, dilation, dilation);
      Plane small = new Plane(r.nextInt(1, 6), r.nextInt(1, 6));
      int reach = dilation * (taps - 1) + 1 - 2 * padding;
      Plane large =
          new Plane(
              Math.max(1, (small.height() - 1) * stride + reach),
              Math.max(1, (small.width() - 1) * stride + reach));
      return new Loops(
          r.nextInt(1, 3),
          r.nextInt(1, 5),
          r.nextInt(1, 20),
          scatters ? small : large,
          scatters ? large : small,
          window,
          scatters);
    }

    private static Piece piece(RandomGenerator r, Loops l) {
      return new Piece(
          range(r, l.groups()),
          range(r, l.outputChannels()),
          range(r, l.output().height()),
          range(r, l.output().width()));
    }

    private static Piece.Range range(RandomGenerator r, int extent) {
      int from = r.nextInt(extent);
      return new Piece.Range(from, r.nextInt(from + 1, extent + 1));
    }
  }
}
