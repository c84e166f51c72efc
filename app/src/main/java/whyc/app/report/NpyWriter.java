package whyc.app.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * NumPy's array files, version 1.0.
 *
 * <pre>{@code
 * 93 'N' 'U' 'M' 'P' 'Y' 1 0  length:2  {'descr': '<f4', 'fortran_order': False, 'shape': (...), }
 * spaces and a line feed up to a multiple of 64, then the numbers, little endian, row-major
 * }</pre>
 */
public final class NpyWriter {
  private static final int ALIGNMENT = 64;
  private static final int PREFIX = 10;

  private NpyWriter() {}

  public static void write(Path file, List<Integer> shape, float[] values) throws IOException {
    String extents = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(extents, shape.size() == 1 ? "," : "");
    int length = Math.ceilDiv(PREFIX + text.length() + 1, ALIGNMENT) * ALIGNMENT - PREFIX;
    ByteBuffer bytes =
        ByteBuffer.allocate(PREFIX + length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) length);
    bytes.put(
        (text + " ".repeat(length - text.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII));
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
  }
}
