package whyc.architecture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;
import whyc.files.Unfinished;

/**
 * A training between two steps. Layout of its file, big endian:
 *
 * <pre>{@code
 * int32   magic 0x77687963, "whyc"
 * int32   steps that are done
 * int32   numbers that follow
 * float32 weights, their moving average, the velocity, each in the network's order
 * int64   CRC-32 of all before
 * }</pre>
 */
record Checkpoint(int step, Weights weights, Weights average, Weights velocity) {
  private static final int MAGIC = 0x77687963;
  private static final int HEAD = 3 * Integer.BYTES;

  /** A file that is not what was written; the message names it. */
  static final class Damaged extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    Damaged(Path file, String why) {
      super("%s: a checkpoint wants to be whole, and %s".formatted(file, why));
    }
  }

  /** Where a training starts. */
  static Checkpoint start(Weights weights) {
    Weights still = new Weights(weights.tensors().stream().map(t -> new float[t.length]).toList());
    return new Checkpoint(0, weights, weights.copy(), still);
  }

  /** Writes the file whole or not at all. */
  void write(Path file) throws IOException {
    List<Weights> parts = List.of(weights, average, velocity);
    int numbers = parts.stream().flatMap(p -> p.tensors().stream()).mapToInt(t -> t.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(HEAD + numbers * Float.BYTES + Long.BYTES);
    bytes.putInt(MAGIC).putInt(step).putInt(numbers);
    parts.forEach(p ->
        p.tensors()
            .forEach(t -> {
              bytes.asFloatBuffer().put(t);
              bytes.position(bytes.position() + t.length * Float.BYTES);
            }));
    bytes.putLong(crc(bytes.array(), bytes.position()));
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Unfinished.begin(draft);
    try {
      Files.write(draft, bytes.array());
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
      Unfinished.end(draft);
    }
  }

  private static long crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  /**
   * Reads a file.
   *
   * @throws Damaged where it is not a whole checkpoint of this network
   */
  static Checkpoint read(Path file, Architecture network) throws IOException {
    byte[] all = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(all);
    int numbers = 3 * network.parameters().stream().mapToInt(Parameter::size).sum();
    if (all.length != HEAD + numbers * Float.BYTES + Long.BYTES || bytes.getInt() != MAGIC) {
      throw new Damaged(file, "this file has another size or beginning");
    }
    int step = bytes.getInt();
    if (bytes.getInt() != numbers
        || bytes.getLong(all.length - Long.BYTES) != crc(all, all.length - Long.BYTES)) {
      throw new Damaged(file, "its sum does not fit its numbers");
    }
    return new Checkpoint(
        step, weights(bytes, network), weights(bytes, network), weights(bytes, network));
  }

  private static Weights weights(ByteBuffer bytes, Architecture network) {
    Weights weights = Weights.zeros(network);
    for (float[] tensor : weights.tensors()) {
      bytes.asFloatBuffer().get(tensor);
      bytes.position(bytes.position() + tensor.length * Float.BYTES);
    }
    return weights;
  }
}
