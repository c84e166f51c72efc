package whyc.bench.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A matrix in numpy's format, version 1.0: the magic bytes {@code 93 N U M P Y 1 0}, the length of
 * the header (uint16), the header, padded with blanks so that the values start at a multiple of 64,
 * then float32 values, all little endian.
 */
final class NumpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT_BYTES = 64;

  private NumpyFile() {}

  static void write(Path file, float[] values, int rows, int columns) throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, columns);
    int headEnd = MAGIC.length + Short.BYTES + header.length() + 1;
    int start = Math.ceilDiv(headEnd, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    header += " ".repeat(start - headEnd) + "\n";
    ByteBuffer bytes =
        ByteBuffer.allocate(start + values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.US_ASCII));
    for (float value : values) {
      bytes.putFloat(value);
    }
    Files.write(file, bytes.array());
  }
}
