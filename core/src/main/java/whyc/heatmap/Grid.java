package whyc.heatmap;

import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * How a map {@code [channels,height,width]} is cut into square tiles. Tiles do not cross channels;
 * those at the right and the lower edge may be cut short. They are counted channel by channel, row
 * by row, from left to right:
 *
 * <pre>{@code
 * index = (channel * tilesDown + row) * tilesAcross + column
 * }</pre>
 *
 * @param tile edge of a tile: 2, 4 or 8, so that a tile's bits fit into a {@code long}
 */
public record Grid(int channels, int height, int width, int tile) {
  /** Numbers that a map may have: 256 MiB of floats. */
  public static final int MAX_SIZE = 1 << 26;

  public Grid {
    if (tile != 2 && tile != 4 && tile != 8) {
      throw new RefusedArgument("a heat map wants tiles of 2, 4 or 8, got " + tile);
    }
    if (channels < 1
        || height < 1
        || width < 1
        || (long) height * width > MAX_SIZE
        || (long) height * width * channels > MAX_SIZE) {
      throw new RefusedArgument(
          "a heat map wants extents of at least 1 and at most %d numbers, got [%d,%d,%d]"
              .formatted(MAX_SIZE, channels, height, width));
    }
  }

  /** The grid of a map {@code [c,h,w]} or {@code [h,w]}; leading extents of 1 are left out. */
  public static Grid of(Shape shape, int tile) {
    int rank = shape.rank();
    if (rank < 2 || shape.product(0, Math.max(0, rank - 3)) != 1) {
      throw new RefusedArgument("a heat map wants a shape [h,w] or [c,h,w], got " + shape);
    }
    return new Grid(rank == 2 ? 1 : shape.dim(-3), shape.dim(-2), shape.dim(-1), tile);
  }

  /** Numbers of the map. */
  public int size() {
    return channels * height * width;
  }

  /** Rows of tiles in a channel. */
  public int tilesDown() {
    return (height + tile - 1) / tile;
  }

  /** Tiles in a row of them. */
  public int tilesAcross() {
    return (width + tile - 1) / tile;
  }

  /** Tiles of the map. */
  public int tiles() {
    return channels * tilesDown() * tilesAcross();
  }

  /** Rows of numbers in the tiles of a row of tiles. */
  public int rowsAt(int row) {
    return Math.min(tile, height - row * tile);
  }

  /** Columns of numbers in the tiles of a column of tiles. */
  public int columnsAt(int column) {
    return Math.min(tile, width - column * tile);
  }

  /** Numbers of a tile. */
  public int sizeOf(int index) {
    return rowsAt(index / tilesAcross() % tilesDown()) * columnsAt(index % tilesAcross());
  }

  /** Where a tile's first number stands in the map, row by row. */
  public int startOf(int index) {
    int across = tilesAcross();
    int down = tilesDown();
    int row = index / across;
    return (row / down * height + row % down * tile) * width + index % across * tile;
  }
}
