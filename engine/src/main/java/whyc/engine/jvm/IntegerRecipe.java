package whyc.engine.jvm;

import java.util.List;
import whyc.engine.jvm.integer.IntegerConvolution;
import whyc.engine.jvm.integer.IntegerMatrixProduct;
import whyc.engine.jvm.integer.Workspace;
import whyc.graph.Node;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A convolution or matrix product of bytes, by the route that its product of two bytes allows. The
 * arena holds whole numbers of any width as longs; bytes and sums have arrays of their own.
 */
record IntegerRecipe(Arrangement a, Step step) implements Recipe {
  @Override
  public String name() {
    return "integers";
  }

  @Override
  public Kernel bind(Places places) {
    Node n = a.graph().node(step.heart());
    List<Value> operands = n.operands();
    TensorType x = a.graph().type(operands.getFirst());
    Tensor weight = a.constant(operands.getLast()).value();
    int source = places.offset(operands.getFirst());
    int target = places.offset(step.heart());
    Products products =
        switch (n.op()) {
          case IntegerConv c -> of(IntegerConvolution.of(c, x, weight));
          case IntegerMatMul m -> of(IntegerMatrixProduct.of(m, x, weight), rows(x));
          default -> throw new IllegalArgumentException(n.op().name() + " has no integer kernel");
        };
    return new Integers(
        products, source, new byte[x.shape().size()], target, new int[n.type().shape().size()]);
  }

  private static int rows(TensorType x) {
    return x.shape().size() / x.shape().dim(-1);
  }

  /** From codes to sums. */
  private interface Products {
    void run(byte[] codes, int[] sums);
  }

  private static Products of(IntegerConvolution c) {
    Workspace work = Workspace.of(c.workspace());
    return (codes, sums) -> c.run(codes, 0, sums, 0, work);
  }

  private static Products of(IntegerMatrixProduct p, int rows) {
    Workspace work = Workspace.of(p.workspace());
    return (codes, sums) -> p.run(codes, 0, rows, sums, 0, work);
  }

  private static final class Integers implements Kernel {
    private final Products products;
    private final int source;
    private final byte[] codes;
    private final int target;
    private final int[] sums;

    Integers(Products products, int source, byte[] codes, int target, int[] sums) {
      this.products = products;
      this.source = source;
      this.codes = codes;
      this.target = target;
      this.sums = sums;
    }

    @Override
    public int units() {
      return 1;
    }

    @Override
    public void run(Banks banks, int from, int to) {
      long[] integers = banks.integers();
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (byte) integers[source + i];
      }
      products.run(codes, sums);
      for (int i = 0; i < sums.length; i++) {
        integers[target + i] = sums[i];
      }
    }
  }
}
