package whyc.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import whyc.app.report.Manifest;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Cost;
import whyc.multiplier.DataSheet;
import whyc.multiplier.Design;
import whyc.multiplier.Figures;
import whyc.multiplier.GateModel;
import whyc.multiplier.OperandForm;
import whyc.multiplier.Published;

/** Multipliers as a tree for JSON. */
final class MultiplierTree {
  private MultiplierTree() {}

  static Map<String, Object> of(
      Catalogue catalogue, List<DataSheet> sheets, List<Published> figuresOnly) {
    return Manifest.tree(
        "multipliers", sheets.stream().<Object>map(s -> sheet(catalogue, s)).toList(),
        "figures_only", figuresOnly.stream().<Object>map(MultiplierTree::published).toList(),
        "model", model(catalogue.gates()));
  }

  private static Map<String, Object> sheet(Catalogue catalogue, DataSheet s) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", s.name());
    tree.put("identity", s.identity());
    form(tree, s.form());
    s.design().ifPresent(d -> design(tree, d));
    tree.put("same_designs", s.sameDesigns());
    List<Object> aliases = new ArrayList<>();
    for (Published p : s.published()) {
      aliases.add(p.alias());
      aliases.addAll(p.formerAlias().stream().toList());
    }
    tree.put("aliases", aliases);
    tree.put("pitfalls", catalogue.pitfalls(s));
    figures(tree, s.figures());
    s.rank().ifPresent(rank -> tree.put("rank", rank));
    s.route().ifPresent(route -> tree.put("route", s.routeText()));
    s.cost().ifPresent(c -> tree.put("cost", cost(c)));
    return tree;
  }

  private static void form(Map<String, Object> tree, OperandForm form) {
    tree.put("bits", form.bits());
    tree.put("signed", form.signed());
  }

  private static void design(Map<String, Object> tree, Design d) {
    tree.put("family", d.family().name());
    tree.put("parameters", d.circuit().parameters());
    tree.put("formula", d.family().formula());
    tree.put("signs", d.signs());
    tree.put("reference", d.family().reference());
  }

  private static void figures(Map<String, Object> tree, Figures f) {
    tree.put("mean_absolute_error", f.meanAbsolute());
    tree.put("mean_absolute_error_percent", f.meanAbsolutePercent());
    tree.put("worst_case_error", f.worstCase());
    tree.put("worst_case_error_percent", f.worstCasePercent());
    tree.put("error_probability_percent", 100 * f.errorProbability());
    tree.put("mean_relative_error_percent", 100 * f.meanRelative());
    tree.put("bias", f.bias());
    tree.put("variance", f.variance());
    tree.put("largest_at_zero", f.atZero());
    tree.put("preserves_zero", f.preservesZero());
    tree.put("commutative", f.commutative());
  }

  private static Map<String, Object> cost(Cost c) {
    return Manifest.tree(
        "power_mw", c.powerMilliwatts(),
        "area_um2", c.areaSquareMicrometres(),
        "delay_ns", c.delayNanoseconds(),
        "basis", c.basis().text(),
        "source", c.source());
  }

  private static Map<String, Object> published(Published p) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("alias", p.alias());
    form(tree, p.form());
    tree.putAll(p.figures());
    tree.put("cost", cost(p.cost()));
    p.note().ifPresent(note -> tree.put("note", note));
    return tree;
  }

  private static Map<String, Object> model(GateModel model) {
    return Manifest.tree(
        "power_error_percent", error(model.powerError()),
        "area_error_percent", error(model.areaError()),
        "delay_error_percent", error(model.delayError()));
  }

  private static Map<String, Object> error(GateModel.Misfit e) {
    return Manifest.tree("mean", 100 * e.mean(), "worst", 100 * e.worst());
  }
}
