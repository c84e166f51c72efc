package whyc.heatmap;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads an archive from its first byte to its last: records, one after the other, and nothing else.
 * There is neither a beginning nor an end to an archive, so that two of them in a row are one.
 *
 * <p>After a damaged place reading goes on at the next whole record, which is found by its first
 * bytes and its checksums. Memory is taken as bytes arrive, whatever a length says: at most four
 * times what was read, and never more than four times {@link #MAX_RECORD_BYTES}.
 */
public final class ArchiveReader {
  /** No record is larger. */
  public static final int MAX_RECORD_BYTES =
      Head.BYTES
          + Head.MAX_NAME
          + Head.MAX_METADATA
          + (int) Sections.maxBytes(new Grid(1, 1, Grid.MAX_SIZE, 2), Float.SIZE);

  private static final int FIRST = 1 << 16;

  /** Holds a record, and something to read more into. */
  private static final int LARGEST = MAX_RECORD_BYTES + FIRST;

  /** How often a byte may be summed in vain before heads within damaged records are passed over. */
  private static final int PATIENCE = 8;

  /** What comes next. */
  public sealed interface Item {
    /** A record whose checksums are right. */
    record Whole(StoredRecord record) implements Item {}

    /** Bytes up to the next whole record, or to the end. */
    record Skipped(Damage damage) implements Item {}
  }

  private final InputStream in;
  private byte[] buffer = new byte[FIRST];

  /** What is read and not used: from {@code start} up to {@code end}. */
  private int start;

  private int end;

  /** Bytes before {@code start}. */
  private long position;

  private long summedInVain;

  /** What was found wrong since the last record. */
  private Optional<Damage> damage = Optional.empty();

  /** A record whose turn comes after the damage before it. */
  private Optional<StoredRecord> found = Optional.empty();

  public ArchiveReader(InputStream in) {
    this.in = in;
  }

  /** The next record, or the damage before it; nothing at the end. */
  public Optional<Item> next() throws IOException {
    while (found.isEmpty() && holds(1)) {
      found = attempt();
    }
    if (damage.isPresent()) {
      Damage d = damage.get();
      damage = Optional.empty();
      boolean cut = d.cut() && found.isEmpty();
      return Optional.of(new Item.Skipped(new Damage(d.at(), d.reason(), cut)));
    }
    Optional<Item> whole = found.map(Item.Whole::new);
    found = Optional.empty();
    return whole;
  }

  /** The record that stands here, or nothing, and the next place to try. */
  private Optional<StoredRecord> attempt() throws IOException {
    try {
      if (!holds(Head.BYTES)) {
        int rest = end - start;
        boolean cut = Head.startsAt(buffer, start, rest);
        note("a record wants a head of %d bytes, got %d".formatted(Head.BYTES, rest), cut);
        skip(rest);
        return Optional.empty();
      }
      Head head = Head.read(buffer, start);
      int length = (int) head.recordBytes();
      if (!holds(length)) {
        note("a record wants %d bytes, got %d".formatted(length, end - start), true);
        skipToMagic();
        return Optional.empty();
      }
      return Optional.of(record(head, length));
    } catch (FormatException e) {
      note(e.getMessage(), false);
      skipToMagic();
      return Optional.empty();
    }
  }

  private StoredRecord record(Head head, int length) {
    if (summedInVain > PATIENCE * (position + end - start)) {
      throw new FormatException("a damaged record wants fewer others within it");
    }
    summedInVain += length;
    StoredRecord record =
        StoredRecord.of(head, Arrays.copyOfRange(buffer, start, start + length + StoredMap.SPARE));
    summedInVain -= length;
    skip(length);
    return record;
  }

  private void note(String reason, boolean cut) {
    damage = damage.or(() -> Optional.of(new Damage(position, reason, cut)));
  }

  /** Goes on by a byte at least. */
  private void skipToMagic() throws IOException {
    do {
      skip(1);
    } while (holds(1) && !Head.startsAt(buffer, start, holds(Head.MAGIC.length) ? 4 : end - start));
  }

  private void skip(int count) {
    start += count;
    position += count;
  }

  /** Whether so many bytes can be had from {@code start} on; then they are in the buffer. */
  private boolean holds(int count) throws IOException {
    while (end - start < count) {
      if (end == buffer.length) {
        makeRoom();
      }
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        return false;
      }
      end += read;
    }
    return true;
  }

  /** Moves what is held to the front, into twice the room where it takes more than half. */
  private void makeRoom() {
    int held = end - start;
    int room = held <= buffer.length / 2 ? buffer.length : Math.min(2 * buffer.length, LARGEST);
    byte[] target = room == buffer.length ? buffer : new byte[room];
    System.arraycopy(buffer, start, target, 0, held);
    buffer = target;
    start = 0;
    end = held;
  }
}
