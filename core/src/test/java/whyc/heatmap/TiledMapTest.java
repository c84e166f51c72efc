package whyc.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.tensor.Shape;

class TiledMapTest {
  /**
   * Two by two tiles over 3 x 5, 8 bits, largest 2.55: a step is 0.01.
   *
   * <pre>{@code
   * 0    1.00 | 0 0 | 0          100 as a code
   * 0    0    | 0 0 | 2.55       255
   * ----------+-----+-----
   * 0.01 0    | 0 0 | 0          1
   * }</pre>
   */
  @Test
  void aSmallMapByHand() {
    float[] values = {0, 1f, 0, 0, 0, 0, 0, 0, 0, 2.55f, 0.01f, 0, 0, 0, 0};
    TiledMap map = TiledMap.quantized(new Grid(1, 3, 5, 2), values, 8);
    assertThat(map.codes()).containsExactly(0, 100, 0, 0, 0, 0, 0, 0, 0, 255, 1, 0, 0, 0, 0);
    assertThat(map.coding()).isEqualTo(new Coding.FixedPoint(8, false, 0.01f));
    long[] bitmaps = new long[6];
    for (int t = 0; t < 6; t++) {
      bitmaps[t] = map.bitmap(t);
    }
    assertThat(bitmaps).containsExactly(0b0010, 0, 0b0100, 0b0001, 0, 0);
    assertThat(map.presentTiles()).isEqualTo(3);
    assertThat(map.nonZeros()).isEqualTo(3);
    // Of four codes one is kept: 4 + 8 bits instead of 32. Of two: 2 + 8 instead of 16.
    assertThat(map.compressedBits(0)).isEqualTo(12);
    assertThat(map.compressedBits(1)).isZero();
    assertThat(map.compressedBits(2)).isEqualTo(10);
    assertThat(map.compressedBits(3)).isEqualTo(10);
    // A byte of presence, one of modes, 4 + 2 + 2 bits of bitmaps, three codes.
    assertThat(map.compressedBytes()).isEqualTo(6);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void bitmapsSayWhichCodesAreNotZero(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 200; n++) {
      TiledMap map = RandomMaps.map(random);
      Grid g = map.grid();
      long[] expected = new long[g.tiles()];
      for (int i = 0; i < g.size(); i++) {
        int x = i % g.width();
        int y = i / g.width() % g.height();
        int c = i / g.width() / g.height();
        int tile = (c * g.tilesDown() + y / g.tile()) * g.tilesAcross() + x / g.tile();
        if (map.codes()[i] != 0) {
          expected[tile] |= 1L << (y % g.tile() * g.tile() + x % g.tile());
        }
      }
      for (int t = 0; t < g.tiles(); t++) {
        assertThat(map.bitmap(t)).isEqualTo(expected[t]);
        assertThat(map.count(t)).isEqualTo(Long.bitCount(expected[t]));
        assertThat(map.isPresent(t)).isEqualTo(expected[t] != 0);
      }
    }
  }

  /** Half a step, and the rounding of the quotient and of the product. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void fixedPointIsHalfAStepOffAtMost(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 200; n++) {
      Grid grid = RandomMaps.grid(random);
      float[] values = RandomMaps.values(random, grid);
      int bits = random.nextInt(4, 17);
      TiledMap map = TiledMap.quantized(grid, values, bits);
      float[] read = map.values();
      float scale = ((Coding.FixedPoint) map.coding()).scale();
      for (int i = 0; i < values.length; i++) {
        double allowed = 0.5 * scale + 1e-6 * Math.abs(values[i]);
        assertThat((double) Math.abs(read[i] - values[i])).isLessThanOrEqualTo(allowed);
        if (values[i] == 0) {
          assertThat(map.codes()[i]).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.MIN_VALUE, 300 * Float.MIN_VALUE, 1e-38f, 1, Float.MAX_VALUE})
  void extremeMagnitudesStayFiniteAndWithinTheCodes(float largest) {
    for (int bits = 4; bits <= 16; bits++) {
      for (float sign : new float[] {1, -1}) {
        float[] values = {largest, sign * largest, 0, -0.0f};
        TiledMap map = TiledMap.quantized(new Grid(1, 2, 2, 2), values, bits);
        for (int i = 0; i < 4; i++) {
          assertThat(map.coding().holds(map.codes()[i])).isTrue();
        }
        float scale = ((Coding.FixedPoint) map.coding()).scale();
        assertThat((double) map.values()[0])
            .isCloseTo(largest, org.assertj.core.data.Offset.offset(0.51 * scale));
        assertThat(map.codes()[3]).isZero();
      }
    }
  }

  @Test
  void exactMapsKeepEveryBit() {
    float[] values = {1f, -0.0f, Float.MIN_VALUE, -Float.MAX_VALUE, 0f, 0.1f};
    TiledMap map = TiledMap.exact(new Grid(1, 2, 3, 4), values);
    assertThat(map.values())
        .usingComparator((a, b) -> java.util.Arrays.compare(a, b))
        .isEqualTo(values);
    assertThat(map.nonZeros()).isEqualTo(5);
  }

  @Test
  void whatIsNoNumberIsRefused() {
    float[] values = new float[24];
    values[17] = Float.NaN;
    assertThatThrownBy(() -> TiledMap.quantized(new Grid(2, 3, 4, 4), values, 8))
        .hasMessage("a heat map wants finite numbers, got NaN at [1, 1, 1]");
    values[17] = Float.NEGATIVE_INFINITY;
    assertThatThrownBy(() -> TiledMap.exact(new Grid(2, 3, 4, 4), values))
        .hasMessage("a heat map wants finite numbers, got -Infinity at [1, 1, 1]");
  }

  @Test
  void extentsBitsAndCodesOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> new Grid(1, 2, 2, 3))
        .hasMessageContaining("tiles of 2, 4 or 8, got 3");
    assertThatThrownBy(() -> new Grid(1, 0, 2, 4)).hasMessageContaining("extents of at least 1");
    assertThatThrownBy(() -> new Grid(65536, 65536, 65536, 4)).hasMessageContaining("at most");
    assertThatThrownBy(() -> Grid.of(Shape.of(4), 4)).hasMessageContaining("[h,w] or [c,h,w]");
    assertThatThrownBy(() -> Grid.of(Shape.of(2, 1, 4, 4), 4)).hasMessageContaining("[2,1,4,4]");
    Grid one = new Grid(1, 1, 1, 8);
    assertThatThrownBy(() -> TiledMap.quantized(one, new float[1], 3))
        .hasMessageContaining("4 to 16 bits, got 3");
    assertThatThrownBy(() -> TiledMap.quantized(one, new float[2], 8))
        .hasMessage("a heat map [1,1,1] wants 1 numbers, got 2");
    assertThatThrownBy(
            () -> TiledMap.ofCodes(one, new Coding.FixedPoint(8, true, 1), new int[] {128}))
        .hasMessageContaining("got 128 at [0, 0, 0]");
  }

  @Test
  void aGridKnowsItsTilesThatAreCutShort() {
    Grid grid = new Grid(2, 9, 5, 4);
    assertThat(grid.tiles()).isEqualTo(12);
    assertThat(grid.sizeOf(0)).isEqualTo(16);
    assertThat(grid.sizeOf(1)).isEqualTo(4);
    assertThat(grid.sizeOf(5)).isEqualTo(1);
    assertThat(grid.startOf(5)).isEqualTo(8 * 5 + 4);
    assertThat(grid.startOf(6)).isEqualTo(45);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void allCodesAreHeldWhereEachOneIs(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 2000; n++) {
      float scale = random.nextBoolean() ? 1 : Math.nextDown(Float.MAX_VALUE / 127);
      int bits = scale == 1 ? random.nextInt(4, 17) : random.nextInt(4, 9);
      Coding coding =
          random.nextInt(3) == 0
              ? new Coding.SinglePrecision()
              : new Coding.FixedPoint(bits, scale != 1 || random.nextBoolean(), scale);
      int[] codes = new int[random.nextInt(9)];
      int shift = random.nextInt(32);
      for (int i = 0; i < codes.length; i++) {
        codes[i] = random.nextInt() >> shift;
      }
      boolean each = java.util.Arrays.stream(codes).allMatch(coding::holds);
      assertThat(coding.holdsAll(codes)).as("%s %s", coding, codes).isEqualTo(each);
    }
  }
}
