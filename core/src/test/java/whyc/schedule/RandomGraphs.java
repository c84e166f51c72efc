package whyc.schedule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Input;
import whyc.op.Not;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Programs of matrices, their columns and rows, truth values and views, drawn at random. */
final class RandomGraphs {
  private static final int[] EXTENTS = {1, 3, 7, 15, 16, 17, 31, 33, 65};

  private final RandomGenerator random;
  private final Builder g = new Builder();
  private final int rows;
  private final int columns;

  /** Numbers [rows,columns]. */
  private final List<Value> matrices = new ArrayList<>();

  /** Truth values [rows,columns]. */
  private final List<Value> masks = new ArrayList<>();

  /** Everything, of any shape. */
  private final List<Value> all = new ArrayList<>();

  private RandomGraphs(RandomGenerator random) {
    this.random = random;
    this.rows = EXTENTS[random.nextInt(EXTENTS.length)];
    this.columns = EXTENTS[random.nextInt(EXTENTS.length)];
  }

  static Graph draw(RandomGenerator random, int lines) {
    return new RandomGraphs(random).graph(lines);
  }

  private Graph graph(int lines) {
    TensorType type = TensorType.of(ElementType.FLOAT32, rows, columns);
    matrices.add(g.emit(new Input("x", type), List.of()));
    matrices.add(g.emit(new Input("unused", type), List.of()));
    matrices.remove(random.nextInt(2));
    Value weight = g.constant(Tensor.filled(TensorType.of(ElementType.FLOAT32, rows, columns), 2));
    matrices.add(weight);
    masks.add(g.greater(matrices.getFirst(), weight));
    all.addAll(matrices);
    for (int i = 0; i < lines; i++) {
      line();
    }
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      outputs.put("y" + i, any(all));
    }
    outputs.put("last", all.getLast());
    return g.finish(outputs);
  }

  private Value any(List<Value> values) {
    int recent = Math.max(0, values.size() - 6);
    return values.get(
        random.nextInt(3) == 0
            ? random.nextInt(values.size())
            : random.nextInt(recent, values.size()));
  }

  private void line() {
    Value a = any(matrices);
    Value b = any(matrices);
    switch (random.nextInt(12)) {
      case 0 -> matrix(g.relu(a));
      case 1 -> matrix(g.add(a, b));
      case 2 -> matrix(g.mul(a, b));
      case 3 -> mask(g.greater(a, b));
      case 4 -> mask(g.emit(new Not(), any(masks)));
      case 5 -> matrix(g.where(any(masks), a, b));
      case 6 -> matrix(g.gate(a, b));
      case 7 -> matrix(g.matMul(g.matMul(a, g.transpose(b, 1, 0)), any(matrices)));
      case 8 -> matrix(g.add(a, g.mean(b, random.nextInt(2))));
      case 9 -> matrix(g.reshape(g.neg(g.reshape(a, rows * columns)), rows, columns));
      case 10 -> matrix(g.squeeze(g.unsqueeze(a, 1), 1));
      default -> matrix(g.cast(any(masks), ElementType.FLOAT32));
    }
  }

  private void matrix(Value value) {
    if (g.shape(value).equals(Shape.of(rows, columns))) {
      matrices.add(value);
    }
    all.add(value);
  }

  private void mask(Value value) {
    masks.add(value);
    all.add(value);
  }
}
