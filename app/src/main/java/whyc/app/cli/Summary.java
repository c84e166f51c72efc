package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import whyc.app.report.Bundle;
import whyc.app.report.ImageResult;
import whyc.app.report.Json;
import whyc.app.report.MethodResult;
import whyc.app.report.Ranked;
import whyc.app.report.Timing;

/** What an explanation says on standard output. */
record Summary(Console console) {

  void print(ExplainJob.Done done, boolean json) throws IOException {
    Explained explained = done.explained();
    if (json) {
      manifests(explained);
      return;
    }
    explained.lines().forEach(console::result);
    ImageResult first = explained.shown().getFirst();
    Timing t = first.timing();
    console.say(
        String.format(
            Locale.ROOT,
            "inference %.1f ms, with explanation %.1f ms for each image (%s, %s)",
            t.inference(),
            first.explained(),
            t.engine(),
            done.run().threadCount()));
    if (done.run().engines().size() > 1) {
      console.say(
          "computed by %s: each manifest says by which"
              .formatted(String.join(" and ", done.run().engines())));
    }
    console.result(explained.folder().resolve(Bundle.PAGE).toString());
  }

  /** One JSON text of all manifests, which are read again: there may be many. */
  private void manifests(Explained explained) throws IOException {
    String folder = Json.text(explained.folder().toString()).strip();
    console.text("{\n  \"folder\" : %s,\n  \"images\" : [ ".formatted(folder));
    String before = "";
    for (String image : explained.folders()) {
      Path file = explained.folder().resolve(image).resolve(Bundle.MANIFEST);
      console.text(before + Files.readString(file).strip().replace("\n", "\n  "));
      before = ", ";
    }
    console.text(" ]\n}\n");
  }

  /** An image in words: what it shows, and the picture of each method. */
  static List<String> lines(ImageResult r, Path folder) {
    Ranked top = r.top().getFirst();
    String verdict = "%s: %s".formatted(r.folder(), describe(top));
    return Stream.concat(Stream.of(verdict), r.methods().stream().map(m -> line(r, m, top, folder)))
        .toList();
  }

  private static String line(ImageResult r, MethodResult m, Ranked top, Path folder) {
    String why = m.answer().index() == top.index() ? "" : "  why " + describe(m.answer());
    String pruned = m.pruned().map(p -> "  " + p.summary()).orElse("");
    return "  %-20s %s%s%s"
        .formatted(
            m.method(),
            folder.resolve(r.folder()).resolve(m.folder()).resolve("overlay.png"),
            why,
            pruned);
  }

  static String describe(Ranked r) {
    String score = String.format(Locale.ROOT, "logit %.3f", r.logit());
    return r.probability().isEmpty()
        ? "%s (%s)".formatted(r.label(), score)
        : String.format(
            Locale.ROOT,
            "%s  %.1f %%  (%s)",
            r.label(),
            100 * r.probability().getAsDouble(),
            score);
  }
}
