package whyc.heatmap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What a record starts with. All numbers are little-endian, none but the scale is signed.
 *
 * <pre>{@code
 *  0  4  89 48 42 46                "\x89HBF"
 *  4  1  version                    1
 *  5  1  flags                      1 codes are signed, 2 codes are single precision,
 *                                   4 mixed: there are modes and bitmaps, 8 the map has two axes [h,w]
 *  6  1  bits of a code             4 to 16; 32 in single precision
 *  7  1  edge of a tile             2, 4 or 8
 *  8  4  channels                   at least 1; 1 where the map has two axes
 * 12  4  height                     at least 1
 * 16  4  width                      at least 1; all three multiplied at most 2^26
 * 20  4  scale                      single precision; 1 where the codes are
 * 24  2  bytes of the name          1 to 1024
 * 26  2  bytes of the metadata
 * 28  4  bytes of the sections
 * 32  4  CRC-32C of name and metadata
 * 36  4  CRC-32C of the sections
 * 40  4  CRC-32C of bytes 0 to 39
 * 44     name, metadata, sections
 * }</pre>
 *
 * The checksum is that of RFC 3720, Castagnoli's polynomial. A later version may change all but
 * magic, version, lengths and checksums, so that a reader can step over what it does not know.
 *
 * @param plane whether the map has two axes
 * @param mixed whether there are modes and bitmaps
 */
record Head(
    Grid grid,
    Coding coding,
    boolean plane,
    boolean mixed,
    int nameBytes,
    int metadataBytes,
    int mapBytes,
    int textSum,
    int mapSum) {
  static final int BYTES = 44;
  static final byte[] MAGIC = {(byte) 0x89, 'H', 'B', 'F'};
  static final int VERSION = 1;

  /** A longer name, with what a command adds to it, would be no path any more. */
  static final int MAX_NAME = 1024;

  /** What two bytes can say. */
  static final int MAX_METADATA = 65535;

  private static final int SIGNED = 1;
  private static final int SINGLE = 2;
  private static final int MIXED = 4;
  private static final int PLANE = 8;

  /** Bytes of the whole record. */
  long recordBytes() {
    return (long) BYTES + nameBytes + metadataBytes + mapBytes;
  }

  void write(byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    b.put(MAGIC).put((byte) VERSION).put((byte) flags()).put((byte) coding.bits());
    b.put((byte) grid.tile());
    b.putInt(grid.channels()).putInt(grid.height()).putInt(grid.width());
    b.putFloat(coding instanceof Coding.FixedPoint f ? f.scale() : 1);
    b.putShort((short) nameBytes).putShort((short) metadataBytes).putInt(mapBytes);
    b.putInt(textSum).putInt(mapSum).putInt(sum(bytes, 0, BYTES - 4));
  }

  private int flags() {
    int form =
        switch (coding) {
          case Coding.FixedPoint f -> f.signed() ? SIGNED : 0;
          case Coding.SinglePrecision _ -> SINGLE;
        };
    return form | (mixed ? MIXED : 0) | (plane ? PLANE : 0);
  }

  /**
   * Reads a head that is there to its last byte.
   *
   * @throws FormatException if it is none
   */
  static Head read(byte[] bytes, int at) {
    ByteBuffer b = ByteBuffer.wrap(bytes, at, BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
    if (!startsAt(bytes, at, MAGIC.length)) {
      throw new FormatException("a record wants to start with \\x89HBF");
    }
    if (b.getInt(40) != sum(bytes, at, BYTES - 4)) {
      throw new FormatException("the head of a record is damaged");
    }
    if (b.get(4) != VERSION) {
      throw new FormatException(
          "a record wants version %d, got %d".formatted(VERSION, b.get(4) & 255));
    }
    try {
      return fields(b);
    } catch (FormatException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new FormatException(String.valueOf(e.getMessage()));
    }
  }

  private static Head fields(ByteBuffer b) {
    int flags = b.get(5);
    int bits = b.get(6);
    Grid grid = new Grid(b.getInt(8), b.getInt(12), b.getInt(16), b.get(7));
    boolean plane = (flags & PLANE) != 0;
    Head head =
        new Head(
            grid,
            coding(flags, bits, b.getFloat(20)),
            plane,
            (flags & MIXED) != 0,
            Short.toUnsignedInt(b.getShort(24)),
            Short.toUnsignedInt(b.getShort(26)),
            b.getInt(28),
            b.getInt(32),
            b.getInt(36));
    if ((plane && grid.channels() != 1) || flags != head.flags()) {
      throw new FormatException("a record wants flags that fit each other, got " + flags);
    }
    if (head.nameBytes < 1 || head.nameBytes > MAX_NAME) {
      throw new FormatException("a record wants a name of 1 to %d bytes".formatted(MAX_NAME));
    }
    if (head.mapBytes < 1 || head.mapBytes > Sections.maxBytes(grid, bits)) {
      throw new FormatException(
          "a map of these extents wants 1 to %d bytes, got %d"
              .formatted(Sections.maxBytes(grid, bits), head.mapBytes));
    }
    return head;
  }

  private static Coding coding(int flags, int bits, float scale) {
    if ((flags & SINGLE) == 0) {
      return new Coding.FixedPoint(bits, (flags & SIGNED) != 0, scale);
    }
    if (bits != Float.SIZE || scale != 1) {
      throw new FormatException("single precision wants 32 bits and a scale of 1");
    }
    return new Coding.SinglePrecision();
  }

  /** Whether the first bytes of a record stand somewhere. */
  static boolean startsAt(byte[] bytes, int at, int count) {
    for (int i = 0; i < Math.min(count, MAGIC.length); i++) {
      if (bytes[at + i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  static int sum(byte[] bytes, int at, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, count);
    return (int) crc.getValue();
  }
}
