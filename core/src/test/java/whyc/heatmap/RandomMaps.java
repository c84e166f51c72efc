package whyc.heatmap;

import java.util.random.RandomGenerator;

/** Maps that hurt: awkward extents, empty and full tiles, extreme numbers. */
final class RandomMaps {
  private static final int[] EXTENTS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 16, 17, 25, 28, 31, 63};
  private static final int[] TILES = {2, 4, 8};

  private RandomMaps() {}

  static Grid grid(RandomGenerator random) {
    return new Grid(
        1 + random.nextInt(4),
        EXTENTS[random.nextInt(EXTENTS.length)],
        EXTENTS[random.nextInt(EXTENTS.length)],
        TILES[random.nextInt(TILES.length)]);
  }

  /** Globally sparse, locally dense, or anything between. */
  static float[] values(RandomGenerator random, Grid grid) {
    float[] values = new float[grid.size()];
    double tiles = share(random);
    double numbers = share(random);
    boolean signed = random.nextBoolean();
    float size = (float) Math.pow(10, random.nextInt(-30, 30));
    for (int t = 0; t < grid.tiles(); t++) {
      boolean kept = random.nextDouble() < tiles;
      int column = t % grid.tilesAcross();
      int row = t / grid.tilesAcross() % grid.tilesDown();
      for (int y = 0; y < grid.rowsAt(row); y++) {
        for (int x = 0; x < grid.columnsAt(column); x++) {
          if (kept && random.nextDouble() < numbers) {
            float v = (random.nextFloat() + 0.01f) * size;
            values[grid.startOf(t) + y * grid.width() + x] =
                signed && random.nextBoolean() ? -v : v;
          }
        }
      }
    }
    return values;
  }

  private static double share(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> 1;
      default -> random.nextDouble();
    };
  }

  /** One of the codings that a map can ask for; 0 means exact. */
  static TiledMap map(RandomGenerator random, Grid grid, float[] values) {
    int bits = random.nextInt(3, 17);
    return bits == 3 ? TiledMap.exact(grid, values) : TiledMap.quantized(grid, values, bits);
  }

  static TiledMap map(RandomGenerator random) {
    Grid grid = grid(random);
    return map(random, grid, values(random, grid));
  }
}
