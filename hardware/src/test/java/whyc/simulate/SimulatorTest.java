package whyc.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.ManyCore;
import whyc.accelerator.ManyCore.Policy;
import whyc.accelerator.ManyCore.Scheduler;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.heatmap.ArchiveReader;
import whyc.heatmap.Coding;
import whyc.heatmap.Grid;
import whyc.heatmap.MapRecord;
import whyc.heatmap.StoredMap;
import whyc.heatmap.TiledMap;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** The machine on small explained networks, drawn. */
final class SimulatorTest {
  private static final ManyCore EPU = (ManyCore) Accelerator.of("epu-28nm");

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 12)
        : LongStream.of(Long.getLong("seed"));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void itComputesTheBitsOfTheReference(long seed) {
    Net net = Net.drawn(seed);
    for (ManyCore.NumberFormat f :
        List.of(ManyCore.NumberFormat.INT8, ManyCore.NumberFormat.INT16)) {
      ManyCore m = format(EPU, f);
      Graph g = Simulator.inFormat(m, net.graph, List.of("logits"), net.images);
      Simulator s = new Simulator(m, g, List.of("logits"));
      for (Map<String, Tensor> image : net.images) {
        assertThat(s.add(image)).isEqualTo(Interpreter.run(g, image));
      }
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void everyTaskIsDoneOnceAndAfterWhatItNeeds(long seed) {
    for (Policy p : Policy.values()) {
      Outcome o = Net.drawn(seed).on(policy(EPU, p)).outcome();
      Map<Integer, List<Outcome.Step>> byFrame = new LinkedHashMap<>();
      o.steps().forEach(s -> byFrame.computeIfAbsent(s.frame(), any -> new ArrayList<>()).add(s));
      byFrame
          .values()
          .forEach(steps ->
              steps.forEach(s -> {
                assertThat(s.to()).isGreaterThanOrEqualTo(s.from());
                for (int before : s.task().after()) {
                  assertThat(s.from()).isGreaterThanOrEqualTo(steps.get(before).to());
                }
              }));
      long shares = o.steps().stream().mapToLong(s -> s.shares().size()).sum();
      assertThat(o.spans()).hasSize((int) shares);
      assertThat(o.spans()).allMatch(s -> s.to() <= o.cycles() && s.from() <= s.to());
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void partsAddUpAndNoneIsNegative(long seed) {
    Simulation s = Net.drawn(seed).on(EPU);
    Traffic t = s.outcome().traffic();
    Outcome.Moved moved = s.outcome().moved();
    assertThat(t.externalBytes()).isEqualTo(moved.outsideRead() + moved.outsideWritten());
    assertThat(t.external().values()).allMatch(bytes -> bytes >= 0);
    assertThat(t.onChip().values()).allMatch(bytes -> bytes >= 0);
    assertThat(s.energy().picojoules().values()).allMatch(e -> e >= 0);
    assertThat(s.energy().total())
        .isCloseTo(
            s.energy().picojoules().values().stream().mapToDouble(Double::doubleValue).sum(),
            within(1e-6));
    assertThat(s.products()).isLessThanOrEqualTo(s.denseMultiplyAdds());
  }

  /** Without zeros the dense core and the other one do the same, with the same bytes. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void withoutZerosTheDenseTwinIsAsFast(long seed) {
    ZeroFreeCoreTest.Case c = ZeroFreeCoreTest.Case.drawn(seed);
    List<CoreTiming.Job> full = new ArrayList<>();
    for (CoreTiming.Job j : c.jobs()) {
      Occupancy o = j.input();
      full.add(
          new CoreTiming.Job(
              j.loops(),
              j.piece(),
              Occupancy.full(o.channels(), o.plane(), o.side()),
              j.release(),
              j.drain()));
    }
    ZeroFreeCore sparse = new ZeroFreeCore(skipping(c.core().parts(), true), c.core().valueBits());
    ZeroFreeCore dense = new ZeroFreeCore(c.core().parts().dense(), c.core().valueBits());
    assertThat(new TiledTiming(sparse).run(full)).isEqualTo(new TiledTiming(dense).run(full));
  }

  /** With one decoder and ports that are never waited for, cycles are those of the tiles. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void whatNothingHoldsUpTakesTheClosedForm(long seed) {
    ZeroFreeCoreTest.Case c = ZeroFreeCoreTest.Case.drawn(seed);
    ZeroFreeCore core = ZeroFreeCoreTest.core(1, 64, 8, c.core().tileSide(), 1 << 10, 1, 64, true);
    CoreTiming.Job job = c.jobs().getFirst();
    PieceWork work = new Tiles(core, job.loops(), job.piece(), job.input()).work();
    PieceCycles p =
        new TiledTiming(core)
            .run(List.of(new CoreTiming.Job(job.loops(), job.piece(), job.input(), 0, 0)))
            .getFirst();
    // One cycle reads the bitmap, two at most bring the first tile of 64 bytes and its bits.
    assertThat(p.end() - work.cycles()).isBetween(0L, 1L + 2L);
    assertThat(work.decoders()).isEqualTo(1);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void moreZerosNeverTakeADecoderLonger(long seed) {
    ZeroFreeCoreTest.Case c = ZeroFreeCoreTest.Case.drawn(seed);
    ZeroFreeCore core = ZeroFreeCoreTest.core(1, 4, 8, c.core().tileSide(), 16, 1, 8, true);
    RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    CoreTiming.Job job = c.jobs().getFirst();
    Occupancy o = job.input();
    long before = Long.MAX_VALUE;
    double[] values = new double[o.channels() * o.plane().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1;
    }
    for (int round = 0; round < 6; round++) {
      Occupancy now = Occupancy.of(o.channels(), o.plane(), o.side(), values);
      long end =
          new TiledTiming(core)
              .run(List.of(new CoreTiming.Job(job.loops(), job.piece(), now, 0, 0)))
              .getFirst()
              .end();
      assertThat(end).isLessThanOrEqualTo(before);
      before = end;
      for (int i = 0; i < values.length; i++) {
        values[i] *= r.nextDouble() < 0.7 ? 1 : 0;
      }
    }
  }

  /** Tiles are independent and handed out in one order, and no bank is waited for. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void moreLanesNeverTakeLonger(long seed) {
    CoreTiming.Job job = ZeroFreeCoreTest.Case.drawn(seed).jobs().getFirst();
    int side = job.input().side();
    long before = Long.MAX_VALUE;
    for (int lanes : new int[] {1, 2, 4, 8, 16}) {
      ZeroFreeCore core = wide(lanes, side);
      CoreTiming.Job now =
          new CoreTiming.Job(job.loops(), job.piece(), job.input(), 0, job.drain());
      long end = new TiledTiming(core).run(List.of(now)).getFirst().end();
      assertThat(end).isLessThanOrEqualTo(before);
      before = end;
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void bfloat16IsTheReferenceRoundedLineByLine(long seed) {
    Net net = Net.drawn(seed);
    ManyCore m = format(EPU, ManyCore.NumberFormat.BF16);
    Graph g = Simulator.inFormat(m, net.graph, List.of("logits"), net.images);
    Simulator s = new Simulator(m, g, List.of("logits"));
    Map<String, Tensor> image = net.images.getFirst();
    Map<String, Tensor> own = s.add(image);
    assertThat(own)
        .isEqualTo(Interpreter.run(g, image, (line, op, x) -> Values.bfloat16(op.evaluate(x))));
    for (float v : own.get("why").floats()) {
      assertThat(Float.floatToRawIntBits(v) & 0xffff).isZero();
    }
    assertThat(s.run().outcome().cycles()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(ManyCore.Topology.class)
  void everyNetworkCarriesTheSameWork(ManyCore.Topology topology) {
    Net net = Net.drawn(5);
    Simulation mesh = net.on(EPU);
    ManyCore.Network n = EPU.network();
    Simulation other =
        net.on(
            network(
                new ManyCore.Network(
                    topology, n.linkBytes(), n.hopCycles(), n.multicast(), n.picojoules())));
    assertThat(other.products()).isEqualTo(mesh.products());
    assertThat(other.outcome().cycles()).isPositive();
    assertThat(other.outcome().moved().byteHops()).isPositive();
  }

  /** The core's inputs as bytes of the format, read tile by tile, give the same sums. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void productsOfTheCompressedStreamAreTheSame(long seed) throws IOException {
    CoreTiming.Job job = ZeroFreeCoreTest.Case.drawn(seed).jobs().getFirst();
    Loops l = job.loops();
    Occupancy o = job.input();
    int[] codes = new int[o.channels() * o.plane().size()];
    double[] x = new double[codes.length];
    for (int i = 0; i < codes.length; i++) {
      int place = i % o.plane().size();
      boolean full =
          o.at(i / o.plane().size(), place / o.plane().width(), place % o.plane().width());
      codes[i] = full ? (i % 2 == 0 ? 1 + i % 100 : -1 - i % 100) : 0;
      x[i] = codes[i];
    }
    Grid grid = new Grid(o.channels(), o.plane().height(), o.plane().width(), o.side());
    TiledMap map = TiledMap.ofCodes(grid, new Coding.FixedPoint(8, true, 1), codes);
    byte[] bytes = new MapRecord("x", Map.of(), false, map).bytes();
    ArchiveReader.Item item =
        new ArchiveReader(new ByteArrayInputStream(bytes)).next().orElseThrow();
    StoredMap stored = ((ArchiveReader.Item.Whole) item).record().map();
    double[] read = new double[x.length];
    for (int t = 0; t < grid.tiles(); t++) {
      assertThat(map.bitmap(t)).isEqualTo(o.bits()[t]);
      int[] tile = stored.tile(t);
      int columns = grid.columnsAt(t % grid.tilesAcross());
      for (int i = 0; i < tile.length; i++) {
        read[grid.startOf(t) + i / columns * grid.width() + i % columns] = tile[i];
      }
    }
    double[] w = new double[(int) l.weights()];
    for (int i = 0; i < w.length; i++) {
      w[i] = i % 17 - 8;
    }
    assertThat(ZeroFreeProducts.of(l, read, w)).isEqualTo(ZeroFreeProducts.of(l, x, w));
  }

  /** Tasks one after the other, so that no order changes with the bandwidth. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void moreBandwidthOutsideNeverTakesLonger(long seed) {
    Net net = Net.drawn(seed);
    long before = Long.MAX_VALUE;
    for (double gigabytes : new double[] {0.1, 0.5, 2, 10, 50}) {
      ManyCore m =
          with(
              policy(EPU, Policy.SEQUENTIAL),
              new ManyCore.Dram(gigabytes, EPU.dram().latencyNanoseconds(), 1));
      long cycles = net.on(m).outcome().cycles();
      assertThat(cycles).isLessThanOrEqualTo(before);
      before = cycles;
    }
  }

  @Test
  void techniquesNeverAddTraffic() {
    Net net = Net.drawn(3);
    Simulator s = net.simulator(EPU);
    List<Ablation> rows = Ablation.growing(s, policy(EPU, Policy.SEQUENTIAL));
    for (int i = 1; i < rows.size(); i++) {
      assertThat(rows.get(i).simulation().outcome().traffic().externalBytes())
          .as(rows.get(i).name())
          .isLessThanOrEqualTo(rows.get(i - 1).simulation().outcome().traffic().externalBytes());
    }
  }

  /** Each product belongs to one phase; apart, both take longer than together. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void phasesAreTheParts(long seed) {
    Simulator s = Net.drawn(seed).simulator(EPU);
    Simulation both = s.run();
    Simulation predictions = s.predictions();
    Simulation explanations = s.explanations();
    assertThat(predictions.products() + explanations.products()).isEqualTo(both.products());
    assertThat(predictions.denseMultiplyAdds() + explanations.denseMultiplyAdds())
        .isEqualTo(both.denseMultiplyAdds());
    Outcome.Time time = both.outcome().time();
    assertThat(time.all())
        .isCloseTo(EPU.cores() * (double) both.outcome().cycles(), within(1e-6 * time.all()));
  }

  /** What a gate has closed in the forward pass is zero in the gradient behind it. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void bitsOfTheInferenceBoundTheGradient(long seed) {
    Net net = Net.drawn(seed);
    Graph g = Simulator.inFormat(EPU, net.graph, List.of("logits"), net.images);
    Workload w = Workload.of(g, List.of("logits"), true);
    Map<Value, Tensor> values = new LinkedHashMap<>();
    new Values(g).run(net.images.getFirst(), values::put);
    values.put(new Value(0), net.images.getFirst().get("image"));
    int checked = 0;
    for (Task t : w.tasks()) {
      for (Value v : t.writes()) {
        if (g.node(v).op() instanceof whyc.op.Gate) {
          Value mask = g.node(v).operands().getFirst();
          double[] open = values.get(mask).doubles();
          double[] gradient = values.get(v).doubles();
          for (int i = 0; i < open.length; i++) {
            assertThat(open[i] > 0 || gradient[i] == 0).isTrue();
          }
          checked++;
        }
      }
    }
    assertThat(checked).isPositive();
  }

  /** A network with its saliency, and images. */
  private record Net(Graph graph, List<Map<String, Tensor>> images) {
    static Net drawn(long seed) {
      RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      int side = r.nextInt(9, 22);
      Builder b = new Builder();
      Shape image = Shape.of(1, 3, side, side);
      Value x = b.emit(new Input("image", new TensorType(ElementType.FLOAT32, image)), List.of());
      int c1 = 8 * r.nextInt(1, 4);
      int c2 = 8 * r.nextInt(1, 9);
      Value y = b.relu(conv(b, r, x, 3, c1, 3, 1));
      if (r.nextBoolean()) {
        y = b.emit(new MaxPool(Window.of(2, 2, 2)), y);
      }
      y = b.relu(conv(b, r, y, c1, c2, 3, r.nextInt(1, 3)));
      Value z = conv(b, r, y, c2, c2, 1, 1);
      y = b.relu(r.nextBoolean() ? b.add(z, y) : z);
      Value features = b.reshape(b.mean(y, 2, 3), 1, c2);
      Value logits = b.matMul(features, b.constant(drawn(r, Shape.of(c2, 10), 1)));
      LinkedHashMap<String, Value> outputs = new LinkedHashMap<>(Map.of("logits", logits));
      Graph model = b.finish(outputs);
      Question q = new Question("image", "logits", new ClassChoice.Top(), Question.Score.LOGIT);
      Asked saliency =
          new Asked(
              "why",
              Methods.named("saliency").create(model, q, Methods.Options.of(Profile.WHYC)),
              q);
      List<Map<String, Tensor>> images = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        images.add(Map.of("image", drawn(r, image, 2)));
      }
      return new Net(Asked.all(model, List.of(saliency)), images);
    }

    private static Value conv(
        Builder b, RandomGenerator r, Value x, int in, int out, int taps, int stride) {
      Window w = Window.of(taps, taps, stride);
      int p = taps / 2;
      Shape shape = Shape.of(out, in, taps, taps);
      Tensor weight = drawn(r, shape, Math.sqrt(2.0 / (in * taps * taps)));
      return b.emit(new Conv(w.padded(p, p, p, p), 1), x, b.constant(weight));
    }

    private static Tensor drawn(RandomGenerator r, Shape s, double deviation) {
      float[] values = new float[s.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (r.nextGaussian() * deviation);
      }
      return Tensor.of(s, values);
    }

    Simulator simulator(ManyCore m) {
      Graph g = Simulator.inFormat(m, graph, List.of("logits"), images);
      Simulator s = new Simulator(m, g, List.of("logits"));
      images.forEach(s::add);
      return s;
    }

    Simulation on(ManyCore m) {
      return simulator(m).run();
    }
  }

  private static ManyCore policy(ManyCore m, Policy p) {
    Scheduler s = m.scheduler();
    return m.with(
        new Scheduler(p, s.compresses(), s.keepsActivations(), s.keepsMaps(), s.fusesHeatMaps()));
  }

  /** A core in which nothing but lanes is short. */
  private static ZeroFreeCore wide(int lanes, int tileSide) {
    ManyCore.Memory memory = new ManyCore.Memory(1 << 20, 64, 128, 0, 0);
    return new ZeroFreeCore(
        new ManyCore.Core(lanes, 64, true, tileSide, 1 << 10, 64, memory, memory, memory, 16), 8);
  }

  private static ManyCore network(ManyCore.Network network) {
    return new ManyCore(
        EPU.name(),
        EPU.description(),
        EPU.format(),
        EPU.clockMegahertz(),
        EPU.cores(),
        EPU.core(),
        EPU.shared(),
        EPU.weightBuffer(),
        network,
        EPU.dram(),
        EPU.power(),
        EPU.area(),
        EPU.scheduler());
  }

  private static ManyCore format(ManyCore m, ManyCore.NumberFormat format) {
    return new ManyCore(
        m.name(),
        m.description(),
        format,
        m.clockMegahertz(),
        m.cores(),
        m.core(),
        m.shared(),
        m.weightBuffer(),
        m.network(),
        m.dram(),
        m.power(),
        m.area(),
        m.scheduler());
  }

  private static ManyCore with(ManyCore m, ManyCore.Dram dram) {
    return new ManyCore(
        m.name(),
        m.description(),
        m.format(),
        m.clockMegahertz(),
        m.cores(),
        m.core(),
        m.shared(),
        m.weightBuffer(),
        m.network(),
        dram,
        m.power(),
        m.area(),
        m.scheduler());
  }

  private static ManyCore.Core skipping(ManyCore.Core c, boolean skips) {
    return new ManyCore.Core(
        c.lanes(),
        c.multipliers(),
        skips,
        c.tileSide(),
        c.scanTilesPerCycle(),
        c.dispatchTilesPerCycle(),
        c.input(),
        c.weights(),
        c.sums(),
        c.postProcessing());
  }
}
