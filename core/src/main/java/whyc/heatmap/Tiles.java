package whyc.heatmap;

/** Goes through the tiles of a grid in their order, without the divisions of {@link Grid}. */
final class Tiles {
  private final Grid grid;
  private final int across;
  private final int down;
  private int column;
  private int row;
  private int channel;

  /** Before the first tile. */
  Tiles(Grid grid) {
    this(grid, 0);
  }

  /** Before a tile. */
  Tiles(Grid grid, int tile) {
    this.grid = grid;
    this.across = grid.tilesAcross();
    this.down = grid.tilesDown();
    this.column = tile % across - 1;
    this.row = tile / across % down;
    this.channel = tile / across / down;
  }

  /** Steps to the next tile. */
  void next() {
    column++;
    if (column == across) {
      column = 0;
      row++;
    }
    if (row == down) {
      row = 0;
      channel++;
    }
  }

  /** Rows of numbers in the tile. */
  int rows() {
    return grid.rowsAt(row);
  }

  /** Columns of numbers in the tile. */
  int columns() {
    return grid.columnsAt(column);
  }

  /** Where its first number stands in the map, row by row. */
  int start() {
    int edge = grid.tile();
    return (channel * grid.height() + row * edge) * grid.width() + column * edge;
  }
}
