package whyc.bench.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The state of a training between two epochs. Layout, big endian: the number of finished epochs
 * (int32), then the weights, their moving average and the velocity (float32 each), all in the
 * network's order.
 */
record Checkpoint(int epoch, Weights weights, Weights average, Weights velocity) {

  void write(Path file) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(draft)))) {
      out.writeInt(epoch);
      for (Weights part : List.of(weights, average, velocity)) {
        for (float[] tensor : part.tensors()) {
          for (float value : tensor) {
            out.writeFloat(value);
          }
        }
      }
    }
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  static Checkpoint read(Path file, ResidualNetwork network) throws IOException {
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      return new Checkpoint(
          in.readInt(), weights(in, network), weights(in, network), weights(in, network));
    }
  }

  private static Weights weights(DataInputStream in, ResidualNetwork network) throws IOException {
    Weights weights = Weights.zeros(network);
    for (float[] tensor : weights.tensors()) {
      for (int i = 0; i < tensor.length; i++) {
        tensor[i] = in.readFloat();
      }
    }
    return weights;
  }
}
