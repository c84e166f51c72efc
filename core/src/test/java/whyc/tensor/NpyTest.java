package whyc.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NpyTest {
  static Stream<Tensor> tensors() {
    return Stream.of(
        Tensor.of(Shape.of(2, 3), 1f, -2.5f, Float.NaN, Float.POSITIVE_INFINITY, 0f, -0f),
        Tensor.of(Shape.of(1), 0.1),
        Tensor.of(Shape.of(), 7L),
        Tensor.of(Shape.of(2, 1, 2), 1L, Long.MIN_VALUE, 3L, -4L),
        Tensor.ofBytes(ElementType.UINT8, Shape.of(3), (byte) 0, (byte) 200, (byte) 255));
  }

  @ParameterizedTest
  @MethodSource("tensors")
  void whatIsWrittenIsReadBack(Tensor tensor) {
    byte[] bytes = Npy.write(tensor);
    assertThat(Npy.read(ByteBuffer.wrap(bytes))).isEqualTo(tensor);
    assertThat((bytes.length - tensor.type().bytes()) % 64).isZero();
  }

  /** The header as NumPy 2 writes it for {@code np.zeros((3,), np.uint8)}. */
  @Test
  void theHeaderIsThatOfNumPy() {
    byte[] bytes = Npy.write(Tensor.ofBytes(ElementType.UINT8, Shape.of(3), new byte[3]));
    String header = new String(bytes, 10, bytes.length - 13, StandardCharsets.ISO_8859_1);
    assertThat(header).startsWith("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }");
    assertThat(header).endsWith(" \n").hasSize(118);
  }

  /** A file of one version and header, with these values behind it. */
  private static ByteBuffer file(int version, String header, int values) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer b =
        ByteBuffer.allocate(64 + text.length + values).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    b.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    b.put((byte) version).put((byte) 0);
    if (version == 1) {
      b.putShort((short) text.length);
    } else {
      b.putInt(text.length);
    }
    b.put(text);
    b.position(b.position() + values);
    return b.flip();
  }

  private static String header(String descr, String order, String shape) {
    return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
  }

  @Test
  void laterVersionsAreReadToo() {
    for (int version = 1; version <= 3; version++) {
      Tensor read = Npy.read(file(version, header("<f4", "False", "(2, 2)"), 16));
      assertThat(read).isEqualTo(Tensor.of(Shape.of(2, 2), new float[4]));
    }
  }

  @Test
  void fortranOrderIsRefused() {
    assertThatThrownBy(() -> Npy.read(file(1, header("<f4", "True", "(2, 2)"), 16)))
        .hasMessage("a .npy file wants C order, got Fortran order");
  }

  @Test
  void anotherTypeIsRefused() {
    assertThatThrownBy(() -> Npy.read(file(1, header(">f4", "False", "(2, 2)"), 16)))
        .hasMessageContaining("wants one of the types")
        .hasMessageEndingWith("got '>f4'");
    assertThatThrownBy(() -> Npy.write(Tensor.scalar(ElementType.FLOAT16, 1)))
        .hasMessageContaining("got float16[]");
  }

  @Test
  void aFileThatIsCutOffIsRefused() {
    byte[] whole = Npy.write(Tensor.of(Shape.of(4), 1f, 2f, 3f, 4f));
    for (int length : new int[] {0, 5, 7, 9, 60, whole.length - 1}) {
      assertThatThrownBy(() -> Npy.read(ByteBuffer.wrap(Arrays.copyOf(whole, length))))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(".npy file");
    }
  }

  @Test
  void aFileOfSomethingElseIsRefused() {
    assertThatThrownBy(() -> Npy.read(ByteBuffer.wrap(new byte[80])))
        .hasMessageContaining("wants to start with");
    assertThatThrownBy(() -> Npy.read(file(9, header("<f4", "False", "()"), 4)))
        .hasMessageContaining("version 1, 2 or 3, got 9");
    assertThatThrownBy(() -> Npy.read(file(1, "{}", 4))).hasMessageContaining("header wants");
  }

  /** A header that claims more than a tensor can hold must not make anybody reserve it. */
  @Test
  void extentsBeyondReasonAreRefused() {
    assertThatThrownBy(() -> Npy.read(file(1, header("<f4", "False", "(99999999999,)"), 4)))
        .hasMessageContaining("extents that fit");
    assertThatThrownBy(
            () -> Npy.read(file(1, header("<f4", "False", "(2000000000, 2000000000)"), 4)))
        .hasMessageContaining("at most");
  }
}
