package whyc.rtl;

import java.util.ArrayList;
import java.util.List;

/**
 * Positions of a plane that one instruction computes: every so many rows and columns, from one on.
 * Those of a step that a convolution took are computed by the same taps.
 *
 * @param row of the first, {@code column} likewise
 * @param rows of the lattice itself
 */
record Lattice(int row, int column, int rowStep, int columnStep, int rows, int columns) {
  static Lattice whole(Plane p) {
    return new Lattice(0, 0, 1, 1, p.rows(), p.columns());
  }

  /** All lattices of two steps, which together are the plane. */
  static List<Lattice> all(Plane p, int rowStep, int columnStep) {
    List<Lattice> all = new ArrayList<>();
    for (int row = 0; row < Math.min(rowStep, p.rows()); row++) {
      for (int column = 0; column < Math.min(columnStep, p.columns()); column++) {
        all.add(
            new Lattice(
                row,
                column,
                rowStep,
                columnStep,
                Math.ceilDiv(p.rows() - row, rowStep),
                Math.ceilDiv(p.columns() - column, columnStep)));
      }
    }
    return all;
  }

  /** Words from a plane's first position to that of the lattice. */
  int offset(Plane p) {
    return row * p.rowStep() + column * p.groups();
  }
}
