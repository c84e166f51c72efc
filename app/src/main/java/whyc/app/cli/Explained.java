package whyc.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import whyc.app.report.HtmlReport;
import whyc.app.report.ImageResult;
import whyc.app.report.MethodResult;
import whyc.app.report.Ranked;

/**
 * What is kept of images whose results are written: all of the first ones, which the page shows,
 * and of each a few lines of text, so that any number of images fits into memory.
 */
final class Explained {
  /** Images which, when they are all of one class, make one wonder. */
  private static final int TELLING = 4;

  private final Path folder;
  private final List<ImageResult> shown = new ArrayList<>();
  private final List<String> folders = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final SequencedSet<String> engines = new LinkedHashSet<>();
  private final SequencedSet<String> predicted = new LinkedHashSet<>();

  /**
   * Nothing yet.
   *
   * @param folder where the results will be
   */
  Explained(Path folder) {
    this.folder = folder;
  }

  void add(ImageResult r) {
    if (shown.size() < HtmlReport.SHOWN) {
      shown.add(r);
    }
    folders.add(r.folder());
    lines.addAll(Summary.lines(r, folder));
    r.methods().stream().map(MethodResult::engine).forEach(engines::add);
    r.top().stream().limit(1).map(Ranked::label).forEach(predicted::add);
  }

  Path folder() {
    return folder;
  }

  /** The first ones, as many as the page shows. */
  List<ImageResult> shown() {
    return shown;
  }

  /** Those of all images, below the folder. */
  List<String> folders() {
    return folders;
  }

  /** All images in words. */
  List<String> lines() {
    return lines;
  }

  /** What several images all are by the model; absent where they differ, or are few. */
  Optional<String> onlyClass() {
    return folders.size() < TELLING || predicted.size() != 1
        ? Optional.empty()
        : Optional.of(predicted.getFirst());
  }

  /** Who computed something. */
  List<String> engines() {
    return List.copyOf(engines);
  }
}
