package whyc.app.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import whyc.app.image.PictureReader;
import whyc.app.image.Preprocessing;

/** Reads images for a model. */
final class Samples {
  private Samples() {}

  static boolean isTensor(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
  }

  /** A picture file. */
  static Sample of(Path file, PictureReader.Reading reading, Preprocessing preprocessing) {
    return new Sample(
        file,
        OptionalInt.empty(),
        preprocessing.apply(reading.picture()),
        reading.picture(),
        preprocessing.placement(reading.picture().width(), reading.picture().height()),
        reading.format(),
        List.copyOf(reading.notes()));
  }
}
