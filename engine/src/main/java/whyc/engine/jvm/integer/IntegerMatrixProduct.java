package whyc.engine.jvm.integer;

import java.util.List;
import java.util.stream.IntStream;
import whyc.op.IntegerMatMul;
import whyc.op.route.Route;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * An {@link IntegerMatMul} whose right operand is known, laid out for the machine. It may be run by
 * several threads at once, each with a workspace of its own.
 */
public abstract sealed class IntegerMatrixProduct {
  final Kernels kernels;
  final int depth;
  final int columns;

  private IntegerMatrixProduct(Kernels kernels, Shape b) {
    this.kernels = kernels;
    this.depth = b.dim(0);
    this.columns = b.dim(1);
  }

  /** A product of left operands of one element type with a matrix. */
  public static IntegerMatrixProduct of(IntegerMatMul op, TensorType a, Tensor b) {
    Kernels kernels = Kernels.create();
    Route route =
        Route.of(
            op.product(),
            IntegerConvolution.isSigned(a),
            IntegerConvolution.isSigned(b.type()),
            kernels.mostTerms());
    return of(op, a, b, kernels, route);
  }

  static IntegerMatrixProduct of(
      IntegerMatMul op, TensorType a, Tensor b, Kernels kernels, Route route) {
    op.infer(List.of(a, b.type()));
    return switch (route) {
      case Route.Masked m -> new Products(kernels, b, Factors.of(m.terms()));
      case Route.LowRank r -> new Products(kernels, b, Factors.of(r.terms()));
      case Route.LookUp l -> new LookUps(op, kernels, a, b);
    };
  }

  /** What {@link #run} needs to work in. */
  public abstract Workspace.Extent workspace();

  /**
   * Computes rows of the result.
   *
   * @param a codes [rows,k] from {@code aAt} on
   * @param y sums [rows,n] from {@code yAt} on
   */
  public abstract void run(byte[] a, int aAt, int rows, int[] y, int yAt, Workspace work);

  /** Sums of terms, in single precision. */
  private static final class Products extends IntegerMatrixProduct {
    /** Rows that are packed together, so that each panel is read once for all of them. */
    private static final int AT_ONCE = 8 * Kernels.ROWS;

    private final Factors factors;
    private final float[] panels;

    /** Where each row of a panel begins. */
    private final int[] offsets;

    private final int chunk;

    Products(Kernels kernels, Tensor right, Factors factors) {
      super(kernels, right.shape());
      this.factors = factors;
      byte[] b = right.bytes();
      this.chunk = factors.chunk(b, depth, columns, columns, 1);
      int lanes = kernels.productLanes();
      int rank = factors.rank();
      this.offsets = IntStream.range(0, depth * rank).map(t -> t * lanes).toArray();
      this.panels = new float[Math.ceilDiv(columns, lanes) * depth * rank * lanes];
      for (int k = 0; k < depth * rank; k++) {
        for (int j = 0; j < columns; j++) {
          panels[(j / lanes * depth * rank + k) * lanes + j % lanes] =
              factors.right()[k % rank][b[k / rank * columns + j] & 0xff];
        }
      }
    }

    @Override
    public Workspace.Extent workspace() {
      return new Workspace.Extent(
          0, AT_ONCE * depth * factors.rank(), Kernels.ROWS * kernels.productLanes());
    }

    @Override
    public void run(byte[] a, int aAt, int rows, int[] y, int yAt, Workspace work) {
      for (int i = 0; i < rows; i += AT_ONCE) {
        int count = Math.min(AT_ONCE, rows - i);
        pack(a, aAt + i * depth, count, work.floats(), work.floatsAt());
        for (int j = 0; j < columns; j += kernels.productLanes()) {
          panel(count, j, y, yAt + i * columns, work);
        }
      }
    }

    private void pack(byte[] a, int aAt, int rows, float[] left, int leftAt) {
      int rank = factors.rank();
      for (int i = 0; i < rows; i++) {
        int block = leftAt + i / Kernels.ROWS * offsets.length * Kernels.ROWS + i % Kernels.ROWS;
        for (int r = 0; r < rank; r++) {
          short[] factor = factors.left()[r];
          for (int k = 0; k < depth; k++) {
            left[block + (k * rank + r) * Kernels.ROWS] = factor[a[aAt + i * depth + k] & 0xff];
          }
        }
      }
    }

    /** The columns of one panel, for rows that are packed. */
    private void panel(int rows, int column, int[] y, int yAt, Workspace work) {
      int lanes = kernels.productLanes();
      int taps = offsets.length;
      float[] left = work.floats();
      int right = column * taps;
      int width = Math.min(lanes, columns - column);
      for (int i = 0; i < rows; i += Kernels.ROWS) {
        int count = Math.min(Kernels.ROWS, rows - i);
        int at = work.floatsAt() + i * taps;
        int to = yAt + i * columns + column;
        if (count == Kernels.ROWS && width == lanes) {
          kernels.multiply(count, left, at, panels, right, offsets, taps, chunk, y, to, columns);
        } else {
          int[] tile = work.ints();
          int tileAt = work.intsAt();
          kernels.multiply(
              count, left, at, panels, right, offsets, taps, chunk, tile, tileAt, lanes);
          for (int row = 0; row < count; row++) {
            System.arraycopy(tile, tileAt + row * lanes, y, to + row * columns, width);
          }
        }
      }
    }
  }

  /** Sums of entries of the table. */
  private static final class LookUps extends IntegerMatrixProduct {
    private final ProductTable table;
    private final byte[] panels;

    LookUps(IntegerMatMul op, Kernels kernels, TensorType a, Tensor right) {
      super(kernels, right.shape());
      this.table =
          ProductTable.byLeft(
              op.product(),
              IntegerConvolution.isSigned(a),
              IntegerConvolution.isSigned(right.type()));
      byte[] b = right.bytes();
      int lanes = kernels.tableLanes();
      this.panels = new byte[Math.ceilDiv(columns, lanes) * depth * lanes];
      for (int k = 0; k < depth; k++) {
        for (int j = 0; j < columns; j++) {
          panels[(j / lanes * depth + k) * lanes + j % lanes] = b[k * columns + j];
        }
      }
    }

    @Override
    public Workspace.Extent workspace() {
      return new Workspace.Extent(0, 0, kernels.tableLanes());
    }

    @Override
    public void run(byte[] a, int aAt, int rows, int[] y, int yAt, Workspace work) {
      int lanes = kernels.tableLanes();
      for (int j = 0; j < columns; j += lanes) {
        for (int i = 0; i < rows; i++) {
          kernels.lookUp(
              a,
              aAt + i * depth,
              panels,
              j * depth,
              depth,
              table.bytes(),
              table.bias(),
              y,
              yAt + i * columns + j,
              Math.min(lanes, columns - j),
              work.ints(),
              work.intsAt());
        }
      }
    }
  }
}
