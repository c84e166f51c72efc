package whyc.engine.jvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Matrix products by {@link MatMulTiles}: of row-major matrices over up to two leading axes, or of
 * images of one pixel, whose batch is the rows, with a known matrix. A row is a pixel of a tile.
 */
record MatMulRecipe(Arrangement a, Weights weights, Step step, FusedTail tail, Tile tile)
    implements Recipe {

  /** Units that a product is split into at least, so that threads have something to share. */
  private static final int UNITS = 32;

  /** What the tails of one tile may take of a method that is to be compiled. */
  private static final int CODE_BYTES = 6000;

  static MatMulRecipe of(Arrangement a, Weights weights, Step step) {
    int vectors = Math.ceilDiv(columns(a, step), a.lanes().count());
    FusedTail tail = FusedTail.of(a, step, Optional.of(step.heart()));
    int room = Math.max(1, CODE_BYTES / tail.tail().bytes());
    return new MatMulRecipe(
        a, weights, step, tail, Tile.ofRows(a.core(), rows(a, step), vectors, room));
  }

  private static int rows(Arrangement a, Step step) {
    return a.graph().type(step.heart()).shape().dim(-2);
  }

  /** Lanes beyond the channels of an image are columns of zeros. */
  private static int columns(Arrangement a, Step step) {
    return switch (a.layout(step.heart())) {
      case Layout.Image i -> i.pixelStride();
      case Layout.Plain p -> p.shape().dim(-1);
    };
  }

  @Override
  public String name() {
    return "matmul %dx%d".formatted(tile.pixels(), tile.vectors());
  }

  @Override
  public Kernel bind(Places places) {
    List<Value> operands = a.graph().node(step.heart()).operands();
    int rows = rows(a, step);
    int columns = columns(a, step);
    int perGroup = tile.vectors() * a.lanes().count();
    Map<String, Integer> arguments = new HashMap<>();
    int outer = leading(step.heart(), 0);
    int inner = leading(step.heart(), 1);
    int groups = Math.ceilDiv(columns, perGroup);
    int tiles = Math.ceilDiv(rows, tile.pixels());
    int block = Math.ceilDiv(tiles, Math.ceilDiv(UNITS, outer * inner * groups));
    int blocks = Math.ceilDiv(tiles, block);
    arguments.put("groups", groups);
    arguments.put("inner", inner);
    arguments.put("tiles", tiles);
    arguments.put("block", block);
    arguments.put("blocks", blocks);
    if (tile.pixels() > 1) {
      arguments.put("wideTiles", tiles - (tiles * tile.pixels() - rows));
    } else {
      arguments.put("wideTiles", tiles);
    }
    arguments.put("depth", a.graph().type(operands.get(1)).shape().dim(-2));
    Tail.Bank left = putLeft(arguments, operands.get(0), places);
    Tail.Bank right = putRight(arguments, operands.get(1), places, groups, perGroup);
    int vectors = Math.ceilDiv(columns, a.lanes().count());
    int lastVectors = vectors - (groups - 1) * tile.vectors();
    boolean ragged = columns % a.lanes().count() != 0;
    if (ragged) {
      arguments.put("columns", columns);
    }
    if (a.isImage(step.heart())) {
      tail.bindRows(arguments, a, weights, places);
    } else {
      tail.bind(arguments, a, weights, places);
    }
    MatMulTiles kind =
        new MatMulTiles(
            a.lanes(),
            tile.pixels(),
            tile.vectors(),
            lastVectors,
            ragged,
            left,
            right,
            tail.tail());
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        outer * inner * groups * blocks,
        tail.bordered(a, places));
  }

  /** One of two leading axes; those that are not there are of extent 1. */
  private int leading(Value v, int axis) {
    Shape s = a.graph().type(v).shape();
    int at = s.rank() - 4 + axis;
    return at < 0 ? 1 : s.dim(at);
  }

  private void putLeading(Map<String, Integer> arguments, String name, Value v, int matrix) {
    int inner = leading(v, 1);
    arguments.put(name + "Inner", inner == 1 ? 0 : matrix);
    arguments.put(name + "Outer", leading(v, 0) == 1 ? 0 : inner * matrix);
  }

  private Tail.Bank putLeft(Map<String, Integer> arguments, Value v, Places places) {
    Shape s = a.graph().type(v).shape();
    boolean known = a.isConstant(v);
    int stride = a.isImage(v) ? a.image(v).imageStride() : s.dim(-1);
    arguments.put(
        "left", known ? FusedTail.plainConstant(weights, a.constant(v)) : places.offset(v));
    arguments.put("leftRow", stride);
    putLeading(arguments, "left", v, s.dim(-2) * stride);
    return known ? Tail.Bank.WEIGHTS : Tail.Bank.VALUES;
  }

  private Tail.Bank putRight(
      Map<String, Integer> arguments, Value v, Places places, int groups, int perGroup) {
    Shape s = a.graph().type(v).shape();
    int depth = s.dim(-2);
    if (a.isConstant(v)) {
      arguments.put("right", pack(v, groups, perGroup));
      arguments.put("rightStep", perGroup);
      arguments.put("rightGroup", depth * perGroup);
      putLeading(arguments, "right", v, groups * depth * perGroup);
      return Tail.Bank.WEIGHTS;
    }
    arguments.put("right", places.offset(v));
    arguments.put("rightStep", s.dim(-1));
    arguments.put("rightGroup", perGroup);
    putLeading(arguments, "right", v, depth * s.dim(-1));
    return Tail.Bank.VALUES;
  }

  /** {@code [matrix][group][k][column of the group]}, columns beyond the last one zero. */
  private int pack(Value v, int groups, int perGroup) {
    Tensor t = a.constant(v).value();
    int depth = t.shape().dim(-2);
    int columns = t.shape().dim(-1);
    int matrices = t.size() / (depth * columns);
    return weights.place(
        List.of("matmul", a.constant(v), groups, perGroup),
        matrices * groups * depth * perGroup,
        (data, at) -> {
          float[] w = t.floats();
          for (int row = 0; row < matrices * depth; row++) {
            int to = at + (row / depth * groups * depth + row % depth) * perGroup;
            for (int j = 0; j < columns; j++) {
              data[to + j / perGroup * depth * perGroup + j % perGroup] = w[row * columns + j];
            }
          }
        });
  }
}
