package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import whyc.pass.quantize.Calibration;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Width;

/** A network in integers, and the images that its ranges are measured on. */
final class QuantizeOptions {
  @Option(
      names = "--quantize",
      paramLabel = "WIDTH",
      description =
          "int8 or int16: the network in integers, as a model of its own; with -m what explains it, too")
  Optional<String> width = Optional.empty();

  @Option(
      names = "--calibrate",
      arity = "1..*",
      paramLabel = "IMAGE",
      description =
          "images, .npy tensors or folders of them, on which the ranges of all values are measured;"
              + " a hundred that are like those to come, and none that is tested with")
  List<Path> images = List.of();

  @Option(
      names = "--calibration",
      paramLabel = "HOW",
      description =
          "which of the largest values saturate: squares (least squared error, the default), minmax (none),"
              + " percentile (one in ten thousand), entropy (least divergence)")
  Optional<String> calibration = Optional.empty();

  @Option(
      names = "--signed",
      description = "all codes are signed, for multipliers that are; else those of a ReLU are not")
  boolean signed;

  boolean isAsked() {
    return width.isPresent();
  }

  /** Refuses what cannot be meant before anything is done. */
  void check() {
    if (!isAsked()) {
      boolean without = images.isEmpty() && calibration.isEmpty() && !signed;
      if (!without) {
        throw Refusal.usage("--calibrate, --calibration and --signed want --quantize");
      }
      return;
    }
    width();
    calibration();
    if (images.isEmpty()) {
      throw Refusal.usage(
          "--quantize wants images to measure ranges on: --calibrate FILES or a folder");
    }
  }

  /** A design has its own scales, of signed bytes. */
  void checkDesign() {
    if (!isAsked() || width() != Width.INT8) {
      throw Refusal.usage("--design is one of signed bytes and wants --quantize int8");
    }
    if (calibration.isPresent()) {
      throw Refusal.usage("--design brings its scales and goes without --calibration");
    }
  }

  Width width() {
    return ModelOptions.oneOf(Width.class, "--quantize", width.orElseThrow());
  }

  Calibration calibration() {
    String name = calibration.orElse("squares").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "squares" -> Calibration.squares();
      case "minmax" -> Calibration.minMax();
      case "percentile" -> Calibration.percentile(0.9999);
      case "entropy" -> Calibration.entropy();
      default ->
          throw Refusal.usage(
              "--calibration wants squares, minmax, percentile or entropy, got " + name);
    };
  }

  /**
   * What is quantised how.
   *
   * @param predictions the model's own outputs
   */
  Quantize.Options options(List<String> predictions) {
    Quantize.Options o =
        Quantize.Options.of(width()).with(calibration()).withGradients(Width.INT16, predictions);
    return signed ? o : o.withUnsigned();
  }

  /** For machines that turn their weights back: signed codes, one width, one scale of a weight. */
  Quantize.Options signed() {
    return Quantize.Options.of(width()).with(calibration()).with(Quantize.Turned.ONE_SCALE);
  }

  /** The files that were named, and those of folders. */
  List<Path> files() throws IOException {
    return ImageFiles.of(images);
  }
}
