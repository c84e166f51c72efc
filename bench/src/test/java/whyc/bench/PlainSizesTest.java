package whyc.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.heatmap.Coding;
import whyc.heatmap.Grid;
import whyc.heatmap.TiledMap;

class PlainSizesTest {
  /**
   * 0 0 0 7 / 0 0 0 0 / 0 0 5 0, codes of 8 bits.
   *
   * <pre>{@code
   * bitmap   12 + 2 * 8
   * runs     (3,7) and 6 zeros before 5: of 2 bits (3,0) (2,5); of 3 bits (6,5)
   * rows     3 ends of 0 to 12, 4 bits each; 2 columns of 0 to 3, 2 bits each
   * }</pre>
   */
  @Test
  void aSmallMapByHand() {
    int[] codes = {0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 5, 0};
    TiledMap map =
        TiledMap.ofCodes(new Grid(1, 3, 4, 4), new Coding.FixedPoint(8, false, 1), codes);
    assertThat(PlainSizes.raw(map)).isEqualTo(96);
    assertThat(PlainSizes.elementBitmap(map)).isEqualTo(28);
    assertThat(PlainSizes.runLength(map, 2)).isEqualTo(3 * 10);
    assertThat(PlainSizes.runLength(map, 3)).isEqualTo(2 * 11);
    assertThat(PlainSizes.sparseRows(map)).isEqualTo(3 * 4 + 2 * 10);
    assertThatThrownBy(() -> PlainSizes.runLength(map, 0)).hasMessageContaining("1 to 16 bits");
  }

  /** Written down entry by entry, read back, counted. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void runLengthsAreThoseOfWrittenEntries(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 100; n++) {
      TiledMap map = map(random);
      for (int bits : new int[] {1, 4, 5}) {
        List<int[]> entries = entries(map.codes(), (1 << bits) - 1);
        int[] read = new int[map.codes().length];
        int at = 0;
        for (int[] e : entries) {
          at += e[0];
          read[at++] = e[1];
        }
        assertThat(Arrays.equals(read, map.codes())).isTrue();
        assertThat(PlainSizes.runLength(map, bits))
            .isEqualTo((long) entries.size() * (bits + map.coding().bits()));
      }
    }
  }

  /** Few numbers that are not zero, so that runs are longer than a count can say, or many. */
  private static TiledMap map(Random random) {
    Grid grid = new Grid(1 + random.nextInt(3), 1 + random.nextInt(30), 1 + random.nextInt(30), 4);
    double share = random.nextBoolean() ? 0.02 : random.nextDouble();
    float[] values = new float[grid.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < share ? random.nextFloat() - 0.5f : 0;
    }
    return TiledMap.quantized(grid, values, 8);
  }

  private static List<int[]> entries(int[] codes, int longest) {
    List<int[]> entries = new ArrayList<>();
    int last = codes.length - 1;
    while (last >= 0 && codes[last] == 0) {
      last--;
    }
    int run = 0;
    for (int i = 0; i <= last; i++) {
      if (codes[i] != 0 || run == longest) {
        entries.add(new int[] {run, codes[i]});
        run = 0;
      } else {
        run++;
      }
    }
    return entries;
  }
}
