package whyc.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import whyc.accelerator.Fields;

/**
 * What is trained, and where its first weights come from: all that weights depend on, besides the
 * pictures and the recipe of a search.
 *
 * @param relative whose weights it inherits; absent for random ones
 */
public record Training(Architecture architecture, Optional<Training> relative) {
  /** Random weights at the start. */
  public static Training fresh(Architecture architecture) {
    return new Training(architecture, Optional.empty());
  }

  /** How many trainings this one rests on. */
  int generation() {
    return relative.map(r -> 1 + r.generation()).orElse(0);
  }

  /** The same for the same training. */
  String id() {
    return architecture.id() + relative.map(r -> " < " + r.id()).orElse("");
  }

  static Training read(Fields f) {
    return new Training(
        f.object("architecture", Architecture::read),
        f.has("relative") ? Optional.of(f.object("relative", Training::read)) : Optional.empty());
  }

  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("architecture", tree(architecture));
    relative.ifPresent(r -> tree.put("relative", r.tree()));
    return tree;
  }

  /** As {@link Architecture#read} reads it. */
  static Map<String, Object> tree(Architecture a) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("family", a.family().name().toLowerCase(Locale.ROOT));
    tree.put("channels", a.channels());
    tree.put("classes", a.classes());
    tree.put("resolution", a.resolution());
    tree.put("stem_width", a.stem());
    tree.put("activation", a.activation().toString());
    List<Map<String, Object>> stages = new ArrayList<>();
    for (Stage s : a.stages()) {
      Map<String, Object> stage = new LinkedHashMap<>();
      stage.put("depth", s.depth());
      stage.put("width", s.width());
      stage.put("kernel", s.kernel());
      stage.put("stride", s.stride());
      stage.put("expansion", s.expansion());
      stages.add(stage);
    }
    tree.put("stages", stages);
    return tree;
  }
}
