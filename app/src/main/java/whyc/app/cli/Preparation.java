package whyc.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import whyc.app.image.Preprocessing;
import whyc.app.image.Preprocessing.Layout;
import whyc.app.report.Manifest;
import whyc.onnx.OnnxPrologue;
import whyc.onnx.OnnxPrologue.Channels;
import whyc.tensor.ElementType;

/**
 * How pictures become the model's input, and who said so: options before the model's metadata
 * before a guess.
 *
 * @param source {@code options}, {@code metadata (...)} or {@code guess (...)}, joined where
 *     several had a say
 */
record Preparation(Preprocessing preprocessing, String source, boolean guessed) {

  /** What a byte is divided by to lie between 0 and 1, as a factor. */
  private static final double BYTE = 1 / 255.0;

  static Preparation of(ModelOptions options, Map<String, String> metadata, InputForm form) {
    if (form.channels() != 1 && form.channels() != 3) {
      throw new Refusal(
          "a picture has 1 or 3 channels, and the model's input has %d; give it as .npy"
              .formatted(form.channels()));
    }
    Preparation base = base(options, metadata, form);
    Preprocessing p = base.preprocessing.withSize(form.width(), form.height());
    p = p.withLayout(form.channelsLast() ? Layout.NHWC : Layout.NCHW);
    p = options.resizing().map(p::withResize).orElse(p);
    p = options.crop.map(p::withCropFraction).orElse(p);
    return new Preparation(p, base.source, base.guessed);
  }

  private static Preparation base(ModelOptions o, Map<String, String> metadata, InputForm form) {
    boolean normalised = !o.mean.isEmpty() || !o.std.isEmpty() || o.scale.isPresent();
    Preparation base;
    if (o.input.isPresent()) {
      base = new Preparation(preset(o.input.get(), form), "options", false);
    } else {
      base = metadata(metadata, form).orElseGet(() -> guess(form));
      if (normalised) {
        base = new Preparation(base.preprocessing, "options", false);
      }
    }
    Preprocessing p = base.preprocessing;
    if (o.order().isPresent()) {
      p = inOrder(p, o.order().get(), form);
      base =
          new Preparation(
              p,
              base.source.equals("options") ? "options" : base.source + ", options",
              base.guessed);
    }
    return normalised ? new Preparation(normalised(p, o), base.source, false) : base;
  }

  /** Warns where it was guessed. */
  void report(Console console) {
    if (guessed) {
      console.warn(
          "preprocessing guessed: %s; --input, --mean, --std, --channels say what the model was trained with"
              .formatted(describe()));
    }
  }

  private static Preprocessing inOrder(Preprocessing p, Channels order, InputForm form) {
    if (order.count() != form.channels()) {
      throw new Refusal(
          "--channels %s has %d channels, the model's input has %d"
              .formatted(order.name().toLowerCase(Locale.ROOT), order.count(), form.channels()));
    }
    return p.withChannels(order);
  }

  private static Preprocessing preset(String name, InputForm form) {
    Preprocessing p = Preprocessing.named(name, form.width(), form.height());
    return form.channels() == 1 ? p.withChannels(Channels.GREY) : p;
  }

  private static Preprocessing normalised(Preprocessing p, ModelOptions o) {
    int channels = p.channels().count();
    boolean named = o.input.isPresent();
    double scale =
        o.scale.orElseGet(
            () -> named ? p.scale() : o.mean.stream().anyMatch(m -> Math.abs(m) > 1) ? 1.0 : BYTE);
    List<Double> mean =
        o.mean.isEmpty()
            ? named ? p.mean() : Collections.nCopies(channels, 0.0)
            : spread(o.mean, channels, "--mean");
    List<Double> std =
        o.std.isEmpty()
            ? named ? p.std() : Collections.nCopies(channels, 1.0)
            : spread(o.std, channels, "--std");
    return p.withScale(scale).withNormalisation(mean, std);
  }

  private static List<Double> spread(List<Double> numbers, int channels, String option) {
    if (numbers.size() != 1 && numbers.size() != channels) {
      throw new Refusal(
          "%s wants one number or one for each of %d channels, got %d"
              .formatted(option, channels, numbers.size()));
    }
    return numbers.size() == channels ? numbers : Collections.nCopies(channels, numbers.getFirst());
  }

  private static Preparation guess(InputForm form) {
    if (form.element() == ElementType.UINT8) {
      return new Preparation(preset("raw", form), "bytes, as the model's input is uint8", false);
    }
    String name = form.channels() == 3 ? "imagenet" : "unit";
    return new Preparation(preset(name, form), "guess (" + name + ")", true);
  }

  /**
   * Whatever the model's file says: whyc's own keys, those of OpenVINO's Model API, ONNX's image
   * metadata (docs/MetadataProps.md), Ultralytics' classifiers.
   */
  static Optional<Preparation> metadata(Map<String, String> m, InputForm form) {
    if (m.containsKey("whyc.input") || m.containsKey("whyc.mean")) {
      return Optional.of(new Preparation(own(m, form), "metadata (whyc.*)", false));
    }
    if (m.containsKey("model_info mean_values") || m.containsKey("model_info scale_values")) {
      return Optional.of(new Preparation(modelApi(m, form), "metadata (model_info)", false));
    }
    if (m.containsKey("Image.NominalPixelRange") || m.containsKey("Image.BitmapPixelFormat")) {
      return Optional.of(new Preparation(onnxImage(m, form), "metadata (Image.*)", false));
    }
    if (m.getOrDefault("author", "").equals("Ultralytics")
        && m.getOrDefault("task", "").equals("classify")) {
      return Optional.of(new Preparation(preset("unit", form), "metadata (Ultralytics)", false));
    }
    return Optional.empty();
  }

  private static Preprocessing own(Map<String, String> m, InputForm form) {
    Preprocessing p = preset(m.getOrDefault("whyc.input", "raw"), form);
    if (m.containsKey("whyc.channels")) {
      p =
          inOrder(
              p,
              ModelOptions.oneOf(Channels.class, "metadata whyc.channels", m.get("whyc.channels")),
              form);
    }
    if (m.containsKey("whyc.scale")) {
      p = p.withScale(numbers(m, "whyc.scale", 1).getFirst());
    }
    int channels = form.channels();
    p =
        p.withNormalisation(
            m.containsKey("whyc.mean") ? numbers(m, "whyc.mean", channels) : p.mean(),
            m.containsKey("whyc.std") ? numbers(m, "whyc.std", channels) : p.std());
    if (m.containsKey("whyc.resize")) {
      p =
          p.withResize(
              ModelOptions.oneOf(
                  OnnxPrologue.Resize.class, "metadata whyc.resize", m.get("whyc.resize")));
    }
    return m.containsKey("whyc.crop")
        ? p.withCropFraction(numbers(m, "whyc.crop", 1).getFirst())
        : p;
  }

  private static Preprocessing modelApi(Map<String, String> m, InputForm form) {
    boolean rgb =
        m.getOrDefault("model_info reverse_input_channels", "true").equalsIgnoreCase("true");
    Preprocessing p = preset("raw", form);
    p = form.channels() == 3 && !rgb ? p.withChannels(Channels.BGR) : p;
    return p.withNormalisation(
        m.containsKey("model_info mean_values")
            ? numbers(m, "model_info mean_values", form.channels())
            : p.mean(),
        m.containsKey("model_info scale_values")
            ? numbers(m, "model_info scale_values", form.channels())
            : p.std());
  }

  private static Preprocessing onnxImage(Map<String, String> m, InputForm form) {
    String range = m.getOrDefault("Image.NominalPixelRange", "NominalRange_0_255");
    Preprocessing p =
        switch (range) {
          case "NominalRange_0_255" -> preset("raw", form);
          case "Normalized_0_1" -> preset("unit", form);
          case "Normalized_1_1" -> preset("tf", form);
          default ->
              throw new Refusal(
                  "metadata Image.NominalPixelRange: %s is not supported; --input says what is meant"
                      .formatted(range));
        };
    boolean bgr =
        m.getOrDefault("Image.BitmapPixelFormat", "").toLowerCase(Locale.ROOT).startsWith("bgr");
    return form.channels() == 3 && bgr ? p.withChannels(Channels.BGR) : p;
  }

  private static List<Double> numbers(Map<String, String> m, String key, int channels) {
    String text = m.getOrDefault(key, "");
    try {
      List<Double> numbers =
          Arrays.stream(text.replaceAll("[\\[\\](),]", " ").strip().split("\\s+"))
              .map(Double::valueOf)
              .toList();
      return spread(numbers, channels, "metadata " + key);
    } catch (NumberFormatException e) {
      throw new Refusal("metadata %s wants numbers, got \"%s\"".formatted(key, text), e);
    }
  }

  /** For people: {@code RGB, crop to 224 x 224, (u8 * 0.00392157 - mean) / std ...}. */
  String describe() {
    Preprocessing p = preprocessing;
    List<String> parts = new ArrayList<>();
    parts.add(p.channels().name());
    parts.add(
        "%s to %d x %d"
            .formatted(p.resize().name().toLowerCase(Locale.ROOT), p.width(), p.height()));
    if (p.cropFraction() != 1) {
      parts.add("crop share " + plain(p.cropFraction()));
    }
    parts.add(
        "(u8 %s - %s) / %s"
            .formatted(
                p.scale() == 1 ? "" : p.scale() == BYTE ? "/ 255" : "* " + plain(p.scale()),
                list(p.mean()),
                list(p.std()))
            .replace("u8  ", "u8 "));
    return String.join(", ", parts);
  }

  private static String list(List<Double> numbers) {
    return numbers.stream().distinct().count() == 1
        ? plain(numbers.getFirst())
        : "(" + String.join(" ", numbers.stream().map(Preparation::plain).toList()) + ")";
  }

  private static String plain(double d) {
    String text = String.format(Locale.ROOT, "%.6g", d);
    return text.contains(".") && !text.contains("e") ? text.replaceAll("\\.?0+$", "") : text;
  }

  /** For the manifest. */
  Map<String, Object> tree() {
    Preprocessing p = preprocessing;
    Map<String, Object> tree =
        new LinkedHashMap<>(
            Manifest.tree(
                "source", source,
                "width", p.width(),
                "height", p.height(),
                "resize", p.resize().name().toLowerCase(Locale.ROOT),
                "crop", p.cropFraction(),
                "channels", p.channels().name().toLowerCase(Locale.ROOT),
                "layout", p.layout().name(),
                "scale", p.scale(),
                "mean", p.mean(),
                "std", p.std()));
    return tree;
  }
}
