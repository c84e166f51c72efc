package whyc.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;
import whyc.app.report.MethodResult.LayerChoice;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.HiResCam;
import whyc.explain.Layers;
import whyc.explain.Saliency;

/** What is asked: methods, classes, layer. */
final class MethodOptions {
  @Option(
      names = {"-m", "--method"},
      split = ",",
      paramLabel = "NAME",
      description = "a method; may be given several times; default gradcam")
  List<String> methods = List.of("gradcam");

  @Option(
      names = {"-c", "--class"},
      paramLabel = "CLASS",
      description = "top, a number or a label; may be given several times; default top")
  List<String> classes = List.of("top");

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "the layer that class activation maps weigh; whyc inspect lists them")
  Optional<String> layer = Optional.empty();

  List<Wish> wishes(Classifier classifier, Labels labels) {
    List<Wish> wishes = new ArrayList<>();
    for (String method : new LinkedHashSet<>(methods)) {
      for (String asked : new LinkedHashSet<>(classes)) {
        wishes.add(wish(method, asked, "whyc_" + wishes.size(), classifier, labels));
      }
    }
    return wishes;
  }

  private Wish wish(String method, String asked, String name, Classifier c, Labels labels) {
    ClassChoice choice = choice(asked, c.classes(), labels);
    Optional<LayerChoice> taken = Optional.empty();
    Explanation e;
    switch (method.toLowerCase(Locale.ROOT)) {
      case "gradcam" -> {
        taken = Optional.of(layer(c, choice));
        e = new GradCam(taken.get().name());
      }
      case "hirescam" -> {
        taken = Optional.of(layer(c, choice));
        e = new HiResCam(taken.get().name());
      }
      case "saliency" -> e = new Saliency();
      default -> throw Refusal.usage("--method: no method is called " + method);
    }
    return new Wish(new Asked(name, e, c.question(choice)), asked, taken, "", OptionalLong.empty());
  }

  private LayerChoice layer(Classifier c, ClassChoice choice) {
    Layers layers = Layers.of(c.model().graph(), c.question(choice));
    if (layer.isPresent()) {
      return new LayerChoice(layers.named(layer.get()).name(), "as asked");
    }
    Layers.Layer preferred =
        layers
            .preferred()
            .orElseThrow(() ->
                new Refusal(
                    "%s: class activation maps want a layer with channels and spatial extent, and there is none"
                        .formatted(c.model().file().name())));
    return new LayerChoice(preferred.name(), preferred.reason());
  }

  /** The class that a word means. */
  static ClassChoice choice(String asked, int classes, Labels labels) {
    if (asked.equalsIgnoreCase("top")) {
      return new ClassChoice.Top();
    }
    if (asked.matches("-?\\d+")) {
      int index = asked.length() > 9 ? -1 : Integer.parseInt(asked);
      if (index < 0 || index >= classes) {
        throw new Refusal(
            "--class wants top, a label or 0 to %d, got %s".formatted(classes - 1, asked));
      }
      return new ClassChoice.Index(index);
    }
    int index = labels.index(asked);
    if (index >= classes) {
      throw new Refusal(
          "--class %s: the labels give it the index %d, and the model has %d classes"
              .formatted(asked, index, classes));
    }
    return new ClassChoice.Index(index);
  }
}
