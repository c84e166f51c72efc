package whyc.heatmap;

import java.util.Collections;
import java.util.Map;

/** A record of an archive as its bytes, every checksum of which is right. */
public final class StoredRecord {
  private final Head head;
  private final String name;
  private final Map<String, String> metadata;
  private final StoredMap map;

  private StoredRecord(Head head, byte[] bytes) {
    this.head = head;
    int at = Head.BYTES;
    this.name = Text.name(bytes, at, head.nameBytes());
    at += head.nameBytes();
    this.metadata = Collections.unmodifiableMap(Text.metadata(bytes, at, head.metadataBytes()));
    at += head.metadataBytes();
    this.map =
        StoredMap.of(head.grid(), head.coding(), head.mixed(), bytes, at, at + head.mapBytes());
  }

  /**
   * Opens a record.
   *
   * @param bytes the record to its last byte, and whatever else
   * @throws FormatException if it is damaged
   */
  static StoredRecord of(Head head, byte[] bytes) {
    checkSums(head, bytes);
    return new StoredRecord(head, bytes);
  }

  /** Refuses a record whose checksums are wrong. */
  private static void checkSums(Head head, byte[] bytes) {
    int text = head.nameBytes() + head.metadataBytes();
    if (Head.sum(bytes, Head.BYTES, text) != head.textSum()) {
      throw new FormatException("name or metadata of a record are damaged");
    }
    if (Head.sum(bytes, Head.BYTES + text, head.mapBytes()) != head.mapSum()) {
      throw new FormatException("the map of a record is damaged");
    }
  }

  public String name() {
    return name;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /** Bytes of the whole record. */
  public int bytes() {
    return (int) head.recordBytes();
  }

  /** The map, of which single tiles can be read. */
  public StoredMap map() {
    return map;
  }

  /**
   * The record with its map read.
   *
   * @throws FormatException if a code is no finite number
   */
  public MapRecord read() {
    return new MapRecord(name, metadata, head.plane(), map.map());
  }
}
