package whyc.compile;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.heatmap.Pruning.Score;
import whyc.onnx.Model;
import whyc.onnx.ModelException;
import whyc.onnx.OnnxCheck;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxPrologue;
import whyc.onnx.OnnxWriter;
import whyc.op.Cost;
import whyc.op.Value;
import whyc.pass.LowerForOnnx;
import whyc.pass.PruneGradients;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;

/**
 * A model that says why, as one ONNX file. The model's own nodes, outputs and weights stay as they
 * are; behind them stand nodes of the default domain, and these outputs:
 *
 * <pre>
 * whyc_class               int64 [n]       the class that is explained
 * whyc_score               float [n]       its score, before a final softmax or sigmoid
 * whyc_METHOD              float [n,1,h,w] for a map over a layer's positions, the input's shape else
 * whyc_METHOD_heatmap      float [n,1,H,W] where asked for: the profile's picture of it, of the input's
 *                                          size; between 0 and 1, unless the profile scales nothing
 * </pre>
 *
 * METHOD is the method's name as an identifier: {@code +} becomes {@code p} and {@code -} becomes
 * {@code _}, so {@code gradcam++} is {@code gradcampp} and {@code lrp-epsilon} is {@code
 * lrp_epsilon}. Where several classes are asked about, all names of a class of known index end in
 * {@code _cINDEX}; those of the top class stay as they are, and those of a class that is given end
 * in {@code _target}.
 *
 * <p>Metadata, with METHOD as above and numbers of arithmetic for one image:
 *
 * <pre>
 * whyc.methods                  names, with commas between
 * whyc.METHOD.name              the method's name
 * whyc.METHOD.class             top, INDEX or input, with commas between
 * whyc.METHOD.outputs           names, with commas between
 * whyc.METHOD.profile           whose conventions it follows
 * whyc.METHOD.multiply_adds     what it costs beyond the model
 * whyc.METHOD.elementary        other arithmetic operations beyond the model
 * whyc.multiply_adds            what all methods together cost beyond the model
 * whyc.model.multiply_adds      what the model costs
 * whyc.model.input              the model's input and its type for one image
 * whyc.prune.score              point or number, where the file prunes by itself
 * whyc.prune.threshold          share of the largest below which it drops
 * whyc.prune.at                 backward, map, or both with a comma between
 * </pre>
 *
 * @param proto the file
 * @param outputs the added outputs
 * @param metadata the added metadata
 */
public record ExplainedOnnx(
    ModelProto proto, List<String> outputs, SequencedMap<String, String> metadata) {

  /**
   * One explanation.
   *
   * @param question the class may be {@link ClassChoice.Given} by {@link ClassChoice.Given#TARGET}
   * @param notes further metadata of the method, such as {@code layer}
   */
  public record Answer(
      Explanation explanation, Question question, Profile profile, Map<String, String> notes) {

    /** The method's name as an identifier. */
    String method() {
      return identifier(explanation.name());
    }
  }

  /**
   * How the file is made.
   *
   * @param heatmaps whether each answer comes as a picture of the input's size, too
   * @param prologue what makes pictures the input
   * @param metadata further metadata of the file, such as {@code whyc.version}
   */
  public record Options(
      boolean heatmaps,
      Optional<OnnxPrologue> prologue,
      Map<String, String> metadata,
      Optional<Pruned> pruning) {

    /** The same for maps that stay whole. */
    public Options(
        boolean heatmaps, Optional<OnnxPrologue> prologue, Map<String, String> metadata) {
      this(heatmaps, prologue, metadata, Optional.empty());
    }
  }

  /**
   * Small numbers that the file drops by itself, as {@link PruneGradients} does.
   *
   * @param threshold share of the largest below which is dropped, 0 to 1
   * @param backward whether those of gradients on their way
   * @param map whether those of the finished attribution
   */
  public record Pruned(Score score, double threshold, boolean backward, boolean map) {
    private PruneGradients pass() {
      return new PruneGradients(score, threshold);
    }

    private Map<String, String> metadata() {
      Map<String, String> m = new LinkedHashMap<>();
      m.put("whyc.prune.score", score.name().toLowerCase(Locale.ROOT));
      m.put("whyc.prune.threshold", String.valueOf(threshold));
      m.put("whyc.prune.at", backward && map ? "backward,map" : backward ? "backward" : "map");
      return m;
    }
  }

  /** A method's name as a part of an output's name. */
  public static String identifier(String method) {
    return method.replace('+', 'p').replace('-', '_');
  }

  /**
   * The program alone, for targets that write it themselves: the model's outputs and the added ones
   * under the names above.
   *
   * @param options whose prologue and metadata are for files alone
   */
  public static Graph graph(Model model, List<Answer> answers, Options options) {
    checkUnexplained(model);
    return withOutputs(model, named(model, answers), options);
  }

  public static ExplainedOnnx of(Model model, List<Answer> answers, Options options) {
    checkUnexplained(model);
    List<Named> named = named(model, answers);
    Graph graph = new LowerForOnnx().apply(withOutputs(model, named, options));
    SequencedMap<String, Value> added = new LinkedHashMap<>(graph.outputs());
    model.graph().outputs().keySet().forEach(added::remove);
    SequencedMap<String, String> metadata = metadata(model, graph, named, added);
    options.pruning.map(Pruned::metadata).ifPresent(metadata::putAll);
    metadata.putAll(options.metadata);
    ModelProto behind = OnnxWriter.append(model, graph, added, metadata);
    ModelProto proto = options.prologue.map(p -> p.prepend(model, behind)).orElse(behind);
    OnnxCheck.check(model.file().name(), proto);
    return new ExplainedOnnx(proto, List.copyOf(added.sequencedKeySet()), metadata);
  }

  /**
   * The file's bytes.
   *
   * @param model the model that this explains
   * @param file where they will stand: weights that lie beside the model stay there if that is the
   *     same folder, and come into the file if not
   */
  public byte[] bytes(Model model, Path file) {
    return model.file().bytes(proto, Optional.ofNullable(file.toAbsolutePath().getParent()));
  }

  private static void checkUnexplained(Model model) {
    String name = model.file().name();
    if (model.file().isExplained()) {
      throw new ModelException(
          "%s: a model wants to be explained once, and this file holds %s already; compile the model that it was made from"
              .formatted(name, model.file().metadata().get(OnnxModel.METHODS)));
    }
    model.graph().outputs().keySet().stream()
        .filter(o -> o.startsWith(OnnxModel.OUTPUT))
        .findFirst()
        .ifPresent(o -> {
          throw new ModelException(
              "%s: outputs whose names begin with %s are whyc's, got \"%s\""
                  .formatted(name, OnnxModel.OUTPUT, o));
        });
  }

  /**
   * An answer with its place among the outputs.
   *
   * @param suffix what the names of a class end in
   */
  private record Named(Answer answer, Asked asked, String suffix) {
    String attribution() {
      return asked.name();
    }

    String heatmap() {
      return OnnxModel.OUTPUT + answer.method() + "_heatmap" + suffix;
    }

    String classOutput() {
      return Explanation.CLASS + suffix;
    }

    String scoreOutput() {
      return Explanation.SCORE + suffix;
    }
  }

  private static List<Named> named(Model model, List<Answer> answers) {
    if (answers.isEmpty()) {
      throw new RefusedArgument("an explained model wants at least one method, got none");
    }
    long classes = answers.stream().map(a -> a.question.classes()).distinct().count();
    Map<String, Named> named = new LinkedHashMap<>();
    for (Answer a : answers) {
      String suffix = classes == 1 ? "" : suffix(a.question.classes());
      String name = OnnxModel.OUTPUT + a.method() + suffix;
      Asked asked = new Asked(name, a.explanation, a.question);
      if (named.put(name, new Named(a, asked, suffix)) != null) {
        throw new RefusedArgument(
            "%s: a method and a class want to be asked for once, got %s twice"
                .formatted(model.file().name(), a.explanation.name() + suffix));
      }
    }
    return List.copyOf(named.values());
  }

  private static String suffix(ClassChoice choice) {
    return switch (choice) {
      case ClassChoice.Top t -> "";
      case ClassChoice.Index i -> "_c" + i.index();
      case ClassChoice.Given g -> "_target";
    };
  }

  private static Graph withOutputs(Model model, List<Named> named, Options options) {
    Graph exact = Asked.all(model.graph(), named.stream().map(Named::asked).toList());
    Graph answered =
        options.pruning.filter(Pruned::backward).map(p -> p.pass().apply(exact)).orElse(exact);
    Builder b = Builder.continuing(answered);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(model.graph().outputs());
    outputs.replaceAll((name, value) -> answered.output(name));
    for (Named n : named) {
      outputs.putIfAbsent(n.classOutput(), answered.output(n.asked.classOutput()));
      outputs.putIfAbsent(n.scoreOutput(), single(b, answered.output(n.asked.scoreOutput())));
    }
    for (Named n : named) {
      Value whole = answered.output(n.asked.name());
      Value attribution =
          options
              .pruning
              .filter(Pruned::map)
              .map(p -> p.pass().on(b, whole, channelAxis(model, n.answer)))
              .orElse(whole);
      outputs.put(n.attribution(), single(b, attribution));
      if (options.heatmaps) {
        outputs.put(n.heatmap(), single(b, heatmap(b, model, n.answer, attribution)));
      }
    }
    return b.finish(outputs);
  }

  private static Value heatmap(Builder b, Model model, Answer a, Value attribution) {
    Shape s = model.inputType().shape();
    if (s.rank() != 4) {
      throw new ModelException(
          "%s: a heat map wants an image [n,c,h,w], got %s (input \"%s\")"
              .formatted(model.file().name(), model.inputType(), model.input()));
    }
    int first = isChannelsLast(s) ? 1 : 2;
    return a.profile.heatmap(b, a.explanation, attribution, s.dim(first), s.dim(first + 1));
  }

  private static boolean isChannelsLast(Shape image) {
    return image.rank() == 4 && image.dim(3) <= 4 && image.dim(1) > 4;
  }

  /** Where an attribution has its channels: maps have one, in front. */
  private static int channelAxis(Model model, Answer a) {
    return a.explanation.isInInputSpace() && isChannelsLast(model.inputType().shape()) ? 3 : 1;
  }

  private static Value single(Builder b, Value x) {
    return b.cast(x, ElementType.FLOAT32);
  }

  private static SequencedMap<String, String> metadata(
      Model model, Graph graph, List<Named> named, SequencedMap<String, Value> added) {
    ExtraCost cost = ExtraCost.of(model, graph);
    SequencedMap<String, List<Named>> methods =
        named.stream()
            .collect(
                Collectors.groupingBy(
                    n -> n.answer.method(), LinkedHashMap::new, Collectors.toList()));
    SequencedMap<String, String> m = new LinkedHashMap<>();
    m.put(
        OnnxModel.METHODS,
        methods.values().stream()
            .map(n -> n.getFirst().answer.explanation.name())
            .collect(Collectors.joining(",")));
    methods.forEach((method, answers) -> describe("whyc." + method + ".", answers, added, cost, m));
    m.put("whyc.multiply_adds", String.valueOf(cost.beyondModel(added.values()).multiplyAdds()));
    m.put("whyc.model.multiply_adds", String.valueOf(cost.ofModel().multiplyAdds()));
    m.put("whyc.model.input", model.input() + " " + model.inputType());
    return m;
  }

  private static void describe(
      String prefix,
      List<Named> answers,
      SequencedMap<String, Value> added,
      ExtraCost cost,
      Map<String, String> m) {
    Answer first = answers.getFirst().answer;
    List<String> outputs = new ArrayList<>();
    for (Named n : answers) {
      outputs.add(n.attribution());
      if (added.containsKey(n.heatmap())) {
        outputs.add(n.heatmap());
      }
    }
    Map<String, Value> values = new HashMap<>(added);
    values.keySet().retainAll(outputs);
    Cost extra = cost.beyondModel(values.values());
    m.put(prefix + "name", first.explanation.name());
    m.put(
        prefix + "class",
        answers.stream()
            .map(n -> text(n.answer.question.classes()))
            .collect(Collectors.joining(",")));
    m.put(prefix + "outputs", String.join(",", outputs));
    m.put(prefix + "profile", first.profile.name());
    first.notes.forEach((key, value) -> m.put(prefix + key, value));
    m.put(prefix + "multiply_adds", String.valueOf(extra.multiplyAdds()));
    m.put(prefix + "elementary", String.valueOf(extra.elementary()));
  }

  private static String text(ClassChoice choice) {
    return switch (choice) {
      case ClassChoice.Top t -> "top";
      case ClassChoice.Index i -> String.valueOf(i.index());
      case ClassChoice.Given g -> "input";
    };
  }
}
