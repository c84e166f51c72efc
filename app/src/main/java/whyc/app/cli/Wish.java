package whyc.app.cli;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import whyc.app.report.MethodResult.LayerChoice;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * One method with one choice of class.
 *
 * @param method its name on the command line
 * @param asked the class as the user wrote it
 * @param seed of a method that draws noise
 * @param start of a path method whose attributions sum to a difference of scores
 * @param parameters everything else that decides the attribution, by name
 */
record Wish(
    String method,
    Asked answer,
    String asked,
    Optional<LayerChoice> layer,
    String profile,
    OptionalLong seed,
    Optional<Baseline> start,
    Map<String, Object> parameters) {

  /** An attribution of one image as a map [h,w], or [c,h,w] in input space. */
  Tensor shaped(Tensor raw, InputForm form) {
    return answer.explanation().isInInputSpace()
        ? Tensor.of(
            Shape.of(form.channels(), form.height(), form.width()),
            form.channelsFirst(raw.floats()))
        : raw.reshape(Shape.of(raw.shape().dim(-2), raw.shape().dim(-1)));
  }
}
