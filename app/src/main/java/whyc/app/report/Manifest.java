package whyc.app.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code manifest.json}: everything that is known of one image's explanations. */
public final class Manifest {
  /** Raised when a reader of older manifests would misunderstand a newer one. */
  public static final int SCHEMA = 1;

  private Manifest() {}

  /** The manifest as a tree for {@link Json}. */
  public static Map<String, Object> of(Run run, ImageResult image) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("schema", SCHEMA);
    m.put("whyc", run.whyc());
    m.put(
        "model",
        tree(
            "file", run.model().getFileName(),
            "sha256", run.modelSha256(),
            "input", run.input(),
            "output", run.output()));
    Map<String, Object> input = tree("file", image.file().getFileName(), "sha256", image.sha256());
    image.sample().ifPresent(s -> input.put("sample", s));
    input.put("format", image.format());
    input.put("notes", image.notes());
    m.put("input", input);
    m.put("preprocessing", run.preprocessing());
    m.put("notes", run.notes());
    m.put("top", image.top().stream().map(Manifest::of).toList());
    Timing t = image.timing();
    m.put(
        "timing",
        tree(
            "inference_ms", rounded(t.inference()),
            "explained_ms", rounded(t.explained()),
            "with_all_methods_ms", rounded(image.explained()),
            "explanation_ms", rounded(t.explanation()),
            "runs", t.runs(),
            "batch", t.batch(),
            "threads", run.threads(),
            "engine", t.engine(),
            "how", t.how()));
    m.put("checks", tree("model_outputs_unchanged", t.unchanged()));
    m.put("methods", image.methods().stream().map(a -> of(t, a)).toList());
    return m;
  }

  private static Map<String, Object> of(Ranked r) {
    Map<String, Object> m = tree("class", r.index(), "label", r.label(), "logit", r.logit());
    r.probability().ifPresent(p -> m.put("probability", p));
    return m;
  }

  private static Map<String, Object> of(Timing timing, MethodResult a) {
    Map<String, Object> m = tree("method", a.method(), "folder", a.folder(), "asked", a.asked());
    m.putAll(of(a.answer()));
    a.layer().ifPresent(l -> m.put("layer", tree("name", l.name(), "reason", l.reason())));
    if (!a.profile().isEmpty()) {
      m.put("profile", a.profile());
    }
    a.seed().ifPresent(s -> m.put("seed", s));
    m.put("parameters", a.parameters());
    m.put("shape", a.shape());
    m.put("minimum", a.minimum());
    m.put("maximum", a.maximum());
    m.put("constant", a.picture().constant());
    MethodResult.Range r = a.picture();
    m.put("picture", tree("colormap", r.colors(), "from", r.from(), "to", r.to()));
    a.pruned().ifPresent(p -> m.put("pruning", p.tree()));
    m.put("checks", a.checks());
    m.put("inference_ms", rounded(timing.inference()));
    m.put("explanation_ms", rounded(a.milliseconds()));
    m.put("explanation_ms_covers", a.measuredWith());
    m.put("engine", a.engine());
    m.put("warnings", a.warnings());
    return m;
  }

  /** Microseconds are more than a clock knows. */
  private static double rounded(double milliseconds) {
    return Math.round(milliseconds * 1e3) / 1e3;
  }

  /** A map of these keys and values, in this order. */
  public static Map<String, Object> tree(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
