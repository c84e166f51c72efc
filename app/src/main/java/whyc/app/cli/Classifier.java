package whyc.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.explain.ClassChoice;
import whyc.explain.Head;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Constant;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * A model with what every command wants to know of it.
 *
 * @param output the output with the class scores
 * @param scored the model's graph with the further output {@link Head#SCORES}
 * @param head where the scores are
 * @param notes what was decided, for people
 */
record Classifier(
    Path file,
    Model model,
    InputForm form,
    String output,
    Graph scored,
    Head head,
    int classes,
    List<String> notes) {

  static Classifier read(Path file, Optional<Model.Size> size, Optional<String> wish) {
    Model model = Model.read(OnnxModel.read(file), size);
    InputForm form = InputForm.of(model);
    size.ifPresent(s -> checkSize(model, form, s));
    checkWeights(model);
    checkNames(model);
    List<String> notes = new ArrayList<>();
    String output = wish.orElseGet(() -> firstScores(model, notes));
    Builder b = Builder.continuing(model.graph());
    Value scores = model.graph().output(output);
    Head head = Head.of(b, scores, Question.Score.LOGIT);
    head.cut()
        .ifPresent(c ->
            notes.add(
                "output \"%s\" ends in %s: the scores before it are explained"
                    .formatted(output, c)));
    if (head.binary()) {
      notes.add(
          "output \"%s\" is one score z for two classes: class 0 has -z, class 1 has z"
              .formatted(output));
    }
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(model.graph().outputs());
    outputs.put(Head.SCORES, head.scores());
    Graph scored = b.finish(outputs);
    return new Classifier(
        file,
        model,
        form,
        output,
        scored,
        head,
        scored.type(head.scores()).shape().dim(1),
        List.copyOf(notes));
  }

  private static void checkNames(Model model) {
    if (model.graph().outputs().containsKey(Head.SCORES)) {
      throw new Refusal(
          "%s: the output name \"%s\" is taken by whyc, the model must call its own otherwise"
              .formatted(model.file().name(), Head.SCORES));
    }
  }

  private static void checkSize(Model model, InputForm form, Model.Size size) {
    if (form.height() != size.height() || form.width() != size.width()) {
      throw new Refusal(
          "--size %dx%d: %s has an input of %d x %d"
              .formatted(
                  size.width(), size.height(), model.file().name(), form.width(), form.height()));
    }
  }

  /** The first output that can hold class scores. */
  private static String firstScores(Model model, List<String> notes) {
    List<String> fitting =
        model.graph().outputs().entrySet().stream()
            .filter(e -> isScores(model.graph().type(e.getValue()).shape()))
            .map(java.util.Map.Entry::getKey)
            .toList();
    if (fitting.isEmpty()) {
      throw new Refusal(
          "%s: a classifier wants an output of class scores [n,classes], got %s"
              .formatted(
                  model.file().name(),
                  model.graph().outputs().entrySet().stream()
                      .map(e -> e.getKey() + " " + model.graph().type(e.getValue()))
                      .toList()));
    }
    if (fitting.size() > 1) {
      notes.add(
          "of the outputs %s the first is explained; --output takes another".formatted(fitting));
    }
    return fitting.getFirst();
  }

  private static boolean isScores(Shape s) {
    return s.rank() == 1 || (s.rank() >= 2 && s.product(2, s.rank()) == 1);
  }

  private static void checkWeights(Model model) {
    for (Node n : model.graph().nodes()) {
      if (n.op() instanceof Constant c && c.value().element().isFloating()) {
        int at = c.value().firstNotFinite();
        if (at >= 0) {
          throw new Refusal(
              "%s: weights want to be finite, got %s at position %d of \"%s\""
                  .formatted(model.file().name(), c.value().at(at), at, n.label()));
        }
      }
    }
  }

  Question question(ClassChoice choice, Question.Score score) {
    return new Question(model.input(), output, choice, score);
  }
}
