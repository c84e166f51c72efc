package whyc.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Names;
import whyc.graph.Node;
import whyc.op.Clip;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.QuantizeLinear;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;

/** The table of explanations: what they are called, how they are made, where they apply. */
public final class Methods {
  private Methods() {}

  /**
   * What a caller may choose. What is absent is the profile's.
   *
   * @param layer of class activation maps; absent for the preferred one, see {@link Layers}
   * @param steps of path methods
   * @param samples of noise methods
   * @param noise standard deviation, in the profile's unit: a fraction of the image's range, or
   *     absolute
   * @param pointsPerRun see {@link Accumulated}; 1 for a model of fixed batch
   */
  public record Options(
      Profile profile,
      Optional<String> layer,
      Optional<Integer> steps,
      Optional<PathRule> rule,
      Baseline baseline,
      Optional<Integer> samples,
      Optional<Double> noise,
      long seed,
      int pointsPerRun) {

    /** Points of a run where nobody says otherwise: enough to fill a machine, little memory. */
    public static final int POINTS_PER_RUN = 10;

    /** All as the profile has it, from the baseline zero and the seed 0. */
    public static Options of(Profile profile) {
      return new Options(
          profile,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          new Baseline.Zero(),
          Optional.empty(),
          Optional.empty(),
          0,
          POINTS_PER_RUN);
    }

    public Options withLayer(String name) {
      return new Options(
          profile, Optional.of(name), steps, rule, baseline, samples, noise, seed, pointsPerRun);
    }

    public Options withPointsPerRun(int points) {
      return new Options(profile, layer, steps, rule, baseline, samples, noise, seed, points);
    }

    private Noise drawn() {
      return new Noise(noise.orElse(profile.noise().deviation()), profile.noise().relative(), seed);
    }

    private int sampleCount() {
      return samples.orElse(profile.noise().samples());
    }
  }

  /** What a method asks of a model. */
  private enum Needs {
    LAYER,
    RELU,
    DERIVATIVE,
    SEED
  }

  private interface Make {
    /**
     * @param layer the layer's name; empty for methods without one
     */
    Explanation make(String layer, Options o);
  }

  /**
   * One method.
   *
   * @param name what the command line calls it
   * @param aliases what it is called elsewhere
   * @param summary in half a sentence
   */
  public record Method(
      String name, List<String> aliases, String summary, List<Needs> needs, Make make) {

    /** Whether it weighs the channels of a layer. */
    public boolean hasLayer() {
      return needs.contains(Needs.LAYER);
    }

    /** The explanation, or a refusal that says why it does not apply. */
    public Explanation create(Graph model, Question q, Options o) {
      Optional<String> refusal = refusal(model, q);
      if (refusal.isPresent()) {
        throw new RefusedArgument(name + " does not apply: " + refusal.get());
      }
      return make.make(hasLayer() ? layer(model, q, o).name() : "", o);
    }

    /** Why the method does not apply to a model; absent if it does. */
    public Optional<String> refusal(Graph model, Question q) {
      if (hasLayer() && Layers.of(model, q).preferred().isEmpty()) {
        return Optional.of("no layer with channels and spatial extent between image and scores");
      }
      if (needs.contains(Needs.RELU) && relusBetween(model, q) == 0) {
        return Optional.of(
            "it has a rule for ReLU, and no ReLU lies between image and scores"
                + (clipsBetween(model, q) > 0
                    ? "; ReLU6, as here, is another function, for which its authors give none"
                    : ""));
      }
      if (needs.contains(Needs.DERIVATIVE) && !isDifferentiable(model, q)) {
        return Optional.of("the scores have no derivative by the image");
      }
      return Optional.empty();
    }

    private Layers.Layer layer(Graph model, Question q, Options o) {
      Layers layers = Layers.of(model, q);
      return o.layer().map(layers::named).orElseGet(() -> layers.preferred().orElseThrow());
    }

    /** What a user should know about an answer: one sentence each. */
    public List<String> notes(Graph model, Question q, Options o) {
      List<String> notes = new ArrayList<>();
      if (hasLayer()) {
        Layers.Layer layer = layer(model, q, o);
        notes.add(
            o.layer().isPresent()
                ? "layer " + layer.name() + ", as asked"
                : "layer " + layer.name() + ": " + layer.reason());
      }
      if (needs.contains(Needs.DERIVATIVE)) {
        notes.addAll(scoreNotes(model, q));
      }
      if (needs.contains(Needs.SEED)) {
        notes.add("noise drawn from the seed " + o.seed());
      }
      return notes;
    }
  }

  private static List<String> scoreNotes(Graph model, Question q) {
    List<String> notes = new ArrayList<>();
    Builder b = Builder.continuing(model);
    Head head = Head.of(b, model.output(q.output()), Question.Score.LOGIT);
    boolean cuts = q.score() == Question.Score.LOGIT;
    head.cut()
        .ifPresent(activation ->
            notes.add(
                cuts
                    ? "the score is the value before the final " + activation
                    : "the score includes the final "
                        + activation
                        + ": its derivative vanishes where the model is sure"));
    if (head.binary()) {
      notes.add("one output for two classes: class 1 has its value as score, class 0 the negative");
    }
    if (model.nodes().stream().anyMatch(n -> n.op() instanceof QuantizeLinear)) {
      notes.add(
          "the model is quantised: in the derivative rounding counts as the identity inside its"
              + " range (straight-through estimator)");
    }
    return notes;
  }

  private static final List<Method> ALL =
      List.of(
          layered(
              "gradcam",
              "positions of a layer, channels weighed by their mean gradient",
              (layer, o) -> new GradCam(layer, o.profile.relu(), o.profile.guidedWeights())),
          layered(
              "gradcam++",
              "Grad-CAM for several objects of one class",
              (layer, o) -> new GradCamPlusPlus(layer, o.profile.relu(), o.profile.plusPlus()),
              "gradcamplusplus",
              "gradcampp"),
          layered(
              "hirescam",
              "gradient times activation of a layer, position by position",
              (layer, o) -> new HiResCam(layer, o.profile.relu())),
          layered(
              "layercam",
              "positive gradient times activation, for early layers too",
              (layer, o) -> new LayerCam(layer, o.profile.relu())),
          layered(
              "xgradcam",
              "Grad-CAM whose map sums to gradient times activation",
              (layer, o) -> new XGradCam(layer, o.profile.relu(), o.profile.xgradEpsilon())),
          new Method(
              "eigencam",
              List.of(),
              "first principal component of a layer, whatever the class",
              List.of(Needs.LAYER),
              (layer, o) -> new EigenCam(layer, o.profile.relu())),
          input("saliency", "gradient by the image", o -> new Saliency(), "gradient", "vanilla"),
          input(
              "inputxgradient",
              "image times gradient",
              o -> new InputXGradient(),
              "inputtimesgradient",
              "gradientxinput",
              "gradientinput"),
          new Method(
              "guided",
              List.of("guidedbackprop", "guidedbackpropagation", "gb"),
              "gradient that passes ReLUs only where it is positive",
              List.of(Needs.RELU, Needs.DERIVATIVE),
              (layer, o) -> new GuidedBackprop()),
          new Method(
              "deconvnet",
              List.of("deconv", "deconvolution"),
              "gradient whose ReLUs look at the gradient alone",
              List.of(Needs.RELU, Needs.DERIVATIVE),
              (layer, o) -> new Deconvnet()),
          new Method(
              "guidedgradcam",
              List.of(),
              "guided backpropagation where Grad-CAM looks",
              List.of(Needs.LAYER, Needs.RELU, Needs.DERIVATIVE),
              (layer, o) -> new GuidedGradCam(layer, o.profile.guidedResizing())),
          input(
              "integratedgradients",
              "gradient integrated from a baseline to the image; sums to the score's difference",
              Methods::integratedGradients,
              "ig"),
          new Method(
              "smoothgrad",
              List.of("sg"),
              "mean gradient of noisy copies of the image",
              List.of(Needs.DERIVATIVE, Needs.SEED),
              (layer, o) -> new SmoothGrad(o.sampleCount(), o.drawn(), false, o.pointsPerRun)),
          new Method(
              "smoothgradsquared",
              List.of("smoothgradsq", "squaregrad"),
              "mean squared gradient of noisy copies of the image",
              List.of(Needs.DERIVATIVE, Needs.SEED),
              (layer, o) -> new SmoothGrad(o.sampleCount(), o.drawn(), true, o.pointsPerRun)),
          new Method(
              "vargrad",
              List.of(),
              "variance of the gradients of noisy copies of the image",
              List.of(Needs.DERIVATIVE, Needs.SEED),
              (layer, o) -> new VarGrad(o.sampleCount(), o.drawn(), o.pointsPerRun)));

  private static Explanation integratedGradients(Options o) {
    Profile.Path path = o.profile.path();
    return new IntegratedGradients(
        o.steps.orElse(path.steps()),
        o.rule.orElse(path.rule()),
        o.baseline,
        path.timesInput(),
        o.pointsPerRun);
  }

  private static Method layered(String name, String summary, Make make, String... aliases) {
    return new Method(
        name, List.of(aliases), summary, List.of(Needs.LAYER, Needs.DERIVATIVE), make);
  }

  private interface FromOptions {
    Explanation make(Options o);
  }

  private static Method input(String name, String summary, FromOptions make, String... aliases) {
    return new Method(
        name, List.of(aliases), summary, List.of(Needs.DERIVATIVE), (layer, o) -> make.make(o));
  }

  /** All methods, the usual first. */
  public static List<Method> all() {
    return ALL;
  }

  /**
   * The method of a name or alias, in any case and with any hyphens; or a refusal that lists all.
   */
  public static Method named(String name) {
    String plain = plain(name);
    return ALL.stream()
        .filter(m -> Stream.concat(Stream.of(m.name), m.aliases.stream()).anyMatch(plain::equals))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "there is no method \""
                    + name
                    + "\"; nearest: "
                    + Names.nearest(plain, ALL.stream().map(Method::name).toList(), 2)
                    + " of "
                    + ALL.stream().map(Method::name).toList()));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  private static long relusBetween(Graph model, Question q) {
    return linesBetween(model, q, op -> op instanceof Relu);
  }

  /** Activations like ReLU6: nothing below zero, and a bound above. */
  private static long clipsBetween(Graph model, Question q) {
    return linesBetween(
        model, q, op -> op instanceof Clip c && c.low() == 0 && Double.isFinite(c.high()));
  }

  private static long linesBetween(Graph model, Question q, Predicate<Op> kind) {
    boolean[] between = between(model, q, false);
    return IntStream.range(0, between.length)
        .filter(i -> between[i] && kind.test(model.nodes().get(i).op()))
        .count();
  }

  private static boolean isDifferentiable(Graph model, Question q) {
    return between(model, q, true)[model.output(q.output()).index()];
  }

  /** The lines between image and scores, or those of them that a derivative passes. */
  private static boolean[] between(Graph model, Question q, boolean smooth) {
    boolean[] reached = new boolean[model.nodes().size()];
    boolean[] between = new boolean[reached.length];
    for (int i = 0; i < reached.length; i++) {
      Node n = model.nodes().get(i);
      reached[i] =
          n.op() instanceof Input in
              ? in.input().equals(q.input()) && (!smooth || in.type().element().isFloating())
              : passes(n, reached, smooth);
    }
    between[model.output(q.output()).index()] = true;
    for (int i = reached.length - 1; i >= 0; i--) {
      if (between[i]) {
        model.nodes().get(i).operands().forEach(v -> between[v.index()] = true);
      }
      between[i] &= reached[i];
    }
    return between;
  }

  private static boolean passes(Node n, boolean[] reached, boolean smooth) {
    for (int k = 0; k < n.operands().size(); k++) {
      Value operand = n.operands().get(k);
      boolean open = !smooth || (n.op() instanceof Primitive p && p.isDifferentiable(k));
      if (reached[operand.index()] && open) {
        return true;
      }
    }
    return false;
  }
}
