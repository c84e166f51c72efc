package whyc.app.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.engine.Program;
import whyc.explain.Baseline;
import whyc.explain.Head;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** The model without explanations, to compare with. */
record PlainModel(Classifier classifier, Program program) {
  /** The model's outputs, and the scores, for images in its own form. */
  Results run(Tensor images) {
    return run(images, classifier.scored().outputs().keySet());
  }

  private Results run(Tensor images, Set<String> outputs) {
    return new Results(
        program.run(Map.of(classifier.model().input(), images), outputs), images.shape().dim(0));
  }

  /** An output at a baseline, for each of some images. */
  List<Tensor> at(Baseline baseline, Tensor images, String output) {
    Results results = run(baseline.like(images), Set.of(output));
    return IntStream.range(0, results.images()).mapToObj(i -> results.of(output, i)).toList();
  }

  /** Probabilities [n,classes] of images [n,c,h,w]. */
  Tensor probabilities(Tensor images) {
    InputForm form = classifier.form();
    int n = images.shape().dim(0);
    float[] values = new float[images.size()];
    for (int i = 0; i < n; i++) {
      float[] own = form.ownOrder(Results.part(images, i, n).floats());
      System.arraycopy(own, 0, values, i * form.size(), form.size());
    }
    Results results = run(form.tensor(n, values), Set.of(Head.SCORES, classifier.output()));
    double[] all =
        IntStream.range(0, n)
            .boxed()
            .flatMapToDouble(i ->
                Arrays.stream(
                    Probabilities.of(
                        classifier,
                        results.of(Head.SCORES, i),
                        results.of(classifier.output(), i))))
            .toArray();
    return Tensor.of(Shape.of(n, all.length / n), all);
  }
}
