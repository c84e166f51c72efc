package whyc.heatmap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import whyc.refusal.RefusedArgument;

/**
 * Names and metadata as bytes, UTF-8.
 *
 * <pre>{@code
 * metadata   for each entry, sorted by key: 2 bytes length of the key, key,
 *            2 bytes length of the value, value
 * }</pre>
 */
final class Text {
  private Text() {}

  static byte[] name(String name) {
    String fault = fault(name);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (!fault.isEmpty() || bytes.length > Head.MAX_NAME) {
      throw new RefusedArgument(
          "a map wants a name of 1 to %d bytes %s, got %s"
              .formatted(Head.MAX_NAME, fault, shown(name)));
    }
    return bytes;
  }

  static String name(byte[] bytes, int at, int count) {
    String name = text(ByteBuffer.wrap(bytes, at, count));
    if (!fault(name).isEmpty()) {
      throw new FormatException(
          "a map wants a name %s, got %s".formatted(fault(name), shown(name)));
    }
    return name;
  }

  /** What a name is not, as whoever unpacks an archive makes a path of it; or nothing. */
  private static String fault(String name) {
    if (name.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\')) {
      return "without control characters and backslashes";
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      return "that is Unicode";
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return "of parts between slashes that are neither empty nor dots";
      }
    }
    return "";
  }

  private static String shown(String name) {
    String clean = name.replaceAll("\\p{Cc}", " ");
    return '"' + (clean.length() > 80 ? clean.substring(0, 80) + " ..." : clean) + '"';
  }

  static byte[] metadata(Map<String, String> metadata) {
    ByteBuffer b = ByteBuffer.allocate(Head.MAX_METADATA).order(ByteOrder.LITTLE_ENDIAN);
    new TreeMap<>(metadata)
        .forEach((key, value) -> {
          for (String s : new String[] {key, value}) {
            byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
            if (key.isEmpty() || utf8.length + 2 > b.remaining()) {
              throw new RefusedArgument(
                  "a map wants metadata with keys and of at most %d bytes, got more at %s"
                      .formatted(Head.MAX_METADATA, shown(key)));
            }
            b.putShort((short) utf8.length).put(utf8);
          }
        });
    byte[] bytes = new byte[b.position()];
    b.get(0, bytes);
    return bytes;
  }

  static Map<String, String> metadata(byte[] bytes, int at, int count) {
    ByteBuffer b = ByteBuffer.wrap(bytes, at, count).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, String> metadata = new LinkedHashMap<>();
    while (b.hasRemaining()) {
      metadata.put(field(b), field(b));
    }
    return metadata;
  }

  private static String field(ByteBuffer b) {
    int length = b.remaining() < 2 ? -1 : Short.toUnsignedInt(b.getShort());
    if (length < 0 || length > b.remaining()) {
      throw new FormatException("metadata wants whole keys and values");
    }
    String text = text(b.slice(b.position(), length));
    b.position(b.position() + length);
    return text;
  }

  private static String text(ByteBuffer utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new FormatException("names and metadata want UTF-8");
    }
  }
}
