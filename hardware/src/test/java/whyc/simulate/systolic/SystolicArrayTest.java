package whyc.simulate.systolic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.accelerator.Dataflow;
import whyc.op.Window;
import whyc.simulate.Loops;

final class SystolicArrayTest {
  private static Loops product(int m, int k, int n) {
    var places = new Loops.Plane(1, m);
    return new Loops(1, k, n, places, places, Window.of(1, 1, 1), false);
  }

  private static Loops conv(int in, int out, int extent, int kernel, int stride) {
    int after = (extent - 1) / stride + 1;
    int pad = kernel / 2;
    return new Loops(
        1,
        in,
        out,
        new Loops.Plane(extent, extent),
        new Loops.Plane(after, after),
        Window.of(kernel, kernel, stride).padded(pad, pad, pad, pad),
        false);
  }

  private static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void aProductTakesTheCyclesOfItsTwinAndComesOutRight(int seed) {
    RandomGenerator random = new Random(seed);
    int rows = random.nextInt(1, 7);
    int columns = random.nextInt(1, 7);
    int m = random.nextInt(1, 15);
    int k = random.nextInt(1, 15);
    int n = random.nextInt(1, 15);
    long[][] x = new long[m][k];
    long[][] w = new long[k][n];
    Stream.of(x).forEach(row -> IntegerLayer.fill(row, random));
    Stream.of(w).forEach(row -> IntegerLayer.fill(row, random));
    for (Dataflow dataflow : Dataflow.values()) {
      SystolicArray array = SystolicArray.of(dataflow, rows, columns);
      for (Convention convention : List.of(Convention.PIPELINED, Convention.SERIAL)) {
        var job = SteppedArray.Job.of(x, w);
        boolean pipelined = convention == Convention.PIPELINED;
        long cycles = SteppedArray.run(rows, columns, dataflow, pipelined, List.of(job));
        assertThat(job.y()).as("%s %s", dataflow, convention).isDeepEqualTo(times(x, w));
        Account account = array.with(convention).run(product(m, k, n));
        assertThat(account.cycles())
            .as("%s %s, %d by %d: %d %d %d", dataflow, convention, rows, columns, m, k, n)
            .isEqualTo(cycles);
        assertThat(account.utilisation()).isBetween(0.0, account.mappingEfficiency());
      }
    }
  }

  private static long[][] times(long[][] x, long[][] w) {
    long[][] y = new long[x.length][w[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < w[0].length; j++) {
        for (int k = 0; k < w.length; k++) {
          y[i][j] += x[i][k] * w[k][j];
        }
      }
    }
    return y;
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void aLayerTakesTheCyclesOfItsTwinAndComesOutRight(int seed) {
    RandomGenerator random = new Random(seed);
    IntegerLayer layer = IntegerLayer.random(random);
    int rows = random.nextInt(1, 9);
    int columns = random.nextInt(1, 9);
    for (Dataflow dataflow : Dataflow.values()) {
      for (Transposed transposed : Transposed.values()) {
        for (Convention convention : List.of(Convention.PIPELINED, Convention.SERIAL)) {
          var parts = layer.parts(transposed);
          var jobs = parts.stream().map(IntegerLayer.Part::job).toList();
          boolean pipelined = convention == Convention.PIPELINED;
          long cycles = SteppedArray.run(rows, columns, dataflow, pipelined, jobs);
          assertThat(layer.gathered(parts)).isDeepEqualTo(layer.byLoops());
          var array = SystolicArray.of(dataflow, rows, columns).with(convention).with(transposed);
          Account account = array.run(layer.loops());
          assertThat(account.cycles()).as("%s on %s", layer.loops(), array).isEqualTo(cycles);
          assertThat(crossings(account.sram(), layer.loops(), parts)).isEqualTo(crossed(jobs));
        }
      }
    }
  }

  private static List<Long> crossed(List<SteppedArray.Job> jobs) {
    return IntStream.range(0, 3)
        .mapToObj(i -> jobs.stream().mapToLong(job -> job.crossings()[i]).sum())
        .toList();
  }

  /** Inputs, weights and results in values; outputs that no tap meets never were in the array. */
  private static List<Long> crossings(BytesMoved sram, Loops loops, List<IntegerLayer.Part> parts) {
    long met =
        parts.stream().mapToLong(p -> (long) p.places().size() * loops.outputChannels()).sum();
    assertThat(sram.outputWrites()).isEqualTo(loops.outputs());
    assertThat(sram.partialReads()).isEqualTo(sram.partialWrites());
    return List.of(sram.inputReads(), sram.weightReads(), sram.partialWrites() / 4 + met);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void productsOfALayerAreThoseThatItsValuesNeed(int seed) {
    IntegerLayer layer = IntegerLayer.random(new Random(seed));
    for (Transposed transposed : Transposed.values()) {
      Lowering lowering = Lowering.of(layer.loops(), transposed);
      List<Product> all = new ArrayList<>();
      for (int g = 0; g < lowering.groups(); g++) {
        all.addAll(lowering.products());
      }
      assertThat(all)
          .isEqualTo(layer.parts(transposed).stream().map(part -> part.job().product()).toList());
    }
  }

  /**
   * Figures that SCALE-Sim v2 printed. The first three rows: total less stall cycles in the reports
   * that its own tests compare with (test/general/golden_trace_user_*), 32 by 32. The others: runs
   * of a user on 256 by 256 (github.com/HyakunosukeOgata/SCALE_sim_v2_notes); its convolutions have
   * no padding, and an output more where the stride does not divide.
   */
  @ParameterizedTest
  @CsvSource({
    "OUTPUT_STATIONARY, 32, 256, 256, 128, 10175",
    "WEIGHT_STATIONARY, 32, 256, 256, 128, 11199",
    "INPUT_STATIONARY, 32, 256, 256, 128, 14207",
    "WEIGHT_STATIONARY, 256, 12544, 27, 32, 13309",
    "WEIGHT_STATIONARY, 256, 3136, 64, 128, 3901",
    "WEIGHT_STATIONARY, 256, 1024, 1600, 4800, 238069",
    "WEIGHT_STATIONARY, 256, 1024, 64, 1024, 7159",
    "WEIGHT_STATIONARY, 256, 1024, 1024, 64, 7159",
    "WEIGHT_STATIONARY, 256, 1024, 1600, 1600, 87709",
    "WEIGHT_STATIONARY, 256, 1024, 1600, 3072, 150359",
  })
  void cyclesOfScaleSimAreReproduced(
      Dataflow dataflow, int extent, int m, int k, int n, long cycles) {
    SystolicArray array = SystolicArray.of(dataflow, extent, extent).with(Convention.SCALE_SIM);
    assertThat(array.run(product(m, k, n)).cycles()).isEqualTo(cycles);
  }

  /**
   * 5 places, 3 taps and 4 outputs on 2 by 3: two folds of rows (3 taps on 2 rows), two of columns
   * (4 outputs on 3 columns). Weights: 3*4 once. Inputs: 5*3 for each fold of columns. Results: 5*4
   * for each fold of rows; those of the first are read again by the second, in 4 bytes.
   */
  @Test
  void accountsByHand() {
    Account account = SystolicArray.of(Dataflow.WEIGHT_STATIONARY, 2, 3).run(product(5, 3, 4));
    assertThat(account.sram()).isEqualTo(new BytesMoved(30, 12, 80, 80, 20));
    assertThat(account.dram()).isEqualTo(new BytesMoved(15, 12, 0, 0, 20));
    assertThat(account.folds()).isEqualTo(4);
    assertThat(account.multiplyAdds()).isEqualTo(60);
    // Three starts, max(5, 2) apart, and 2*2 + 3 + 5 - 2 for the last fold.
    assertThat(account.cycles()).isEqualTo(25);
    assertThat(account.utilisation()).isEqualTo(60.0 / 6 / 25);
    assertThat(account.mappingEfficiency()).isEqualTo(12.0 / 24);
  }

  /** As above; half of 28 bytes holds 14 of the 15 inputs, half of 118 not quite 5*3 sums of 4. */
  @Test
  void whatABufferDoesNotHoldPassesAgain() {
    SystolicArray array =
        SystolicArray.of(Dataflow.WEIGHT_STATIONARY, 2, 3)
            .with(new Memory(28, 0, 118, 8, Widths.INT8));
    Account account = array.run(product(5, 3, 4));
    // Rows outside would keep 8 inputs but spill as well: 15 + 12 + 160 + 20 bytes.
    assertThat(account.dram()).isEqualTo(new BytesMoved(15, 12, 80, 80, 20));
    assertThat(account.stallCycles()).isEqualTo(26 - 25);
    Account roomier = array.with(new Memory(28, 0, 120, 8, Widths.INT8)).run(product(5, 3, 4));
    assertThat(roomier.dram()).isEqualTo(new BytesMoved(30, 12, 0, 0, 20));
    assertThat(roomier.stallCycles()).isZero();
    Account roomiest = array.with(new Memory(30, 0, 120, 8, Widths.INT8)).run(product(5, 3, 4));
    assertThat(roomiest.dram()).isEqualTo(new BytesMoved(15, 12, 0, 0, 20));
  }

  /**
   * The same product where something else stays, 15 inputs, 12 weights, 20 outputs; half of each
   * buffer counts. Outputs stay: 3 folds of rows, 2 of columns. With columns outside all 15 inputs
   * must be held, or pass twice, and 6 weights, or pass three times; with rows outside, 5 inputs
   * and all weights. Inputs stay: 2 folds of rows, 2 of columns of 4 steps. With columns outside
   * all 12 weights must be held, or pass twice, and 4 by 3 sums; with rows outside, 6 weights and
   * 20 sums.
   */
  @ParameterizedTest
  @CsvSource({
    "OUTPUT_STATIONARY, 28, 22, 0, 30, 12, 0",
    "OUTPUT_STATIONARY, 10, 24, 0, 15, 12, 0",
    "OUTPUT_STATIONARY, 10, 11, 0, 15, 36, 0",
    "OUTPUT_STATIONARY, 30, 12, 0, 15, 12, 0",
    "INPUT_STATIONARY, 0, 22, 96, 15, 24, 0",
    "INPUT_STATIONARY, 0, 24, 96, 15, 12, 0",
    "INPUT_STATIONARY, 0, 12, 160, 15, 12, 0",
    "INPUT_STATIONARY, 0, 10, 160, 15, 24, 0",
    "INPUT_STATIONARY, 0, 12, 94, 15, 12, 80",
  })
  void theOrderThatMovesFewerBytesIsTaken(
      Dataflow dataflow,
      long inputBuffer,
      long weightBuffer,
      long partialBuffer,
      long inputs,
      long weights,
      long partials) {
    Memory memory =
        new Memory(inputBuffer, weightBuffer, partialBuffer, Double.POSITIVE_INFINITY, Widths.INT8);
    Account account = SystolicArray.of(dataflow, 2, 3).with(memory).run(product(5, 3, 4));
    assertThat(account.dram()).isEqualTo(new BytesMoved(inputs, weights, partials, partials, 20));
  }

  /** 2 channels of 4 by 4 through 4 by 4 taps, stride 2, to 3 of 8 by 8: four phases of 4 taps. */
  @Test
  void phasesShareInputsThatStay() {
    Loops layer =
        new Loops(
            1,
            2,
            3,
            new Loops.Plane(4, 4),
            new Loops.Plane(8, 8),
            Window.of(4, 4, 2).padded(1, 1, 1, 1),
            true);
    SystolicArray array = SystolicArray.of(Dataflow.WEIGHT_STATIONARY, 8, 8);
    assertThat(array.run(layer).dram()).isEqualTo(new BytesMoved(32, 96, 0, 0, 192));
    Memory small = new Memory(62, 0, 0, 1, Widths.INT8);
    assertThat(array.with(small).run(layer).dram())
        .isEqualTo(new BytesMoved(4 * 32, 96, 0, 0, 192));
  }

  @ParameterizedTest
  @EnumSource
  void aDepthwiseLayerIsAFoldSetForEachGroup(Dataflow dataflow) {
    var plane = new Loops.Plane(14, 14);
    Window window = Window.of(3, 3, 1).padded(1, 1, 1, 1);
    Loops group = new Loops(1, 1, 1, plane, plane, window, false);
    Loops layer = new Loops(32, 1, 1, plane, plane, window, false);
    SystolicArray array = SystolicArray.of(dataflow, 16, 16).with(Convention.SERIAL);
    Account one = array.run(group);
    Account all = array.run(layer);
    assertThat(all.folds()).isEqualTo(32 * one.folds());
    assertThat(all.cycles()).isEqualTo(32 * one.cycles());
    assertThat(all.sram()).isEqualTo(one.sram().times(32));
    assertThat(all.dram()).isEqualTo(one.dram().times(32));
    assertThat(all.utilisation()).isEqualTo(one.utilisation());
  }

  @ParameterizedTest
  @EnumSource
  void phasesOfATransposedLayerCostAQuarterOfZerosBetweenInputs(Dataflow dataflow) {
    Loops layer =
        new Loops(
            1,
            128,
            64,
            new Loops.Plane(28, 28),
            new Loops.Plane(56, 56),
            Window.of(4, 4, 2).padded(1, 1, 1, 1),
            true);
    SystolicArray array = SystolicArray.of(dataflow, 16, 16);
    Account phases = array.run(layer);
    Account dilated = array.with(Transposed.ZERO_DILATED).run(layer);
    assertThat(phases.multiplyAdds()).isEqualTo(layer.multiplyAdds());
    assertThat(dilated.multiplyAdds()).isEqualTo(4 * layer.multiplyAdds());
    assertThat((double) dilated.cycles() / phases.cycles()).isBetween(3.9, 4.1);
    assertThat(phases.dram().outputWrites()).isEqualTo(layer.outputs());
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void sumsAndBoundsHold(int seed) {
    RandomGenerator random = new Random(seed);
    List<Loops> layers =
        Stream.generate(() -> IntegerLayer.random(random).loops()).limit(3).toList();
    Memory memory =
        new Memory(
            random.nextInt(2000),
            random.nextInt(2000),
            random.nextInt(2000),
            random.nextDouble(0.5, 20),
            Widths.INT8);
    for (Dataflow dataflow : Dataflow.values()) {
      SystolicArray array =
          SystolicArray.of(dataflow, random.nextInt(1, 20), random.nextInt(1, 20));
      SystolicArray limited = array.with(memory);
      Account all = limited.run(layers);
      assertThat(all)
          .isEqualTo(layers.stream().map(limited::run).reduce(Account::plus).orElseThrow());
      for (BytesMoved moved : List.of(all.sram(), all.dram())) {
        assertThat(moved.total())
            .isEqualTo(
                moved.inputReads()
                    + moved.weightReads()
                    + moved.partialReads()
                    + moved.partialWrites()
                    + moved.outputWrites());
      }
      assertThat(all.utilisation()).isBetween(0.0, 1.0);
      assertThat(all.mappingEfficiency()).isBetween(0.0, 1.0);
      Account free = array.run(layers);
      assertThat(free.cycles()).isLessThanOrEqualTo(all.cycles());
      assertThat(free.dram().total()).isLessThanOrEqualTo(all.dram().total());
      assertThat(all.sram()).isEqualTo(free.sram());
      assertThat(free.dram().outputWrites())
          .isEqualTo(layers.stream().mapToLong(Loops::outputs).sum());
      assertThat(array.with(Convention.SERIAL).run(layers).cycles())
          .isGreaterThanOrEqualTo(free.cycles());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLargerFullArrayIsFasterAndLargerWorkSlower(Dataflow dataflow) {
    // 2^12 along every extent: arrays up to that are always full.
    for (Convention convention : Convention.values()) {
      long before = Long.MAX_VALUE;
      for (int extent = 4; extent <= 256; extent *= 2) {
        SystolicArray array = SystolicArray.of(dataflow, extent, extent).with(convention);
        Account account = array.run(product(4096, 4096, 4096));
        assertThat(account.mappingEfficiency()).isEqualTo(1);
        assertThat(account.cycles()).isLessThan(before);
        before = account.cycles();
        assertThat(array.run(product(4097, 4096, 4096)).cycles()).isGreaterThan(before);
        assertThat(array.run(product(4096, 4097, 4096)).cycles()).isGreaterThan(before);
        assertThat(array.run(product(4096, 4096, 4097)).cycles()).isGreaterThan(before);
      }
    }
  }

  @Test
  void aResNetLayerFillsATpuArray() {
    Account account =
        SystolicArray.of(Dataflow.WEIGHT_STATIONARY, 128, 128).run(conv(256, 256, 28, 3, 1));
    assertThat(account.folds()).isEqualTo(18 * 2);
    assertThat(account.cycles()).isEqualTo(35 * 784 + 2 * 128 + 128 + 784 - 2);
    assertThat(account.utilisation()).isGreaterThan(0.98);
  }
}
