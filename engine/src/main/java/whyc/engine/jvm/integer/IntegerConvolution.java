package whyc.engine.jvm.integer;

import java.util.List;
import java.util.stream.IntStream;
import whyc.op.IntegerConv;
import whyc.op.route.Route;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * An {@link IntegerConv} whose weight is known, laid out for the machine. It may be run by several
 * threads at once, each with a workspace of its own.
 */
public abstract sealed class IntegerConvolution {
  final Kernels kernels;
  final Planes planes;
  final int[] taps;
  final int groups;
  final int outputsPerGroup;
  final byte padding;
  private final int images;
  private final int groupElements;

  private IntegerConvolution(IntegerConv op, Kernels kernels, TensorType x, Shape weight) {
    Shape image = x.shape();
    this.kernels = kernels;
    this.planes = new Planes(op.window(), weight.dim(1), image.dim(2), image.dim(3));
    this.taps = planes.taps();
    this.groups = op.groups();
    this.outputsPerGroup = weight.dim(0) / groups;
    this.padding = (byte) op.padding();
    this.images = image.dim(0);
    this.groupElements = weight.dim(1) * image.product(2, 4);
  }

  /** A convolution of images of one type with a weight. */
  public static IntegerConvolution of(IntegerConv op, TensorType x, Tensor weight) {
    Kernels kernels = Kernels.create();
    Route route = Route.of(op.product(), isSigned(x), isSigned(weight.type()), kernels.mostTerms());
    return of(op, x, weight, kernels, route);
  }

  /** The same in plain loops, to compare with. */
  public static IntegerConvolution plain(IntegerConv op, TensorType x, Tensor weight) {
    Kernels kernels = new PlainKernels();
    Route route = Route.of(op.product(), isSigned(x), isSigned(weight.type()), kernels.mostTerms());
    return of(op, x, weight, kernels, route);
  }

  static IntegerConvolution of(
      IntegerConv op, TensorType x, Tensor weight, Kernels kernels, Route route) {
    op.infer(List.of(x, weight.type()));
    return switch (route) {
      case Route.Masked m -> new Products(op, kernels, x, weight, Factors.of(m.terms()));
      case Route.LowRank r -> new Products(op, kernels, x, weight, Factors.of(r.terms()));
      case Route.LookUp l -> new LookUps(op, kernels, x, weight);
    };
  }

  static boolean isSigned(TensorType type) {
    return type.element() == ElementType.INT8;
  }

  /** What {@link #run} needs to work in. */
  public abstract Workspace.Extent workspace();

  /**
   * Computes all images of a batch.
   *
   * @param x codes [n,C,h,w] from {@code xAt} on
   * @param y sums [n,O,h',w'] from {@code yAt} on
   */
  public final void run(byte[] x, int xAt, int[] y, int yAt, Workspace work) {
    int result = outputsPerGroup * planes.positions();
    for (int g = 0; g < images * groups; g++) {
      group(x, xAt + g * groupElements, g % groups, y, yAt + g * result, work);
    }
  }

  /** One group of one image. */
  abstract void group(byte[] x, int xAt, int group, int[] y, int yAt, Workspace work);

  /** Sums of terms, in single precision. */
  private static final class Products extends IntegerConvolution {
    private final Factors factors;

    /** For each group and block of rows: [taps][rank][ROWS]. */
    private final float[] left;

    private final int blocks;

    /** For each tap and term where the window's first place reads. */
    private final int[] offsets;

    private final int chunk;

    Products(IntegerConv op, Kernels kernels, TensorType x, Tensor weight, Factors factors) {
      super(op, kernels, x, weight.shape());
      this.factors = factors;
      this.blocks = Math.ceilDiv(outputsPerGroup, Kernels.ROWS);
      byte[] w = weight.bytes();
      this.chunk = factors.chunk(w, taps.length, 1, weight.shape().dim(0), taps.length);
      int rank = factors.rank();
      this.offsets =
          IntStream.range(0, taps.length * rank)
              .map(k ->
                  planes.isPointwise()
                      ? k * kernels.productLanes()
                      : taps[k / rank] + k % rank * planes.size())
              .toArray();
      this.left = new float[groups * blocks * taps.length * rank * Kernels.ROWS];
      for (int o = 0; o < weight.shape().dim(0); o++) {
        int inGroup = o % outputsPerGroup;
        int block = o / outputsPerGroup * blocks + inGroup / Kernels.ROWS;
        for (int k = 0; k < taps.length * rank; k++) {
          int code = w[o * taps.length + k / rank] & 0xff;
          left[(block * taps.length * rank + k) * Kernels.ROWS + inGroup % Kernels.ROWS] =
              factors.right()[k % rank][code];
        }
      }
    }

    @Override
    public Workspace.Extent workspace() {
      int lanes = kernels.productLanes();
      int image =
          planes.isPointwise()
              ? Math.ceilDiv(planes.positions(), lanes) * lanes * offsets.length
              : factors.rank() * planes.size() + lanes;
      return new Workspace.Extent(0, image + kernels.slack(), Kernels.ROWS * lanes);
    }

    @Override
    void group(byte[] x, int xAt, int group, int[] y, int yAt, Workspace work) {
      for (int r = 0; r < factors.rank(); r++) {
        if (planes.isPointwise()) {
          layPanels(x, xAt, r, work);
        } else {
          int at = work.floatsAt() + r * planes.size();
          planes.lay(x, xAt, padding, factors.left()[r], work.floats(), at, kernels);
        }
      }
      int step = planes.isPointwise() ? offsets.length : 1;
      for (int place = 0; place < planes.places(); place += kernels.productLanes()) {
        for (int b = 0; b < blocks; b++) {
          int rows = Math.min(Kernels.ROWS, outputsPerGroup - b * Kernels.ROWS);
          multiply(rows, group * blocks + b, work.floatsAt() + place * step, work);
          for (int i = 0; i < rows; i++) {
            int sums = work.intsAt() + i * kernels.productLanes();
            int to = yAt + (b * Kernels.ROWS + i) * planes.positions();
            planes.gather(work.ints(), sums, place, kernels.productLanes(), y, to);
          }
        }
      }
    }

    /**
     * Of each channel a vector of positions, then the next: channels that are read once each are
     * not worth a page of memory each.
     */
    private void layPanels(byte[] x, int xAt, int term, Workspace work) {
      int lanes = kernels.productLanes();
      int rank = factors.rank();
      int positions = planes.positions();
      for (int p = 0; p < positions; p += lanes) {
        kernels.map(
            x,
            xAt + p,
            positions,
            taps.length,
            Math.min(lanes, positions - p),
            factors.left()[term],
            work.floats(),
            work.floatsAt() + p * offsets.length + term * lanes,
            rank * lanes);
      }
    }

    private void multiply(int rows, int block, int right, Workspace work) {
      kernels.multiply(
          rows,
          left,
          block * offsets.length * Kernels.ROWS,
          work.floats(),
          right,
          offsets,
          offsets.length,
          chunk,
          work.ints(),
          work.intsAt(),
          kernels.productLanes());
    }
  }

  /** Sums of entries of the table. */
  private static final class LookUps extends IntegerConvolution {
    private final ProductTable table;
    private final byte[] weight;

    LookUps(IntegerConv op, Kernels kernels, TensorType x, Tensor weight) {
      super(op, kernels, x, weight.shape());
      this.table = ProductTable.byRight(op.product(), isSigned(x), isSigned(weight.type()));
      this.weight = weight.bytes();
    }

    @Override
    public Workspace.Extent workspace() {
      int lanes = kernels.tableLanes();
      return new Workspace.Extent(
          taps.length * lanes + planes.size() + 2 * kernels.slack(),
          0,
          Planes.mostRuns(lanes) + lanes);
    }

    @Override
    void group(byte[] x, int xAt, int group, int[] y, int yAt, Workspace work) {
      int lanes = kernels.tableLanes();
      int image = work.bytesAt() + taps.length * lanes + kernels.slack();
      int scratch = work.intsAt() + Planes.mostRuns(lanes);
      planes.lay(x, xAt, padding, work.bytes(), image);
      for (int p = 0; p < planes.positions(); p += lanes) {
        int to = Math.min(planes.positions(), p + lanes);
        int runs = planes.runs(p, to, work.ints(), work.intsAt());
        for (int k = 0; k < taps.length; k++) {
          kernels.copy(
              work.bytes(),
              image + taps[k],
              work.ints(),
              work.intsAt(),
              runs,
              work.bytes(),
              work.bytesAt() + k * lanes);
        }
        for (int o = 0; o < outputsPerGroup; o++) {
          kernels.lookUp(
              weight,
              (group * outputsPerGroup + o) * taps.length,
              work.bytes(),
              work.bytesAt(),
              taps.length,
              table.bytes(),
              table.bias(),
              y,
              yAt + o * planes.positions() + p,
              to - p,
              work.ints(),
              scratch);
        }
      }
    }
  }
}
