package whyc.heatmap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.files.GrowingFile;

/**
 * An archive in a file, read by name and appended to. Only heads and names are read when it is
 * opened, maps when they are asked for.
 *
 * <p>A file whose end is cut off, as a writer leaves it that was stopped, is one: what is appended
 * is written over the cut record. Whatever else is damaged is for {@link ArchiveReader}.
 */
public final class ArchiveFile implements Closeable {
  /**
   * Where a record stands.
   *
   * @param at bytes before it
   */
  public record Slot(String name, long at, int bytes) {}

  private final GrowingFile file;
  private final List<Slot> slots = new ArrayList<>();
  private Optional<Damage> damage = Optional.empty();

  /** Where the last whole record ends, now and when the file was opened. */
  private long end;

  private final int opened;

  private ArchiveFile(GrowingFile file) throws IOException {
    this.file = file;
    try {
      while (damage.isEmpty() && end < file.size()) {
        readHead();
      }
    } catch (FormatException e) {
      damage = Optional.of(new Damage(end, String.valueOf(e.getMessage()), false));
    }
    this.opened = slots.size();
  }

  /** Opens a file for reading. */
  public static ArchiveFile open(Path file) throws IOException {
    GrowingFile opened = GrowingFile.toRead(file);
    try {
      return new ArchiveFile(opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Opens a file for appending; it is made where there is none.
   *
   * @throws FormatException if it is no archive, or damaged but for its end
   * @throws IOException also if another program is appending to it
   */
  public static ArchiveFile append(Path file) throws IOException {
    GrowingFile opened = GrowingFile.toAppend(file, "somebody else is appending to this file");
    try {
      ArchiveFile archive = new ArchiveFile(opened);
      Optional<Damage> fatal = archive.damage.filter(d -> !d.cut());
      if (fatal.isPresent()) {
        throw new FormatException(file.getFileName() + ": " + fatal.get());
      }
      return archive;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void readHead() throws IOException {
    long rest = file.size() - end;
    byte[] bytes = file.read(end, (int) Math.min(rest, Head.BYTES));
    if (bytes.length < Head.BYTES) {
      String reason = "a record wants a head of %d bytes, got %d".formatted(Head.BYTES, rest);
      boolean cut = Head.startsAt(bytes, 0, bytes.length);
      damage = Optional.of(new Damage(end, reason, cut));
      return;
    }
    Head head = Head.read(bytes, 0);
    if (head.recordBytes() > rest) {
      String reason = "a record wants %d bytes, got %d".formatted(head.recordBytes(), rest);
      damage = Optional.of(new Damage(end, reason, true));
      return;
    }
    byte[] text = file.read(end + Head.BYTES, head.nameBytes() + head.metadataBytes());
    if (Head.sum(text, 0, text.length) != head.textSum()) {
      throw new FormatException("name or metadata of a record are damaged");
    }
    int length = (int) head.recordBytes();
    slots.add(new Slot(Text.name(text, 0, head.nameBytes()), end, length));
    end += length;
  }

  /** The records up to the first damage, in their order. */
  public List<Slot> slots() {
    return List.copyOf(slots);
  }

  /** What stands behind the last of them, where the file does not end there. */
  public Optional<Damage> damage() {
    return damage;
  }

  /** Where the record of a name stands; the last one of several. */
  public Optional<Slot> find(String name) {
    return slots.reversed().stream().filter(s -> s.name().equals(name)).findFirst();
  }

  /**
   * A record.
   *
   * @throws FormatException if it is damaged
   */
  public StoredRecord read(Slot slot) throws IOException {
    byte[] bytes = file.read(slot.at(), slot.bytes());
    Head head = Head.read(bytes, 0);
    if (head.recordBytes() != slot.bytes()) {
      throw new FormatException("a record wants to stay as it is while it is read");
    }
    return StoredRecord.of(head, bytes);
  }

  /** Writes a record behind the last whole one, over what is left of a cut one; gives its bytes. */
  public int append(MapRecord record) throws IOException {
    byte[] bytes = record.bytes();
    file.write(end, bytes);
    slots.add(new Slot(record.name(), end, bytes.length));
    end += bytes.length;
    damage = Optional.empty();
    return bytes.length;
  }

  /** Takes away again what was appended since the file was opened. */
  public void undo() throws IOException {
    if (slots.size() > opened) {
      end = slots.get(opened).at();
      slots.subList(opened, slots.size()).clear();
      file.cut(end);
    }
  }

  /** Closes the file; what was appended is on the disk then. */
  @Override
  public void close() throws IOException {
    if (slots.size() > opened) {
      file.force();
    }
    file.close();
  }
}
