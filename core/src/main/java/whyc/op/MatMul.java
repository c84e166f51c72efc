package whyc.op;

import java.util.ArrayList;
import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Matrix product, over leading axes that broadcast.
 *
 * <pre>{@code
 * y[..,i,j] = sum_k a[..,i,k] * b[..,k,j]      a: [..,m,k]   b: [..,k,n]   y: [..,m,n]
 * da = dy * b^T       db = a^T * dy            each summed over the axes it was repeated along
 * }</pre>
 */
public record MatMul() implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && operands.get(0).element() == operands.get(1).element()
            && operands.get(0).shape().rank() >= 2
            && operands.get(1).shape().rank() >= 2
            && operands.get(0).shape().dim(-1) == operands.get(1).shape().dim(-2),
        this,
        "a: [..,m,k] and b: [..,k,n]",
        operands);
    Shape a = operands.get(0).shape();
    Shape b = operands.get(1).shape();
    List<Integer> dims;
    try {
      dims = new ArrayList<>(Shape.broadcast(leading(a), leading(b)).dims());
    } catch (IllegalArgumentException e) {
      throw Refuse.operands(this, "leading axes that broadcast", operands);
    }
    dims.add(a.dim(-2));
    dims.add(b.dim(-1));
    return operands.get(0).with(new Shape(dims));
  }

  private static Shape leading(Shape s) {
    return new Shape(s.dims().subList(0, s.rank() - 2));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor left = operands.get(0);
    Tensor right = operands.get(1);
    TensorType type = infer(List.of(left.type(), right.type()));
    int m = left.shape().dim(-2);
    int depth = left.shape().dim(-1);
    int n = right.shape().dim(-1);
    double[] a = left.doubles();
    double[] b = right.doubles();
    double[] y = new double[type.shape().size()];
    Shape batch = leading(type.shape());
    Walk walk = new Walk(batch, leading(left.shape()), leading(right.shape()));
    for (int matrix = 0; matrix < batch.size(); matrix++, walk.next()) {
      int a0 = walk.at(0) * m * depth;
      int b0 = walk.at(1) * depth * n;
      int y0 = matrix * m * n;
      for (int i = 0; i < m; i++) {
        for (int k = 0; k < depth; k++) {
          double factor = a[a0 + i * depth + k];
          for (int j = 0; j < n; j++) {
            y[y0 + i * n + j] += factor * b[b0 + k * n + j];
          }
        }
      }
    }
    return Tensor.of(type, y);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value a = at.operand(0);
    Value b = at.operand(1);
    return operand == 0
        ? g.sumTo(g.matMul(at.cotangent(), g.transposeMatrix(b)), a)
        : g.sumTo(g.matMul(g.transposeMatrix(a), at.cotangent()), b);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return new Cost((long) infer(operands).shape().size() * operands.getFirst().shape().dim(-1), 0);
  }
}
