package whyc.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import whyc.app.report.HtmlReport;
import whyc.app.report.ImageResult;
import whyc.app.report.MethodResult;

/**
 * What is kept of images whose results are written: all of the first ones, which the page shows,
 * and of each a few lines of text, so that any number of images fits into memory.
 */
final class Explained {
  private final Path folder;
  private final List<ImageResult> shown = new ArrayList<>();
  private final List<String> folders = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final SequencedSet<String> engines = new LinkedHashSet<>();

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

  /** Who computed something. */
  List<String> engines() {
    return List.copyOf(engines);
  }
}
