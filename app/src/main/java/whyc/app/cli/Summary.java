package whyc.app.cli;

import java.nio.file.Path;
import java.util.Locale;
import whyc.app.report.Bundle;
import whyc.app.report.ImageResult;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.app.report.MethodResult;
import whyc.app.report.Ranked;
import whyc.app.report.Timing;

/** What an explanation says on standard output. */
record Summary(Console console) {

  void print(ExplainJob.Done done, Path folder, boolean json) {
    if (json) {
      console.text(
          Json.text(Manifest.tree("folder", folder.toString(), "images", done.manifests())));
      return;
    }
    for (ImageResult r : done.images()) {
      Ranked top = r.top().getFirst();
      console.result("%s: %s".formatted(r.folder(), describe(top)));
      for (MethodResult m : r.methods()) {
        console.result(line(r, m, top, folder));
      }
    }
    Timing t = done.images().getFirst().timing();
    console.say(
        String.format(
            Locale.ROOT,
            "inference %.1f ms, with explanation %.1f ms for each image (%s, %s)",
            t.inference(),
            done.images().getFirst().explained(),
            t.engine(),
            done.run().threadCount()));
    if (done.run().engines().size() > 1) {
      console.say(
          "computed by %s: each manifest says by which"
              .formatted(String.join(" and ", done.run().engines())));
    }
    console.result(folder.resolve(Bundle.PAGE).toString());
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
