package whyc.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import whyc.graph.Builder;
import whyc.onnx.OnnxWriter;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

class ProductTest {
  @Test
  void aTableIsReadAtCodesWhateverValuesTheyStandFor() {
    Product p = Product.table("places", (a, b) -> a == 0xfe && b == 3 ? 41 : 0);
    assertThat(p.of(254, 3)).isEqualTo(41);
    assertThat(p.of(-2, 3)).isEqualTo(41);
    assertThat(p.of(3, 254)).isZero();
  }

  @Test
  void tablesOfTheSameProductsAreEqual() {
    Product one = Product.table("one", (a, b) -> a * b & ~1);
    Product other = Product.table("other", (a, b) -> a * b & ~1);
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one)
        .isNotEqualTo(Product.table("one", (a, b) -> a * b))
        .isNotEqualTo(Product.exact());
  }

  @Test
  void entriesFitSixteenBits() {
    assertThat(Product.table("unsigned", (a, b) -> 65535).of(1, 1)).isEqualTo(65535);
    assertThat(Product.table("signed", (a, b) -> -32768).of(1, 1)).isEqualTo(-32768);
    assertThatThrownBy(() -> Product.table("both", (a, b) -> a == 0 ? -1 : 32768))
        .hasMessage(
            "a product's table wants entries that all fit 16 bits, signed or unsigned, got -1 to 32768 for both");
    assertThatThrownBy(() -> Product.table("short", new int[256])).hasMessageContaining("65536");
  }

  @Test
  void aConvolutionByHand() {
    // x = [200 3] padded with 7 to [7 200 3 7], w = [1 -2 100]:
    //   7*1 - 200*2 + 3*100 = -93      200*1 - 3*2 + 7*100 = 894
    Window window = new Window(1, 3, 1, 1, 0, 1, 0, 1, 1, 1);
    Tensor x = Tensor.ofBytes(ElementType.UINT8, Shape.of(1, 1, 1, 2), (byte) 200, (byte) 3);
    Tensor w =
        Tensor.ofBytes(ElementType.INT8, Shape.of(1, 1, 1, 3), (byte) 1, (byte) -2, (byte) 100);
    Tensor y = new IntegerConv(window, 1, 7, Product.exact()).evaluate(List.of(x, w));
    assertThat(y.longs()).containsExactly(-93, 894);
    // The same bytes read by a table: the product of codes, of which -2 is 254.
    Product codes = Product.table("codes", (a, b) -> a * b);
    Tensor z = new IntegerConv(window, 1, 7, codes).evaluate(List.of(x, w));
    assertThat(z.longs()).containsExactly(7 + 200 * 254 + 300, 200 + 3 * 254 + 700);
  }

  @Test
  void aTableIsNotWrittenAsOnnx() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", new whyc.tensor.TensorType(ElementType.INT8, Shape.of(1, 2))));
    Value w = b.constant(Tensor.ofBytes(ElementType.INT8, Shape.of(2, 1), (byte) 1, (byte) 2));
    Value y = b.emit(new IntegerMatMul(Product.table("cut", (i, j) -> i * j & ~1)), x, w);
    var outputs = new java.util.LinkedHashMap<>(java.util.Map.of("y", y));
    assertThatThrownBy(() -> OnnxWriter.write(b.finish(outputs), false))
        .hasMessage("IntegerMatMul in ONNX wants the exact product, got the table of cut");
  }
}
