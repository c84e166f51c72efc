package whyc.op;

import java.util.ArrayList;
import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The same values, row by row, under another shape.
 *
 * @param dims extents; 0 stands for the operand's extent at that place, and one -1 for what is
 *     left. So a shape can be told without the batch size.
 */
public record Reshape(List<Integer> dims) implements Primitive {
  public Reshape {
    dims = List.copyOf(dims);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(operands.size() == 1, this, "one operand", operands);
    Shape x = operands.getFirst().shape();
    List<Integer> extents = new ArrayList<>();
    long known = 1;
    int rest = -1;
    for (int i = 0; i < dims.size(); i++) {
      int d = dims.get(i);
      Refuse.unless(
          d != 0 || i < x.rank(), this, "an extent to copy for each 0 of " + dims, operands);
      Refuse.unless(d >= -1 && (d != -1 || rest < 0), this, "one -1 at most in " + dims, operands);
      rest = d == -1 ? i : rest;
      extents.add(d == 0 ? x.dim(i) : Math.max(d, 1));
      known *= extents.get(i);
    }
    if (rest >= 0 && x.size() % known == 0) {
      extents.set(rest, (int) (x.size() / known));
      known = x.size();
    }
    Refuse.unless(known == x.size(), this, "as many elements as " + dims + " has", operands);
    return operands.getFirst().with(new Shape(extents));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    return x.reshape(infer(List.of(x.type())).shape());
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.reshapeAs(at.cotangent(), at.operand(0));
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
