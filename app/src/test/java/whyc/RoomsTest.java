package whyc;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static java.util.Map.entry;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The plan of the rooms: which package knows which. */
@AnalyzeClasses(packages = "whyc", importOptions = DoNotIncludeTests.class)
final class RoomsTest {
  /** What a room, a package with all below it, knows; it also knows what that knows. */
  static final Map<String, List<String>> KNOWS =
      Map.ofEntries(
          entry("refusal", List.of()),
          entry("tensor", List.of("refusal")),
          entry("files", List.of()),
          entry("op", List.of("tensor")),
          entry("graph", List.of("op")),
          entry("onnx", List.of("pass")),
          entry("pass", List.of("graph", "heatmap")),
          entry("diff", List.of("graph")),
          entry("explain", List.of("diff", "pass")),
          entry("compile", List.of("onnx", "explain")),
          entry("schedule", List.of("graph")),
          entry("heatmap", List.of("tensor", "files")),
          entry("measure", List.of("explain")),
          entry("target", List.of("schedule", "pass")),
          entry("engine", List.of("onnx", "explain", "schedule")),
          entry("accelerator", List.of("tensor")),
          entry("multiplier", List.of("op")),
          entry("simulate", List.of("schedule", "pass", "heatmap", "accelerator")),
          entry("rtl", List.of("schedule", "pass", "heatmap", "multiplier")),
          entry("assign", List.of("engine", "simulate", "multiplier", "measure")),
          entry("architecture", List.of("assign")),
          entry("app", List.of("engine", "compile", "architecture", "rtl", "target", "files")));

  @ArchTest static final ArchRule aRoomKnowsOnlyWhatThePlanNames = plan();

  private static ArchRule plan() {
    var plan =
        layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("whyc..")
            .withOptionalLayers(true)
            .ensureAllClassesAreContainedInArchitecture();
    for (String room : KNOWS.keySet()) {
      plan = plan.layer(room).definedBy("whyc." + room + "..");
    }
    for (String room : KNOWS.keySet()) {
      Set<String> known = closure(room);
      plan =
          known.isEmpty()
              ? plan.whereLayer(room).mayNotAccessAnyLayer()
              : plan.whereLayer(room).mayOnlyAccessLayers(known.toArray(String[]::new));
    }
    return plan;
  }

  private static Set<String> closure(String room) {
    Set<String> known = new TreeSet<>();
    List<String> pending = new ArrayList<>(KNOWS.get(room));
    while (!pending.isEmpty()) {
      String next = pending.removeLast();
      if (known.add(next)) {
        pending.addAll(KNOWS.get(next));
      }
    }
    return known;
  }
}
