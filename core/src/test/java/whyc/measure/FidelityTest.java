package whyc.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

class FidelityTest {
  private static final double EXACT = 1e-12;

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 12)
        : LongStream.of(Long.getLong("seed"));
  }

  static Stream<Fidelity> all() {
    return Fidelity.ofMaps().values().stream();
  }

  private static Tensor row(float... values) {
    return Tensor.of(Shape.of(1, values.length), values);
  }

  /** Whole numbers, so that there are ties; sizes around those of layers. */
  private static Tensor draw(SplittableRandom random, Shape shape) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-9, 10);
    }
    return Tensor.of(shape, values);
  }

  @ParameterizedTest
  @MethodSource("all")
  void equalMapsHaveOneAlsoWhereTheyAreConstantOrZero(Fidelity f) {
    Tensor some = Tensor.of(Shape.of(2, 2, 2), 0.1f, -2, 3.3f, 0.04f, -5, 6.7f, 7, 8);
    assertThat(f.of(some, some)).isEqualTo(1);
    for (float constant : new float[] {0, 0.1f, -3}) {
      Tensor flat = Tensor.of(Shape.of(1, 3), constant, constant, constant);
      assertThat(f.of(flat, flat)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aMapThatIsNoNumberHasNoFidelity(Fidelity f) {
    assertThat(f.of(row(1, 2, 3), row(1, Float.NaN, 3))).isNaN();
    assertThat(f.of(row(Float.NaN, 2, 3), row(1, 2, 3))).isNaN();
  }

  @ParameterizedTest
  @MethodSource("all")
  void mapsOfTwoShapesAreRefused(Fidelity f) {
    assertThatThrownBy(() -> f.of(row(1, 2), row(1, 2, 3)))
        .hasMessageContaining("wants two maps of one shape, got [1,2] and [1,3]");
  }

  /**
   * a - mean = (-1.5, -0.5, 0.5, 1.5), b - mean = (-2, 0, -1, 3): products 3 + 0 - 0.5 + 4.5 = 7,
   * squares 5 and 14.
   */
  @Test
  void linearCorrelationByHand() {
    assertThat(new LinearCorrelation().of(row(1, 2, 3, 4), row(0, 2, 1, 5)))
        .isCloseTo(7 / Math.sqrt(5 * 14), within(EXACT));
    assertThat(new LinearCorrelation().of(row(1, 2, 3, 4), row(-1, -3, -5, -7)))
        .isCloseTo(-1, within(EXACT));
  }

  /**
   * Ranks (1, 2.5, 2.5, 4) and (2, 1, 4, 3). From their mean 2.5: (-1.5, 0, 0, 1.5) and (-0.5,
   * -1.5, 1.5, 0.5): products 0.75 + 0 + 0 + 0.75 = 1.5, squares 4.5 and 5.
   */
  @Test
  void rankCorrelationByHandWithATie() {
    assertThat(new RankCorrelation().of(row(-7, 2, 2, 30), row(1, 0, 9, 4)))
        .isCloseTo(1.5 / Math.sqrt(4.5 * 5), within(EXACT));
  }

  /** Zero with a sign is zero: both ranks are 1.5. */
  @Test
  void bothZerosAreOneNumber() {
    assertThat(RankCorrelation.ranks(new float[] {0f, -0f, 1})).containsExactly(1.5, 1.5, 3);
  }

  /**
   * Ranks 1 ... n have a variance of (n^3 - n) / 12n. Where m of them are made equal, the variance
   * within those, (m^3 - m) / 12n, is gone, and the covariance is what is left: rho is the root of
   * the share that is left.
   */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void numbersThatBecomeEqualCostTheRankCorrelationWhatTheFormulaSays(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = 207;
    int m = random.nextInt(1, n);
    float[] values = new float[n];
    float[] pruned = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (i * 101) % n + 1;
      pruned[i] = values[i] <= m ? 0 : values[i];
    }
    double left = 1 - ((double) m * m * m - m) / ((double) n * n * n - n);
    assertThat(new RankCorrelation().of(row(values), row(pruned)))
        .isCloseTo(Math.sqrt(left), within(EXACT));
  }

  /** A rank is one more than the numbers below, and half of the others that are equal. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void ranksAreWhatCountingSays(long seed) {
    float[] x = draw(new SplittableRandom(seed), Shape.of(7, 9)).floats();
    double[] ranks = RankCorrelation.ranks(x);
    for (int i = 0; i < x.length; i++) {
      int k = i;
      long below = IntStream.range(0, x.length).filter(j -> x[j] < x[k]).count();
      long equal = IntStream.range(0, x.length).filter(j -> x[j] == x[k]).count();
      assertThat(ranks[i]).isEqualTo(1 + below + (equal - 1) / 2.0);
    }
  }

  /** 1*3 + 2*0 - 2*4 = -5; lengths 3 and 5. */
  @Test
  void cosineByHand() {
    assertThat(new CosineSimilarity().of(row(1, 2, -2), row(3, 0, 4)))
        .isCloseTo(-5.0 / 15, within(EXACT));
  }

  @Test
  void aConstantMapIsUnrelatedToOneThatVaries() {
    for (Fidelity f :
        List.of(new RankCorrelation(), new LinearCorrelation(), new CosineSimilarity())) {
      assertThat(f.of(row(0, 0, 0), row(1, 2, 3))).isZero();
    }
    assertThat(new LinearCorrelation().of(row(0.1f, 0.1f, 0.1f), row(1, 2, 3))).isZero();
  }

  /** Of five places two: {1, 4} and {1, 2}, for of the equal 5 and 5 the first comes first. */
  @Test
  void overlapByHand() {
    assertThat(new TopOverlap(0.4).of(row(0, 9, 1, 2, 8), row(0, 7, 5, 1, 5)))
        .isCloseTo(1.0 / 3, within(EXACT));
  }

  /**
   * Sums of absolute values are 3, 4, 1 and 5, 1, 2: the first is the second place, then the first.
   */
  @Test
  void placesOfSeveralChannelsAreRankedByTheirAbsoluteSum() {
    Tensor a = Tensor.of(Shape.of(2, 1, 3), 1, -4, 1, -2, 0, 0);
    Tensor b = Tensor.of(Shape.of(2, 1, 3), 5, 1, -1, 0, 0, 1);
    assertThat(new TopOverlap(0.3).of(a, b)).isZero();
    assertThat(new TopOverlap(0.6).of(a, b)).isCloseTo(1.0 / 3, within(EXACT));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void overlapIsThatOfSets(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Shape shape = Shape.of(random.nextInt(1, 9), random.nextInt(1, 9));
    double share = random.nextDouble(0.01, 1);
    Tensor a = draw(random, shape);
    Tensor b = draw(random, shape);
    Set<Integer> shared = new HashSet<>(top(a, share));
    Set<Integer> any = new HashSet<>(shared);
    shared.retainAll(top(b, share));
    any.addAll(top(b, share));
    assertThat(new TopOverlap(share).of(a, b))
        .isCloseTo((double) shared.size() / any.size(), within(EXACT));
  }

  private static List<Integer> top(Tensor map, double share) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, map.size()).boxed().toList());
    places.sort(Comparator.comparingDouble(i -> -map.at(i)));
    return places.subList(0, (int) Math.ceil(share * map.size()));
  }

  @Test
  void anOverlapOfNothingIsRefused() {
    assertThatThrownBy(() -> new TopOverlap(0))
        .hasMessage("an overlap wants a share of places above 0, at most 1, got 0.0");
  }

  /**
   * One place, so one window of weight 1: variances are 0, and what is left of both factors is (2 *
   * 1 * 3 + C1) / (1 + 9 + C1), with L = 2 and C1 = 0.0004.
   */
  @Test
  void similarityOfOnePlaceByHand() {
    assertThat(new StructuralSimilarity().of(row(1), row(3)))
        .isCloseTo(6.0004 / 10.0004, within(EXACT));
  }

  /** Two places of weight 1/2: means 1/2 and 1/2, variances 1/4, covariance -1/4, L = 1. */
  @Test
  void similarityOfOppositesByHand() {
    double c1 = 0.0001;
    double c2 = 0.0009;
    assertThat(new StructuralSimilarity().of(row(0, 1), row(1, 0)))
        .isCloseTo((0.5 + c1) * (-0.5 + c2) / ((0.5 + c1) * (0.5 + c2)), within(EXACT));
  }

  /** Again: each window by itself, with explicit weights and centred sums. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void similarityIsWhatEachWindowSays(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int height = random.nextInt(1, 16);
    int width = random.nextInt(1, 16);
    Tensor a = draw(random, Shape.of(height, width));
    Tensor b = draw(random, Shape.of(height, width));
    assertThat(new StructuralSimilarity().of(a, b))
        .isCloseTo(slowly(a.doubles(), b.doubles(), height, width), within(1e-10));
  }

  private static double slowly(double[] a, double[] b, int height, int width) {
    DoubleSummaryStatistics both =
        DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).summaryStatistics();
    double range = both.getMax() - both.getMin();
    double c1 = Math.pow(0.01 * range, 2);
    double c2 = Math.pow(0.03 * range, 2);
    int h = Math.min(11, height);
    int w = Math.min(11, width);
    double sum = 0;
    int windows = 0;
    for (int i = 0; i + h <= height; i++) {
      for (int j = 0; j + w <= width; j++) {
        double weights = 0;
        double ma = 0;
        double mb = 0;
        for (int k = 0; k < h * w; k++) {
          double weight = weight(k / w, h) * weight(k % w, w);
          weights += weight;
          ma += weight * a[(i + k / w) * width + j + k % w];
          mb += weight * b[(i + k / w) * width + j + k % w];
        }
        ma /= weights;
        mb /= weights;
        double va = 0;
        double vb = 0;
        double vab = 0;
        for (int k = 0; k < h * w; k++) {
          double weight = weight(k / w, h) * weight(k % w, w) / weights;
          double da = a[(i + k / w) * width + j + k % w] - ma;
          double db = b[(i + k / w) * width + j + k % w] - mb;
          va += weight * da * da;
          vb += weight * db * db;
          vab += weight * da * db;
        }
        sum += (2 * ma * mb + c1) * (2 * vab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
        windows++;
      }
    }
    return sum / windows;
  }

  private static double weight(int i, int extent) {
    double distance = i - (extent - 1) / 2.0;
    return Math.exp(-distance * distance / (2 * 1.5 * 1.5));
  }
}
