package whyc.simulate.multipod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.Dataflow;
import whyc.accelerator.MultiPod;
import whyc.accelerator.MultiplierUnit;
import whyc.multiplier.Catalogue;
import whyc.op.Window;
import whyc.simulate.Loops;
import whyc.simulate.systolic.Account;
import whyc.simulate.systolic.SystolicArray;

final class PodModelTest {
  private static final MultiPod XAI_GEN = (MultiPod) Accelerator.of("xai-gen-8x256");

  private static MultiPod with(int pods, int rows, int columns, double clock, double share) {
    return new MultiPod(
        "test",
        "test",
        pods,
        rows,
        columns,
        clock,
        XAI_GEN.exact(),
        share,
        XAI_GEN.approximate(),
        XAI_GEN.element(),
        XAI_GEN.banks(),
        List.of());
  }

  private static MultiPod withShare(double share) {
    return with(8, 256, 256, XAI_GEN.clockMegahertz(), share);
  }

  /** M1 to M7 of the paper. */
  private static MultiplierUnit circuit(String name) {
    int number = Integer.parseInt(name.substring(1));
    return number == 1 ? XAI_GEN.exact() : XAI_GEN.approximate().get(number - 2);
  }

  private static List<PodWork> exact(Networks network) {
    return network.layers().stream()
        .map(member -> new PodWork("", member.loops(), XAI_GEN.exact(), 1))
        .toList();
  }

  private static List<PodWork> assigned(Networks network, String skips, String circuits) {
    String[] skip = skips.split(" ");
    String[] circuit = circuits.split(" ");
    return network.layers().stream()
        .map(member ->
            new PodWork(
                "group " + member.group(),
                member.loops(),
                circuit(circuit[member.group()]),
                1 - Integer.parseInt(skip[member.group()]) / 100.0))
        .toList();
  }

  /** Multiply-adds of the paper's networks, by 0.425 mW for 1.48 ns each. */
  @ParameterizedTest
  @CsvSource({
    "LENET_5, 416520, 0.262",
    "RESNET_18, 555422720, 349",
    "RESNET_34, 1159402496, 729",
    "RESNET_50, 4089184256, 2572",
  })
  void exactMultipliersCostWhatTheirCountSays(
      Networks network, long multiplyAdds, double microjoules) {
    assertThat(network.multiplyAdds()).isEqualTo(multiplyAdds);
    double picojoules = new ByCount(XAI_GEN).run(exact(network)).totalPicojoules();
    assertThat(picojoules / 1e6).isCloseTo(microjoules, within(microjoules * 2e-3));
  }

  /**
   * What table I of XAI-Gen claims to save, beside what its own equations give: all products
   * approximate, half of them, the multipliers' part of equation (2) as printed, and the same with
   * each group of weights held for as many cycles as it has places. The rows are the table's,
   * skipped percent and circuit by group.
   */
  @ParameterizedTest(name = "{0} claims {3}")
  @CsvSource({
    "LENET_5,   5 0 10 15 70,      M2 M1 M3 M6 M7,    7.0, 1.05, 1.04, 1.15, 1.00",
    "RESNET_18, 0 5 5 10 15 70,    M1 M2 M2 M5 M6 M7, 2.6, 1.42, 1.24, 1.33, 1.03",
    "RESNET_34, 0 5 10 30 35 75,   M1 M2 M3 M3 M6 M7, 2.0, 1.44, 1.35, 1.65, 1.10",
    "RESNET_50, 0 15 30 30 35 35,  M1 M2 M3 M3 M6 M7, 2.0, 1.61, 1.49, 1.35, 1.04",
  })
  void theClaimedSavingsDoNotFollowFromThePrintedModel(
      Networks network,
      String skips,
      String circuits,
      double claimed,
      double allApproximate,
      double halfApproximate,
      double printed,
      double streamed) {
    List<PodWork> before = exact(network);
    List<PodWork> after = assigned(network, skips, circuits);
    var all = new ByCount(withShare(1));
    var half = new ByCount(XAI_GEN);
    var equation = new AsPrinted(XAI_GEN);
    assertThat(saving(before, after, w -> all.run(w).totalPicojoules()))
        .isCloseTo(allApproximate, within(0.006));
    assertThat(saving(before, after, w -> half.run(w).totalPicojoules()))
        .isCloseTo(halfApproximate, within(0.006));
    assertThat(saving(before, after, w -> equation.run(w).multiplierPicojoules()))
        .isCloseTo(printed, within(0.006));
    assertThat(saving(before, after, w -> equation.run(w).multiplierPicojoules() * w.places()))
        .isCloseTo(streamed, within(0.006));
    assertThat(claimed).isGreaterThan(1.2 * Math.max(allApproximate, printed));
  }

  /** The second table of docs/accelerators/multi-pod.md, in microjoules. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "LENET_5,   5 0 10 15 70,    M2 M1 M3 M6 M7,    0.2620, 0.2514, 0.2119, 0.1850, 160.4, 143.7",
    "RESNET_18, 0 5 5 10 15 70,  M1 M2 M2 M5 M6 M7, 349.4,  282.5,  1.625,  1.223,  1627,  1427",
    "RESNET_34, 0 5 10 30 35 75, M1 M2 M3 M3 M6 M7, 729.3,  540.5,  2.995,  1.834,  3046,  2566",
    "RESNET_50, 0 15 30 30 35 35, M1 M2 M3 M3 M6 M7, 2572,  1730,   3.566,  2.648,  8228,  6681",
  })
  void energiesOfThePage(
      Networks network,
      String skips,
      String circuits,
      double countExact,
      double count,
      double printedExact,
      double printed,
      double correctedExact,
      double corrected) {
    SideBySide before = SideBySide.of(XAI_GEN, exact(network));
    SideBySide after = SideBySide.of(XAI_GEN, assigned(network, skips, circuits));
    assertThat(
            Stream.of(
                    before.byCount(),
                    after.byCount(),
                    before.asPrinted(),
                    after.asPrinted(),
                    before.corrected(),
                    after.corrected())
                .map(energy -> "%.4g".formatted(energy.totalPicojoules() / 1e6)))
        .containsExactly(
            "%.4g".formatted(countExact),
            "%.4g".formatted(count),
            "%.4g".formatted(printedExact),
            "%.4g".formatted(printed),
            "%.4g".formatted(correctedExact),
            "%.4g".formatted(corrected));
  }

  @Test
  void unitsOfTheShippedFileAreThoseOfTheCatalogue() {
    assertThat(Stream.concat(Stream.of(XAI_GEN.exact()), XAI_GEN.approximate().stream()))
        .hasSize(7)
        .allSatisfy(unit ->
            assertThat(Catalogue.known().published())
                .anySatisfy(p -> {
                  assertThat(p.name()).isEqualTo(unit.circuit());
                  assertThat(p.cost().powerMilliwatts()).isEqualTo(unit.powerMilliwatts());
                  assertThat(p.cost().delayNanoseconds()).isEqualTo(unit.delayNanoseconds());
                }));
  }

  private static double saving(
      List<PodWork> before, List<PodWork> after, ToDoubleFunction<PodWork> energy) {
    return before.stream().mapToDouble(energy).sum() / after.stream().mapToDouble(energy).sum();
  }

  /** 0.425 mW for 1.48 ns against 0.126 mW for 0.94 ns; in power alone, 3.4 and 1.5. */
  @ParameterizedTest
  @EnumSource
  void noAssignmentSavesMoreThanTheCheapestCircuitEverywhere(Networks network) {
    List<PodWork> before = exact(network);
    List<PodWork> cheapest =
        before.stream().map(w -> new PodWork("", w.loops(), circuit("M7"), 1)).toList();
    MultiplierUnit exact = XAI_GEN.exact();
    MultiplierUnit last = circuit("M7");
    assertThat(exact.powerMilliwatts() / last.powerMilliwatts()).isCloseTo(3.4, within(0.05));
    double half = 2 * exact.powerMilliwatts() / (exact.powerMilliwatts() + last.powerMilliwatts());
    assertThat(half).isCloseTo(1.54, within(0.005));
    double bound =
        2 * exact.energyPicojoules() / (exact.energyPicojoules() + last.energyPicojoules());
    for (PodModel model :
        List.of(new ByCount(XAI_GEN), new AsPrinted(XAI_GEN), new Corrected(XAI_GEN))) {
      assertThat(saving(before, cheapest, w -> model.run(w).totalPicojoules()))
          .isBetween(1.0, bound + 1e-9);
    }
  }

  /**
   * A pod of 4 by 4, two pods, R 128, E_M 2.7, T 1/0.66 ns; a layer of 6 weights in, 8 out, over 5
   * places: 48 weights are 48/(16*2) = 1.5, so 2 groups; 16 of them fill a pod, so t = m and N_m =
   * 16 max(5 - 15, 1) = 16, one row of banks.
   */
  @Test
  void thePrintedEquationsByHand() {
    MultiPod machine = with(2, 4, 4, 660, 0.5);
    PodEnergy energy = new AsPrinted(machine).run(work(6, 8, 5));
    assertThat(energy.cycles()).isEqualTo(2);
    assertThat(energy.multiplierPicojoules())
        .isCloseTo(2 * (1 / 0.66) * 8 * (0.425 + 0.126), within(1e-9));
    assertThat(energy.memoryPicojoules()).isEqualTo(2.7);
    // t = 2*4 = 8 = m/2 falls to the last case; t = 12 to the second: 8 max(30 - 5, 1) = 200.
    assertThat(new AsPrinted(machine).run(work(2, 8, 30)).memoryPicojoules())
        .isCloseTo(2.7 * Math.ceil(16 * 23 / 128.0), within(1e-9));
    assertThat(new AsPrinted(machine).run(work(3, 8, 30)).memoryPicojoules())
        .isCloseTo(2.7 * 2, within(1e-9));
    // t = 4 < m/2: 4.
    assertThat(new AsPrinted(machine).run(work(1, 8, 3000)).memoryPicojoules()).isEqualTo(2.7);
  }

  private static PodWork work(int in, int out, int places) {
    var plane = new Loops.Plane(1, places);
    return new PodWork(
        "hand", new Loops(1, in, out, plane, plane, Window.of(1, 1, 1), false), circuit("M7"), 1);
  }

  /** As above: 2 by 2 folds, two for each pod; the second starts 5 cycles after the first. */
  @Test
  void theCorrectedModelByHand() {
    MultiPod machine = with(2, 4, 4, 660, 0.5);
    PodEnergy energy = new Corrected(machine).run(work(6, 8, 5));
    assertThat(energy.cycles()).isEqualTo(5 + 2 * 4 + 4 + 5 - 2);
    double product = (0.425 * 1.48 + 0.126 * 0.94) / 2;
    double idle = 0.1 * (0.425 + 0.126) / 2 / 0.66;
    assertThat(energy.multiplierPicojoules())
        .isCloseTo(240 * product + (2 * 16 * 20 - 240) * idle, within(1e-9));
    assertThat(energy.arrayPicojoules())
        .isCloseTo(240 * (0.1 + 5 * 0.06) + 48 * 2.5 * 0.06, within(1e-9));
    // Inputs 5*6 for 2 folds of columns, weights 48, sums 5*8 written and read in 4 bytes, results.
    assertThat(energy.memoryPicojoules()).isCloseTo((60 + 48 + 2 * 160 + 40) * 2.7, within(1e-9));
  }

  private static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  private static PodWork random(RandomGenerator random) {
    boolean scatters = random.nextBoolean();
    var small = new Loops.Plane(random.nextInt(1, 20), random.nextInt(1, 20));
    var large = new Loops.Plane(small.height() * 2 + 1, small.width() * 2 + 1);
    Loops loops =
        new Loops(
            random.nextInt(1, 4),
            random.nextInt(1, 40),
            random.nextInt(1, 40),
            scatters ? small : large,
            scatters ? large : small,
            Window.of(3, 3, 2),
            scatters);
    return new PodWork("random", loops, circuit("M" + random.nextInt(1, 8)), 1);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void onePodIsOneSystolicArray(int seed) {
    RandomGenerator random = new Random(seed);
    PodWork work = random(random);
    MultiPod one = with(1, random.nextInt(1, 40), random.nextInt(1, 40), 660, 0);
    Account account =
        SystolicArray.of(Dataflow.WEIGHT_STATIONARY, one.rows(), one.columns()).run(work.loops());
    PodEnergy energy = new Corrected(one).run(work);
    assertThat(energy.cycles()).isEqualTo(account.cycles());
    assertThat(energy.memoryPicojoules()).isCloseTo(account.sram().total() * 2.7, within(1e-6));
    double idle = account.cycles() * account.elements() - account.multiplyAdds();
    assertThat(energy.multiplierPicojoules())
        .isCloseTo(account.multiplyAdds() * 0.425 * 1.48 + idle * 0.1 * 0.425 / 0.66, within(1e-3));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void sumsAndDirectionsHold(int seed) {
    RandomGenerator random = new Random(seed);
    List<PodWork> works = Stream.generate(() -> random(random)).limit(4).toList();
    int pods = random.nextInt(1, 5);
    int rows = random.nextInt(1, 33);
    int columns = random.nextInt(1, 33);
    MultiPod machine = with(pods, rows, columns, 500, 0.5);
    for (PodModel model :
        List.of(new ByCount(machine), new AsPrinted(machine), new Corrected(machine))) {
      PodEnergy energy = model.run(works);
      assertThat(energy.totalPicojoules())
          .isCloseTo(
              works.stream().map(model::run).mapToDouble(PodEnergy::totalPicojoules).sum(),
              within(1e-9 * energy.totalPicojoules()));
      assertThat(energy.multiplierPicojoules()).isPositive();
      assertThat(energy.arrayPicojoules()).isNotNegative();
      assertThat(energy.memoryPicojoules()).isNotNegative();
    }
    Corrected model = new Corrected(machine);
    PodEnergy energy = model.run(works);
    PodEnergy morePods = new Corrected(with(pods + 1, rows, columns, 500, 0.5)).run(works);
    assertThat(morePods.cycles()).isLessThanOrEqualTo(energy.cycles());
    // A faster clock leaves less time to idle in.
    PodEnergy faster = new Corrected(with(pods, rows, columns, 660, 0.5)).run(works);
    assertThat(faster.cycles()).isEqualTo(energy.cycles());
    assertThat(faster.totalPicojoules()).isLessThanOrEqualTo(energy.totalPicojoules());
    assertThat(model.run(Stream.concat(works.stream(), works.stream()).toList()).totalPicojoules())
        .isCloseTo(2 * energy.totalPicojoules(), within(1e-6 * energy.totalPicojoules()));
  }

  @ParameterizedTest
  @EnumSource
  void lessExactAndFewerChannelsCostLess(Networks network) {
    for (PodModel model :
        List.of(new ByCount(XAI_GEN), new AsPrinted(XAI_GEN), new Corrected(XAI_GEN))) {
      double before = Double.MAX_VALUE;
      for (int number = 1; number <= 7; number++) {
        MultiplierUnit circuit = circuit("M" + number);
        List<PodWork> works =
            exact(network).stream().map(w -> new PodWork("", w.loops(), circuit, 1)).toList();
        double energy = model.run(works).totalPicojoules();
        assertThat(energy).isLessThan(before);
        before = energy;
      }
      List<PodWork> half =
          exact(network).stream().map(w -> new PodWork("", w.loops(), circuit("M7"), 0.5)).toList();
      // Rounded up to whole groups of weights, half of few weights is as many.
      assertThat(model.run(half).totalPicojoules()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void modelsStandSideBySide() {
    List<PodWork> works = exact(Networks.RESNET_18);
    SideBySide all = SideBySide.of(XAI_GEN, works);
    assertThat(all.byCount()).isEqualTo(new ByCount(XAI_GEN).run(works));
    assertThat(all.asPrinted()).isEqualTo(new AsPrinted(XAI_GEN).run(works));
    assertThat(all.corrected()).isEqualTo(new Corrected(XAI_GEN).run(works));
    // As printed, multipliers would work for less than their products take.
    assertThat(all.asPrinted().multiplierPicojoules())
        .isLessThan(all.byCount().multiplierPicojoules());
    assertThat(all.corrected().multiplierPicojoules())
        .isGreaterThan(all.byCount().multiplierPicojoules());
  }

  @Test
  void aShareOutsideItsBoundsIsRefused() {
    for (double kept : new double[] {0, -0.1, 1.1, Double.NaN}) {
      Loops loops = Networks.LENET_5.layers().getFirst().loops();
      assertThatThrownBy(() -> new PodWork("conv1", loops, XAI_GEN.exact(), kept))
          .hasMessageContaining("above 0, at most 1")
          .hasMessageContaining("conv1");
    }
  }
}
