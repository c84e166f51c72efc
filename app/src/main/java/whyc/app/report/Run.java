package whyc.app.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What all images of a bundle have in common.
 *
 * @param whyc version
 * @param model file
 * @param modelSha256 of its bytes
 * @param input name and type of the model's input
 * @param output name of the output that is explained
 * @param prepared preprocessing, for people
 * @param preprocessing as a tree for the manifest
 * @param engines names and versions of those that computed something
 * @param notes what was decided about the model
 */
public record Run(
    String whyc,
    Path model,
    String modelSha256,
    String input,
    String output,
    String prepared,
    Map<String, Object> preprocessing,
    List<String> engines,
    int threads,
    List<String> notes) {

  /** The same with those that computed something. */
  public Run by(List<String> computed) {
    return new Run(
        whyc, model, modelSha256, input, output, prepared, preprocessing, computed, threads, notes);
  }

  /** The same with a further note. */
  public Run noting(String note) {
    List<String> all = new ArrayList<>(notes);
    all.add(note);
    return new Run(
        whyc,
        model,
        modelSha256,
        input,
        output,
        prepared,
        preprocessing,
        engines,
        threads,
        List.copyOf(all));
  }

  /** How many threads, in words. */
  public String threadCount() {
    return threads + (threads == 1 ? " thread" : " threads");
  }
}
