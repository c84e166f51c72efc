package whyc.app.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import whyc.app.image.Preprocessing;
import whyc.onnx.Model;
import whyc.onnx.OnnxPrologue;

/** The model, and how a picture becomes its input. */
final class ModelOptions {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})[xX](\\d{1,5})");

  @Parameters(index = "0", paramLabel = "MODEL", description = "a classifier as an ONNX file")
  Path model = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "the output that holds the class scores")
  Optional<String> output = Optional.empty();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "names of the classes: one a line, or lines of index, tab, name")
  Optional<Path> labels = Optional.empty();

  @Option(
      names = "--input",
      paramLabel = "KIND",
      description =
          "preprocessing by its name: imagenet (RGB, mean and std of torchvision), caffe (BGR, mean only),"
              + " tf (-1 to 1), unit (0 to 1), raw (0 to 255)")
  Optional<String> input = Optional.empty();

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "M",
      description = "taken off each channel, in units of --scale; one or as many as channels")
  List<Double> mean = List.of();

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "S",
      description = "each channel is divided by it, in units of --scale")
  List<Double> std = List.of();

  @Option(
      names = "--scale",
      paramLabel = "F",
      description =
          "factor on bytes 0 to 255 before mean and std; default 1/255, or 1 where a mean is above 1")
  Optional<Double> scale = Optional.empty();

  @Option(names = "--channels", paramLabel = "ORDER", description = "rgb, bgr or grey")
  Optional<String> channels = Optional.empty();

  @Option(
      names = "--size",
      paramLabel = "WxH",
      description = "width and height of the input, where the model leaves them open")
  Optional<String> size = Optional.empty();

  @Option(
      names = "--resize",
      paramLabel = "HOW",
      description =
          "crop (centre, the default), fit (all of it, with a border) or stretch (shape ignored)")
  Optional<String> resize = Optional.empty();

  @Option(
      names = "--crop",
      paramLabel = "SHARE",
      description =
          "the share of the largest centred crop that is kept, as 0.875 for ImageNet's usual")
  Optional<Double> crop = Optional.empty();

  /** Names of the classes: from the file that was given, else from the model. */
  Labels names(Classifier classifier) {
    return labels
        .map(Labels::read)
        .or(() -> Labels.of(classifier.model().file().metadata()))
        .orElse(Labels.none());
  }

  Optional<Model.Size> spatial() {
    return size.map(s -> {
      Matcher m = SIZE.matcher(s);
      if (!m.matches() || m.group(1).equals("0") || m.group(2).equals("0")) {
        throw Refusal.usage("--size wants WIDTHxHEIGHT such as 224x224, got " + s);
      }
      return new Model.Size(Integer.parseInt(m.group(2)), Integer.parseInt(m.group(1)));
    });
  }

  /** Refuses what cannot be meant before anything is done. */
  void check() {
    spatial();
    resizing();
    order();
    if (std.stream().anyMatch(s -> !(s > 0) || s.isInfinite())) {
      throw Refusal.usage("--std wants numbers above 0, got " + std);
    }
    if (mean.stream().anyMatch(m -> !Double.isFinite(m))) {
      throw Refusal.usage("--mean wants finite numbers, got " + mean);
    }
    scale
        .filter(s -> s == 0 || !Double.isFinite(s))
        .ifPresent(s -> {
          throw Refusal.usage("--scale wants a finite number other than 0, got " + s);
        });
    crop.filter(c -> !(c > 0 && c <= 1))
        .ifPresent(c -> {
          throw Refusal.usage("--crop wants a share above 0, at most 1, got " + c);
        });
    input
        .filter(i -> !Preprocessing.names().contains(i.toLowerCase(Locale.ROOT)))
        .ifPresent(i -> {
          throw Refusal.usage(
              "--input wants one of %s, got %s"
                  .formatted(String.join(", ", Preprocessing.names()), i));
        });
  }

  /** Options of pictures that were not looked at, a sentence each. */
  List<String> withoutEffect(boolean pictures) {
    if (pictures) {
      return crop.isPresent() && resizing().filter(r -> r != OnnxPrologue.Resize.CROP).isPresent()
          ? List.of("--crop has no effect: it is for --resize crop")
          : List.of();
    }
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--input", input.isPresent());
    given.put("--mean", !mean.isEmpty());
    given.put("--std", !std.isEmpty());
    given.put("--scale", scale.isPresent());
    given.put("--channels", channels.isPresent());
    given.put("--resize", resize.isPresent());
    given.put("--crop", crop.isPresent());
    return given.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(e -> e.getKey() + " has no effect: prepared tensors were given, no pictures")
        .toList();
  }

  Optional<OnnxPrologue.Resize> resizing() {
    return resize.map(r -> oneOf(OnnxPrologue.Resize.class, "--resize", r));
  }

  Optional<OnnxPrologue.Channels> order() {
    return channels.map(c ->
        oneOf(OnnxPrologue.Channels.class, "--channels", c.equalsIgnoreCase("gray") ? "grey" : c));
  }

  static <E extends Enum<E>> E oneOf(Class<E> type, String option, String text) {
    String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (E e : type.getEnumConstants()) {
      if (e.name().equals(wanted)) {
        return e;
      }
    }
    List<String> names =
        java.util.Arrays.stream(type.getEnumConstants())
            .map(e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    String message =
        "%s wants to be one of %s, got %s".formatted(option, String.join(", ", names), text);
    throw option.startsWith("--") ? Refusal.usage(message) : new Refusal(message);
  }
}
