package whyc.op;

import java.util.Arrays;
import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A fold over some axes, which stay with extent 1. Axes are ascending and not negative. */
public sealed interface Reduction extends Primitive
    permits ReduceSum, ReduceMean, ReduceMax, ReduceProduct {

  List<Integer> axes();

  /** The value of an empty fold. */
  double start();

  double fold(double accumulated, double x);

  /** Applied once at the end. */
  default double finish(double accumulated, int count) {
    return accumulated;
  }

  @Override
  default TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1
            && axes().stream().allMatch(a -> a >= 0 && a < operands.getFirst().shape().rank()),
        this,
        "one operand with the axes " + axes(),
        operands);
    Shape shape = operands.getFirst().shape();
    for (int axis : axes()) {
      shape = shape.with(axis, 1);
    }
    return operands.getFirst().with(shape);
  }

  @Override
  default Tensor evaluate(List<Tensor> operands) {
    Tensor operand = operands.getFirst();
    TensorType type = infer(List.of(operand.type()));
    double[] x = operand.doubles();
    double[] y = new double[type.shape().size()];
    Arrays.fill(y, start());
    Walk walk = new Walk(operand.shape(), type.shape());
    for (int i = 0; i < x.length; i++, walk.next()) {
      y[walk.at(0)] = fold(y[walk.at(0)], x[i]);
    }
    int count = x.length / y.length;
    for (int i = 0; i < y.length; i++) {
      y[i] = finish(y[i], count);
    }
    return Tensor.of(type, y);
  }

  @Override
  default Cost cost(List<TensorType> operands) {
    return Cost.elementary(operands.getFirst().shape().size());
  }
}
