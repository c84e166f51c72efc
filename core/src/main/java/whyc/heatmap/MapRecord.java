package whyc.heatmap;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A map with its name and what is known of it: a record of an archive.
 *
 * @param name parts between slashes, as in a relative path; at most 1024 bytes
 * @param metadata texts, such as image, method, class and hash of the model; at most 64 KiB
 * @param plane whether the map's axes are {@code [h,w]}, and not {@code [c,h,w]}
 */
public record MapRecord(String name, Map<String, String> metadata, boolean plane, TiledMap map) {
  public MapRecord {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    if (plane && map.grid().channels() != 1) {
      throw new RefusedArgument("a map [h,w] wants one channel, got " + map.grid().channels());
    }
  }

  /** The record as it stands in an archive. */
  public byte[] bytes() {
    byte[] title = Text.name(name);
    byte[] notes = Text.metadata(metadata);
    Sections sections = Sections.of(map);
    int text = title.length + notes.length;
    int start = Head.BYTES + text;
    byte[] bytes = new byte[Math.toIntExact(start + sections.bytes())];
    System.arraycopy(title, 0, bytes, Head.BYTES, title.length);
    System.arraycopy(notes, 0, bytes, Head.BYTES + title.length, notes.length);
    MapWriter.write(map, sections, bytes, start);
    new Head(
            map.grid(),
            map.coding(),
            plane,
            sections.mixed(),
            title.length,
            notes.length,
            (int) sections.bytes(),
            Head.sum(bytes, Head.BYTES, text),
            Head.sum(bytes, start, (int) sections.bytes()))
        .write(bytes);
    return bytes;
  }

  /** The axes that the map was given in. */
  public Shape shape() {
    Grid g = map.grid();
    return plane ? Shape.of(g.height(), g.width()) : Shape.of(g.channels(), g.height(), g.width());
  }

  /** The numbers, in those axes. */
  public Tensor tensor() {
    return Tensor.of(shape(), map.values());
  }
}
