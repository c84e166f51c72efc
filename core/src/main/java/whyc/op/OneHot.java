package whyc.op;

import java.util.ArrayList;
import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A row with a single 1 for each index; a row of zeros for an index that is out of range.
 *
 * <pre>{@code y[..,k] = 1 if index[..] = k, else 0        index: [..]   y: [..,depth]}</pre>
 */
public record OneHot(int depth, ElementType element) implements Flat {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1 && operands.getFirst().element() == ElementType.INT64,
        this,
        "int64 indices",
        operands);
    List<Integer> dims = new ArrayList<>(operands.getFirst().shape().dims());
    dims.add(depth);
    return new TensorType(element, new Shape(dims));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    long[] index = operands.getFirst().longs();
    double[] y = new double[index.length * depth];
    for (int i = 0; i < index.length; i++) {
      if (index[i] >= 0 && index[i] < depth) {
        y[i * depth + (int) index[i]] = 1;
      }
    }
    return Tensor.of(infer(List.of(operands.getFirst().type())), y);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
