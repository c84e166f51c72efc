package whyc.app.cli;

import java.util.Optional;
import java.util.OptionalLong;
import whyc.app.report.MethodResult.LayerChoice;
import whyc.explain.Asked;

/**
 * One method with one choice of class.
 *
 * @param asked the class as the user wrote it
 * @param reduces how numbers of the input become a map
 */
record Wish(
    Asked answer, String asked, Optional<LayerChoice> layer, String profile, OptionalLong seed) {

  String method() {
    return answer.explanation().name();
  }
}
