package whyc.rtl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.multiplier.Design;
import whyc.multiplier.Multiplier;
import whyc.multiplier.OperandForm;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.Op;
import whyc.op.Product;
import whyc.op.Value;
import whyc.tensor.ElementType;

/**
 * What the core's array multiplies by: exactly, or by a circuit whose first operand is the feature
 * and whose second is the weight. Lines of a graph with exact products are exact on either array.
 *
 * @param module of the circuit; none of the exact array
 * @param isSwapped whether the module's first operand is the weight
 */
public record ArrayProduct(Product product, Optional<ProductModule> module, boolean isSwapped) {
  private static final OperandForm FORM = OperandForm.signed(8);

  /** Behind the name of a circuit whose operands are exchanged. */
  private static final String SWAPPED = "~";

  public static ArrayProduct exact() {
    return new ArrayProduct(Product.exact(), Optional.empty(), false);
  }

  /**
   * The circuit of a design.
   *
   * @throws RtlException unless it takes signed bytes and gives 0 where an operand is 0
   */
  public static ArrayProduct of(Design design, boolean isSwapped) {
    check(design.name(), design.form());
    return of(design.name(), design.multiplier(), ProductModule.of(design), isSwapped);
  }

  /** A function of which only the table is known; the array looks products up. */
  public static ArrayProduct ofTable(String name, Multiplier table, boolean isSwapped) {
    check(name, table.form());
    return of(name, table, ProductModule.ofTable(name, table), isSwapped);
  }

  private static ArrayProduct of(
      String name, Multiplier circuit, ProductModule module, boolean isSwapped) {
    Multiplier m = isSwapped ? circuit.swapped() : circuit;
    checkZeros(name, m);
    return new ArrayProduct(
        m.product(isSwapped ? name + SWAPPED : name), Optional.of(module), isSwapped);
  }

  private static void check(String name, OperandForm form) {
    if (!form.equals(FORM)) {
      throw new RtlException(
          "RTL: the array's multiplier wants %s, got %s (%s)"
              .formatted(FORM.describe(), form.describe(), name));
    }
  }

  /**
   * The core takes no cycle for padding, and lanes without a channel hold zeros: both count for
   * nothing only if a product with 0 is 0.
   */
  private static void checkZeros(String name, Multiplier m) {
    IntStream.rangeClosed(FORM.min(), FORM.max())
        .filter(x -> m.of(x, 0) != 0 || m.of(0, x) != 0)
        .findFirst()
        .ifPresent(x -> {
          throw new RtlException(
              "RTL: the array's multiplier wants products with 0 to be 0, since padding and unused lanes are not counted; got %d * 0 = %d and 0 * %d = %d (%s)"
                  .formatted(x, m.of(x, 0), x, m.of(0, x), name));
        });
  }

  boolean isExact() {
    return module.isEmpty();
  }

  /**
   * A graph whose convolutions, their transposes and matrix products multiply like this, where they
   * were exact and their operands are signed bytes.
   */
  public Graph in(Graph quantised) {
    Builder b = new Builder();
    List<Value> now = new ArrayList<>();
    for (Node n : quantised.nodes()) {
      boolean ofBytes =
          n.operands().stream().allMatch(v -> quantised.type(v).element() == ElementType.INT8);
      List<Value> operands = n.operands().stream().map(v -> now.get(v.index())).toList();
      now.add(b.emit(ofBytes ? with(n.op()) : n.op(), operands, n.label()));
    }
    return b.finish(Builder.mapped(quantised.outputs(), v -> now.get(v.index())));
  }

  private Op with(Op op) {
    return switch (op) {
      case IntegerConv c when c.product().equals(Product.exact()) -> c.with(product);
      case IntegerConvTranspose c when c.product().equals(Product.exact()) -> c.with(product);
      case IntegerMatMul m when m.product().equals(Product.exact()) -> new IntegerMatMul(product);
      default -> op;
    };
  }

  /** What a feature and a weight make. */
  long of(boolean exactly, long feature, long weight) {
    return exactly || isExact()
        ? feature * weight
        : product.of(Math.toIntExact(feature), Math.toIntExact(weight));
  }

  @Override
  public String toString() {
    return product.toString();
  }
}
