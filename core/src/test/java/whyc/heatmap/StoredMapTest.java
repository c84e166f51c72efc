package whyc.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredMapTest {
  private static byte[] bytes(TiledMap map) {
    Sections sections = Sections.of(map);
    byte[] bytes = new byte[(int) sections.bytes()];
    MapWriter.write(map, sections, bytes, 0);
    return bytes;
  }

  private static StoredMap stored(TiledMap map, byte[] bytes) {
    return StoredMap.of(map.grid(), map.coding(), Sections.of(map).mixed(), bytes, 0, bytes.length);
  }

  /**
   * The map of {@code TiledMapTest}: 3 of 6 tiles are present, all of them sparse, bitmaps of 4, 2
   * and 2 bits, codes 100, 255, 1.
   *
   * <pre>{@code
   * 001101 | 111 | 0010 10 01 | 100 255 1         bits from the right: 01 10 0010 = 0x62
   * }</pre>
   */
  @Test
  void aSmallMapByHand() {
    float[] values = {0, 1f, 0, 0, 0, 0, 0, 0, 0, 2.55f, 0.01f, 0, 0, 0, 0};
    TiledMap map = TiledMap.quantized(new Grid(1, 3, 5, 2), values, 8);
    byte[] expected = {0b001101, 0b111, 0x62, 100, (byte) 255, 1};
    assertThat(bytes(map)).isEqualTo(expected);
  }

  /** A tile of 2 x 2, all in it, signed codes of 4 bits: 7, -7, 3, 0. No modes, no bitmap. */
  @Test
  void aSmallDenseMapByHand() {
    TiledMap map = TiledMap.quantized(new Grid(1, 2, 2, 2), new float[] {7, -7, 3, 0}, 4);
    assertThat(bytes(map)).isEqualTo(new byte[] {1, (byte) 0x97, 0x03});
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatIsWrittenIsReadBack(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 300; n++) {
      TiledMap map = RandomMaps.map(random);
      byte[] bytes = bytes(map);
      assertThat(bytes.length).isEqualTo((int) map.compressedBytes());
      TiledMap read = stored(map, bytes).map();
      assertThat(read).isEqualTo(map);
      for (int t = 0; t < map.grid().tiles(); t++) {
        assertThat(read.bitmap(t)).isEqualTo(map.bitmap(t));
      }
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aTileByItselfIsThatOfTheWholeMap(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 100; n++) {
      TiledMap map = RandomMaps.map(random);
      StoredMap stored = stored(map, bytes(map));
      Grid g = map.grid();
      for (int t = 0; t < g.tiles(); t++) {
        int columns = g.columnsAt(t % g.tilesAcross());
        int[] expected = new int[g.sizeOf(t)];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = map.codes()[g.startOf(t) + i / columns * g.width() + i % columns];
        }
        assertThat(stored.tile(t)).isEqualTo(expected);
        assertThat(stored.isPresent(t)).isEqualTo(map.isPresent(t));
      }
    }
  }

  /** Every code of int8, the most negative one included, which {@code quantized} never makes. */
  @Test
  void allCodesOfACodingAreKept() {
    int[] codes = new int[256];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = i - 128;
    }
    Grid grid = new Grid(1, 16, 16, 4);
    TiledMap map = TiledMap.ofCodes(grid, new Coding.FixedPoint(8, true, 0.5f), codes);
    assertThat(stored(map, bytes(map)).map()).isEqualTo(map);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void sectionsOfAnotherLengthAreRefused(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 100; n++) {
      TiledMap map = RandomMaps.map(random);
      byte[] bytes = bytes(map);
      for (int length : new int[] {0, bytes.length / 2, bytes.length - 1, bytes.length + 1}) {
        assertThatThrownBy(() -> stored(map, Arrays.copyOf(bytes, length)))
            .isInstanceOf(FormatException.class);
      }
    }
  }

  /** Whatever the bits say, a map is read or refused. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedSectionsAreReadOrRefused(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int n = 0; n < 2000; n++) {
      TiledMap map = RandomMaps.map(random);
      byte[] bytes = bytes(map);
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        stored(map, bytes).map();
      } catch (FormatException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
