package whyc.target.c;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import whyc.graph.Graph;
import whyc.op.Constant;
import whyc.op.Product;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Arrays that a program reads and never writes, each once, under the names that lines know. */
final class Weights {
  private static final int NUMBERS_PER_LINE = 10;

  private final Graph graph;
  private final SequencedMap<String, Tensor> arrays = new LinkedHashMap<>();
  private final Map<Product.Table, String> tables = new LinkedHashMap<>();

  Weights(Graph graph) {
    this.graph = graph;
  }

  /** A known value as it is, row-major. */
  String array(Value v) {
    return arranged("w" + v.index(), ((Constant) graph.node(v).op())::value);
  }

  /** Numbers in an order that a kernel wants. */
  String arranged(String name, Supplier<Tensor> numbers) {
    arrays.computeIfAbsent(name, n -> numbers.get());
    return name;
  }

  /** The truth table of a product. */
  String table(Product.Table t) {
    String name = tables.computeIfAbsent(t, any -> "table" + tables.size());
    return arranged(name, () -> products(t));
  }

  private static Tensor products(Product.Table t) {
    long[] products = new long[Product.CODES * Product.CODES];
    boolean signed = false;
    for (int i = 0; i < products.length; i++) {
      products[i] = t.of(i / Product.CODES, i % Product.CODES);
      signed |= products[i] < 0;
    }
    ElementType element = signed ? ElementType.INT16 : ElementType.UINT16;
    return Tensor.of(new TensorType(element, Shape.of(products.length)), products);
  }

  long bytes() {
    return arrays.values().stream().mapToLong(t -> t.type().bytes()).sum();
  }

  String text() {
    StringBuilder s = new StringBuilder();
    arrays.forEach((name, t) -> write(s, name, t));
    return s.toString();
  }

  private static void write(StringBuilder s, String name, Tensor t) {
    CType type = CType.of(t.element());
    s.append("static const %s %s[%d] = {".formatted(type.text(), name, t.size()));
    long[] exact = t.element() == ElementType.INT64 ? t.longs() : new long[0];
    for (int i = 0; i < t.size(); i++) {
      s.append(i % NUMBERS_PER_LINE == 0 ? "\n    " : " ");
      s.append(exact.length > 0 ? CType.long64(exact[i]) : type.literal(t.at(i)));
      s.append(i + 1 < t.size() ? "," : "");
    }
    s.append("\n};\n\n");
  }
}
