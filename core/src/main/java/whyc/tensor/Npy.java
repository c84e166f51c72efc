package whyc.tensor;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import whyc.refusal.RefusedArgument;

/**
 * NumPy's file format for one array, {@code .npy} (NumPy Enhancement Proposal 1).
 *
 * <pre>{@code
 * bytes 0..5   93 4e 55 4d 50 59   "\x93NUMPY"
 * byte  6, 7   version: 1.0, 2.0 or 3.0
 * then         length of the header: 2 bytes in version 1, 4 bytes from version 2 on, little-endian
 * then         {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, blanks, a line feed,
 *              so that what follows starts at a multiple of 64
 * then         the values, row by row
 * }</pre>
 *
 * Read and written are little-endian {@code <f4 <f8 <i8 |u1} in C order.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Headers that NumPy writes for our types are far shorter. */
  private static final int MAX_HEADER = 1 << 16;

  /** A gigabyte: more than any image, baseline or attribution. */
  private static final long MAX_BYTES = 1L << 30;

  /** What a message shows of a header. */
  private static final int MAX_SHOWN = 200;

  private static final Map<String, ElementType> TYPES =
      Map.of(
          "<f4", ElementType.FLOAT32,
          "<f8", ElementType.FLOAT64,
          "<i8", ElementType.INT64,
          "|u1", ElementType.UINT8);

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");

  private Npy() {}

  /** Reads a file; what is wrong with it is said with its name. */
  public static Tensor read(Path file) throws IOException {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new RefusedArgument("a .npy file wants at most " + MAX_BYTES + " bytes, got " + size);
      }
      return read(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IllegalArgumentException e) {
      throw new RefusedArgument(file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /** Reads the bytes of a file. */
  public static Tensor read(ByteBuffer bytes) {
    ByteBuffer b = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    String header;
    try {
      header = header(b);
    } catch (BufferUnderflowException e) {
      throw new RefusedArgument("a .npy file wants a whole header, this one is cut off", e);
    }
    if (found(ORDER, header).equals("True")) {
      throw new RefusedArgument("a .npy file wants C order, got Fortran order");
    }
    String descr = found(DESCR, header);
    ElementType element = TYPES.get(descr);
    if (element == null) {
      throw new RefusedArgument(
          "a .npy file wants one of the types "
              + TYPES.keySet().stream().sorted().toList()
              + ", got '"
              + shown(descr)
              + "'");
    }
    TensorType type = new TensorType(element, shape(found(SHAPE, header)));
    if (b.remaining() != type.bytes()) {
      throw new RefusedArgument(
          "a .npy file of "
              + type
              + " wants "
              + type.bytes()
              + " bytes of values, got "
              + b.remaining());
    }
    return values(type, b);
  }

  private static String header(ByteBuffer b) {
    byte[] magic = new byte[MAGIC.length];
    b.get(magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new RefusedArgument("a .npy file wants to start with \\x93NUMPY, this one does not");
    }
    int version = b.get();
    b.get();
    if (version < 1 || version > 3) {
      throw new RefusedArgument("a .npy file wants version 1, 2 or 3, got " + version);
    }
    long length =
        version == 1 ? Short.toUnsignedLong(b.getShort()) : Integer.toUnsignedLong(b.getInt());
    if (length > MAX_HEADER) {
      throw new RefusedArgument(
          "a .npy file wants a header of at most " + MAX_HEADER + " bytes, got " + length);
    }
    byte[] header = new byte[(int) length];
    b.get(header);
    Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    // a header is one line, and so are messages that show it
    return new String(header, charset).replaceAll("\\p{Cc}", " ").strip();
  }

  private static String found(Pattern pattern, String header) {
    Matcher m = pattern.matcher(header);
    if (!m.find()) {
      throw new RefusedArgument(
          "a .npy header wants descr, fortran_order and shape, got " + shown(header));
    }
    return m.group(1);
  }

  private static String shown(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + " ..." : text;
  }

  private static Shape shape(String text) {
    List<Integer> dims = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String digits = part.replace("L", "").strip();
      if (!digits.isEmpty()) {
        try {
          dims.add(Integer.parseInt(digits));
        } catch (NumberFormatException e) {
          throw new RefusedArgument("a .npy file wants extents that fit, got " + shown(text), e);
        }
      }
    }
    return new Shape(dims);
  }

  private static Tensor values(TensorType type, ByteBuffer b) {
    int n = type.shape().size();
    return switch (type.element()) {
      case FLOAT32 -> {
        float[] values = new float[n];
        b.asFloatBuffer().get(values);
        yield Tensor.of(type.shape(), values);
      }
      case FLOAT64 -> {
        double[] values = new double[n];
        b.asDoubleBuffer().get(values);
        yield Tensor.of(type.shape(), values);
      }
      case INT64 -> {
        long[] values = new long[n];
        b.asLongBuffer().get(values);
        yield Tensor.of(type.shape(), values);
      }
      default -> {
        byte[] values = new byte[n];
        b.get(values);
        yield Tensor.ofBytes(type.element(), type.shape(), values);
      }
    };
  }

  /** The bytes of a file of version 1. Whoever stores them sees to it that a file appears whole. */
  public static byte[] write(Tensor tensor) {
    String descr =
        TYPES.entrySet().stream()
            .filter(e -> e.getValue() == tensor.element())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() ->
                new RefusedArgument(
                    "a .npy file wants one of "
                        + TYPES.values().stream().sorted().toList()
                        + ", got "
                        + tensor.type()));
    String dims =
        tensor.shape().dims().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(descr, tensor.shape().rank() == 1 ? dims + "," : dims);
    int before = MAGIC.length + 4;
    int whole = Math.ceilDiv(before + header.length() + 1, 64) * 64;
    header = header + " ".repeat(whole - before - header.length() - 1) + "\n";
    ByteBuffer b =
        ByteBuffer.allocate(Math.toIntExact(whole + tensor.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    b.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    b.put(header.getBytes(StandardCharsets.ISO_8859_1));
    switch (tensor.element()) {
      case FLOAT32 -> b.asFloatBuffer().put(tensor.floats());
      case FLOAT64 -> b.asDoubleBuffer().put(tensor.doubles());
      case INT64 -> b.asLongBuffer().put(tensor.longs());
      default -> b.put(tensor.bytes());
    }
    return b.array();
  }
}
