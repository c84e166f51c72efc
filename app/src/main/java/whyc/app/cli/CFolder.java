package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import whyc.app.report.Bundle;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.graph.Graph;
import whyc.target.c.CProgram;
import whyc.target.c.CTarget;

/** An explained network as a folder of C. */
record CFolder(CProgram program) {

  /**
   * Compiles a graph for one image.
   *
   * @param wishes what it explains
   * @param sha of the model's file
   */
  static CFolder of(Classifier c, Graph graph, List<Wish> wishes, String sha) {
    Graph one = c.model().dynamicBatch() ? graph.withBatch(1) : graph;
    List<String> notes = new ArrayList<>();
    notes.add("Made by whyc " + Commands.version());
    notes.add("from %s, SHA-256 %s".formatted(c.model().file().name(), sha));
    for (Wish w : wishes) {
      String layer = w.layer().map(l -> ", layer " + l.name()).orElse("");
      notes.add("explained by %s, class %s%s".formatted(w.method(), w.asked(), layer));
    }
    return new CFolder(CTarget.compile(one, stem(c.file()), notes));
  }

  private static String stem(Path model) {
    String file = String.valueOf(model.getFileName());
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  /** Writes the folder, whole or not at all. */
  void write(Path out, boolean overwrite) throws IOException {
    try (Bundle bundle = Bundle.create(out, overwrite)) {
      for (Map.Entry<String, String> file : program.files().entrySet()) {
        Files.writeString(bundle.folder().resolve(file.getKey()), file.getValue());
      }
      bundle.complete();
    }
  }

  void report(Console console, Path out, boolean json) {
    if (json) {
      console.text(
          Json.text(
              Manifest.tree(
                  "folder", out.toString(),
                  "files", List.copyOf(program.files().keySet()),
                  "function", program.name(),
                  "outputs", List.copyOf(program.schedule().graph().outputs().keySet()),
                  "arena_bytes", program.arenaBytes(),
                  "weight_bytes", program.weightBytes())));
      return;
    }
    console.result(
        String.format(
            Locale.ROOT,
            "%s: %s; %,d bytes of arena, %,d bytes of weights",
            out,
            String.join(", ", program.files().keySet()),
            program.arenaBytes(),
            program.weightBytes()));
  }
}
