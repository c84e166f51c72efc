package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import whyc.op.GatherElements;
import whyc.op.OneHot;
import whyc.op.Reshape;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Operators that pick by index. */
final class IndexBindings {
  private IndexBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry(
              "Gather",
              single(n -> n.g.gather(n.operand(0), index(n, 1), n.axis("axis", 0, n.shape(0))))),
          Map.entry("GatherElements", single(IndexBindings::gatherElements)),
          Map.entry("GatherND", single(IndexBindings::gatherNd)),
          Map.entry("OneHot", single(IndexBindings::oneHot)),
          Map.entry("Scatter", single(IndexBindings::scatterElements)),
          Map.entry("ScatterElements", single(IndexBindings::scatterElements)),
          Map.entry("ScatterND", single(IndexBindings::scatterNd)));

  private static Value index(OnnxNode n, int operand) {
    return n.g.cast(n.operand(operand), ElementType.INT64);
  }

  /** Axes beside the gathered one may be shorter in the index: the first so many are meant. */
  private static Value gatherElements(OnnxNode n) {
    int axis = n.axis("axis", 0, n.shape(0));
    Value x = n.operand(0);
    for (int i = 0; i < n.rank(0); i++) {
      if (i != axis && n.shape(1).dim(i) < n.g.shape(x).dim(i)) {
        x = n.g.slice(x, i, 0, n.shape(1).dim(i), 1);
      }
    }
    return n.emit(new GatherElements(axis), x, index(n, 1));
  }

  /**
   * {@code where(index = k, on, off)} along a new axis. Negative indices count from the end, once:
   * those beyond it are moved behind the axis, where nothing is on.
   */
  private static Value oneHot(OnnxNode n) {
    Value index = index(n, 0);
    int depth = n.known(1).ints()[0];
    Value wrapped =
        n.g.where(n.g.greater(n.g.scalar(0, index), index), n.g.shift(index, depth), index);
    Value place =
        n.g.where(n.g.greater(n.g.scalar(0, index), wrapped), n.g.scalar(depth, index), wrapped);
    Value hot = n.emit(new OneHot(depth, ElementType.BOOL), place);
    Value off = n.g.squeeze(n.g.slice(n.operand(2), 0, 0, 1, 1), 0);
    Value on = n.g.squeeze(n.g.slice(n.operand(2), 0, 1, 2, 1), 0);
    Value y = n.g.where(hot, on, off);
    int rank = n.rank(0) + 1;
    int axis = n.axis("axis", -1, n.g.shape(y));
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank - 1).boxed().toList());
    order.add(axis, rank - 1);
    return axis == rank - 1 ? y : n.emit(new Transpose(order), y);
  }

  /**
   * With known indices of n numbers each: the first n axes are joined to one, and rows are picked
   * from that.
   */
  private static Value gatherNd(OnnxNode n) {
    Shape data = n.shape(0);
    Shape index = n.shape(1);
    int batch = Math.toIntExact(n.integer("batch_dims", 0));
    int used = batch + index.dim(-1);
    long[] rows = rows(n, data, n.known(1).longs(), index, batch);
    List<Integer> joined = new ArrayList<>(List.of(-1));
    joined.addAll(data.dims().subList(used, data.rank()));
    Value x = n.emit(new Reshape(joined), n.operand(0));
    Shape picked = new Shape(index.dims().subList(0, index.rank() - 1));
    return n.g.gather(x, n.g.constant(Tensor.of(picked, rows)), 0);
  }

  /** Index tuples as numbers of rows, when the axes that they index are joined to one. */
  private static long[] rows(OnnxNode n, Shape data, long[] values, Shape index, int batch) {
    int width = index.dim(-1);
    long[] rows = new long[values.length / width];
    int perBatch = rows.length / index.product(0, batch);
    for (int r = 0; r < rows.length; r++) {
      long row = r / perBatch;
      for (int k = 0; k < width; k++) {
        int extent = data.dim(batch + k);
        long place = values[r * width + k];
        if (place < -extent || place >= extent) {
          throw new IllegalArgumentException(
              n.type() + " wants indices within [-" + extent + "," + extent + "), got " + place);
        }
        row = row * extent + Math.floorMod(place, extent);
      }
      rows[r] = row;
    }
    return rows;
  }

  private static Value scatterNd(OnnxNode n) {
    Shape index = n.shape(1);
    Shape data = n.shape(0);
    int width = index.dim(-1);
    int slab = data.product(width, data.rank());
    long[] rows = rows(n, data, known(n).longs(), index, 0);
    long[] places = new long[Limits.made((long) rows.length * slab)];
    for (int i = 0; i < places.length; i++) {
      places[i] = rows[i / slab] * slab + i % slab;
    }
    return scattered(n, places);
  }

  private static Value scatterElements(OnnxNode n) {
    Shape data = n.shape(0);
    Shape index = n.shape(1);
    int axis = n.axis("axis", 0, data);
    long[] values = known(n).longs();
    int[] strides = data.strides();
    int[] own = index.strides();
    long[] places = new long[values.length];
    for (int i = 0; i < places.length; i++) {
      for (int a = 0; a < data.rank(); a++) {
        long at = a == axis ? Math.floorMod(values[i], data.dim(axis)) : i / own[a] % index.dim(a);
        places[i] += at * strides[a];
      }
    }
    return scattered(n, places);
  }

  private static Tensor known(OnnxNode n) {
    if (!n.text("reduction", "none").equals("none")) {
      throw new IllegalArgumentException(
          "with reduction " + n.text("reduction", "none") + " is not supported; nearest: none");
    }
    return n.known(1);
  }

  /** With known places: every element comes from the data or from one of the updates, the last. */
  private static Value scattered(OnnxNode n, long[] places) {
    Shape data = n.shape(0);
    long[] source = new long[Limits.made(data.size())];
    double[] updated = new double[data.size()];
    for (int i = 0; i < places.length; i++) {
      source[Math.toIntExact(places[i])] = i;
      updated[Math.toIntExact(places[i])] = 1;
    }
    Value mask = n.g.constant(Tensor.of(new TensorType(ElementType.BOOL, data), updated));
    Value updates =
        n.g.gather(n.g.reshape(n.operand(2), -1), n.g.constant(Tensor.of(data, source)), 0);
    return n.g.where(mask, updates, n.operand(0));
  }
}
