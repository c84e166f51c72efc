package whyc.bench.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A trained network as two files. {@code weights.bin} holds the tensors one after the other,
 * float32, little endian, no gaps. {@code weights.json} says what they are:
 *
 * <pre>{@code
 * input, classes    what goes in and what comes out
 * units             the lines of the network, see Unit; padding is symmetric
 * tensors           name, shape, offset in weights.bin in bytes
 * }</pre>
 */
final class WeightsFile {
  static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private WeightsFile() {}

  static void write(Path folder, ResidualNetwork network, Weights weights) throws IOException {
    int count = weights.tensors().stream().mapToInt(tensor -> tensor.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    List<String> tensors = new ArrayList<>();
    List<Parameter> parameters = network.parameters();
    for (int t = 0; t < parameters.size(); t++) {
      tensors.add(tensor(parameters.get(t), bytes.position()));
      for (float value : weights.get(t)) {
        bytes.putFloat(value);
      }
    }
    Files.write(folder.resolve("weights.bin"), bytes.array());
    Files.writeString(folder.resolve("weights.json"), json(network, tensors));
  }

  private static String json(ResidualNetwork network, List<String> tensors) {
    return """
    {
      "input": {"name": "%s", "shape": [1, 3, 32, 32], "layout": "NCHW", "colours": "RGB",
        "value": "(u8 / 255 - mean) / deviation",
        "mean": %s, "deviation": %s},
      "classes": [%s],
      "batchNormEpsilon": %s,
      "units": [
    %s
      ],
      "head": "y = linear.weight * mean over rows and columns of %s + linear.bias",
      "tensors": [
    %s
      ]
    }
    """
        .formatted(
            ResidualNetwork.INPUT,
            ImageSet.mean(),
            ImageSet.deviation(),
            CLASS_NAMES.stream().map(WeightsFile::quoted).collect(Collectors.joining(", ")),
            ResidualNetwork.BATCH_NORM_EPSILON,
            network.units().stream().map(WeightsFile::unit).collect(Collectors.joining(",\n")),
            network.units().getLast().name(),
            String.join(",\n", tensors));
  }

  private static String unit(Unit unit) {
    return ("    {\"name\": \"%s\", \"input\": \"%s\", \"kernel\": %d, \"stride\": %d,"
            + " \"padding\": %d, \"addend\": %s, \"relu\": %b}")
        .formatted(
            unit.name(),
            unit.input(),
            unit.kernel(),
            unit.stride(),
            unit.kernel() / 2,
            unit.addend().map(WeightsFile::quoted).orElse("null"),
            unit.relu());
  }

  private static String tensor(Parameter parameter, int offsetBytes) {
    return "    {\"name\": \"%s\", \"shape\": %s, \"offsetBytes\": %d}"
        .formatted(parameter.name(), parameter.shape(), offsetBytes);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
