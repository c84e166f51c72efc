package whyc.heatmap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes numbers of some bits one after the other, the lowest bit of each first. */
final class BitWriter {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int at;

  /** Bits that are not written yet, and how many. */
  private long pending;

  private int count;

  BitWriter(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  /**
   * Appends some bits, at most 64.
   *
   * @param value without bits above those
   */
  void put(long value, int bits) {
    pending |= value << count;
    count += bits;
    if (count >= Long.SIZE) {
      LONGS.set(bytes, at, pending);
      at += Long.BYTES;
      count -= Long.SIZE;
      // A shift by 64 would be one by 0: nothing is left then.
      pending = count == 0 ? 0 : value >>> (bits - count);
    }
  }

  /** Writes what is pending, and zeros up to the end of the byte. */
  void flush() {
    while (count > 0) {
      bytes[at++] = (byte) pending;
      pending >>>= Byte.SIZE;
      count -= Byte.SIZE;
    }
    count = 0;
    pending = 0;
  }
}
