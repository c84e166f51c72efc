package whyc.explain;

import java.util.List;
import whyc.graph.Names;
import whyc.op.Emit;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * The conventions of a library that people compare with: which number is explained, which of
 * several formulas of one name, and what is done to a map before it is looked at. A profile changes
 * nothing about how an explanation is computed; it chooses among what the explanations offer.
 *
 * @param name what the command line calls it
 * @param about what it follows, and where it deliberately does not
 * @param score which number is differentiated
 * @param relu whether class activation maps lose their negative values
 * @param guidedWeights see {@link GradCam#guided}
 * @param plusPlus the formula of Grad-CAM++
 * @param xgradEpsilon see {@link XGradCam#epsilon}
 * @param guidedResizing how Guided Grad-CAM enlarges the map
 * @param steps what is done to a map, in order
 * @param path defaults of integrated gradients
 * @param noise defaults of SmoothGrad and VarGrad
 */
public record Profile(
    String name,
    String about,
    Question.Score score,
    boolean relu,
    boolean guidedWeights,
    GradCamPlusPlus.Form plusPlus,
    double xgradEpsilon,
    Resizing guidedResizing,
    List<Step> steps,
    Path path,
    Sampling noise) {

  /** Defaults of integrated gradients. */
  public record Path(int steps, PathRule rule, boolean timesInput) {}

  /** Defaults of SmoothGrad; see {@link Noise}. */
  public record Sampling(int samples, double deviation, boolean relative) {}

  /** One thing that is done to a map on its way to a picture. */
  public sealed interface Step {

    /** {@code max(x, 0)}. */
    record Relu() implements Step {}

    /** {@code (x - min) / (max - min + epsilon)}; 0 where that is 0 / 0. */
    record MinMax(double epsilon) implements Step {}

    /** {@code 1 - (x - min) / (max - min)}; 0 for a constant map. */
    record MinMaxInverted() implements Step {}

    /** {@code x / max}; 0 where the maximum is not positive. */
    record ByMaximum() implements Step {}

    /** To the image's height and width. */
    record Resize(Resizing resizing) implements Step {}

    /** {@code floor(255 x) / 255}: what is left of a map that was stored in bytes. */
    record Bytes() implements Step {}

    /** Appends this step. */
    default Value apply(Emit g, Value x, int height, int width) {
      return switch (this) {
        case Relu r -> g.relu(x);
        case MinMax m -> {
          Value range = range(g, x);
          yield Maps.ratio(g, lifted(g, x), m.epsilon == 0 ? range : g.shift(range, m.epsilon));
        }
        case MinMaxInverted m -> {
          Value range = range(g, x);
          Value fromTop = g.sub(g.maximum(x, g.sampleAxes(x)), x);
          yield Maps.ratio(g, fromTop, range);
        }
        case ByMaximum m -> {
          Value most = g.maximum(x, g.sampleAxes(x));
          yield Maps.ratio(g, x, g.relu(most));
        }
        case Resize r -> r.resizing.apply(g, x, height, width);
        case Bytes b -> g.scale(g.emit(new whyc.op.Floor(), g.scale(x, 255)), 1 / 255.0);
      };
    }

    private static Value lifted(Emit g, Value x) {
      return g.sub(x, g.minimum(x, g.sampleAxes(x)));
    }

    private static Value range(Emit g, Value x) {
      return g.sub(g.maximum(x, g.sampleAxes(x)), g.minimum(x, g.sampleAxes(x)));
    }
  }

  private static final GradCamPlusPlus.Form PAPER = GradCamPlusPlus.Form.PAPER;
  private static final Step RELU = new Step.Relu();
  private static final Step LINEAR = new Step.Resize(Resizing.LINEAR);
  private static final Path RIEMANN = new Path(50, PathRule.GAUSS_LEGENDRE, true);
  private static final Sampling RELATIVE = new Sampling(25, 0.15, true);

  /** Our own: what the papers say, maps between 0 and 1 whose 0 means no evidence. */
  public static final Profile WHYC =
      new Profile(
          "whyc",
          "The papers' formulas on the logit. Heat maps: negative values cut off, resized with"
              + " half-pixel centres, divided by their maximum, so that 0 stays 0. A map without"
              + " positive values stays empty.",
          Question.Score.LOGIT,
          true,
          false,
          PAPER,
          0,
          Resizing.LINEAR,
          List.of(RELU, LINEAR, new Step.ByMaximum()),
          RIEMANN,
          RELATIVE);

  /**
   * All profiles. A column that a library has no method for holds our own value.
   *
   * <p>torch-cam divides by the minimum-shifted maximum at the layer's resolution and leaves
   * resizing to the drawing, which is bicubic; its Grad-CAM++ is taken by the formula that its
   * documentation intends. The factor exp(Y) that MONAI and tf-keras-vis apply to the weights of
   * Grad-CAM++ is left out, since the scaling that follows takes it out again. SmoothGrad of a
   * library that draws noise agrees in distribution, not number by number.
   */
  private static final List<Profile> ALL =
      List.of(
          WHYC,
          new Profile(
              "captum",
              "captum: output element as it is, signed Grad-CAM, no scaling; attributions enlarged"
                  + " to the nearest element. Integrated gradients: 50 steps of Gauss and Legendre;"
                  + " its trapezoid is the rule trapezoid-over-n. SmoothGrad: 5 samples, absolute"
                  + " deviation 1.",
              Question.Score.OUTPUT,
              false,
              false,
              PAPER,
              0,
              Resizing.NEAREST,
              List.of(new Step.Resize(Resizing.NEAREST)),
              RIEMANN,
              new Sampling(5, 1, false)),
          new Profile(
              "pytorch-grad-cam",
              "pytorch-grad-cam: output element as it is; maps cut off, brought to [0,1] by minimum"
                  + " and maximum with 1e-7, enlarged as OpenCV does, and cut off and scaled once"
                  + " more.",
              Question.Score.OUTPUT,
              true,
              false,
              new GradCamPlusPlus.Form(GradCamPlusPlus.Activations.SUM, 1e-6, 0, false, false),
              1e-7,
              Resizing.LINEAR,
              List.of(RELU, new Step.MinMax(1e-7), LINEAR, RELU, new Step.MinMax(1e-7)),
              RIEMANN,
              RELATIVE),
          new Profile(
              "torch-cam",
              "torch-cam: logit; maps cut off and brought to [0,1] with 1e-8 at the layer's"
                  + " resolution, enlarged by a cubic for the overlay. Grad-CAM++ by the formula"
                  + " with activation times gradient summed together.",
              Question.Score.LOGIT,
              true,
              false,
              new GradCamPlusPlus.Form(GradCamPlusPlus.Activations.TOGETHER, 1e-8, 0, false, false),
              1e-8,
              Resizing.LINEAR,
              List.of(RELU, new Step.MinMax(1e-8), new Step.Resize(Resizing.CUBIC_KEYS)),
              RIEMANN,
              RELATIVE),
          new Profile(
              "openvino-xai",
              "OpenVINO XAI: logit; signed maps brought to bytes by minimum and maximum with 1e-12,"
                  + " then enlarged as OpenCV does.",
              Question.Score.LOGIT,
              false,
              false,
              PAPER,
              0,
              Resizing.LINEAR,
              List.of(new Step.MinMax(1e-12), new Step.Bytes(), LINEAR),
              RIEMANN,
              RELATIVE),
          new Profile(
              "xplique",
              "xplique: output element as it is; maps cut off and enlarged by a cubic without"
                  + " scaling, so that values can fall below 0. Integrated gradients: trapezoid of"
                  + " 50 points. SmoothGrad: 50 samples, absolute deviation 0.2.",
              Question.Score.OUTPUT,
              true,
              false,
              new GradCamPlusPlus.Form(GradCamPlusPlus.Activations.MEAN, 0, 1e-4, false, true),
              0,
              Resizing.CUBIC_KEYS,
              List.of(RELU, new Step.Resize(Resizing.CUBIC_KEYS)),
              new Path(50, PathRule.TRAPEZOID, true),
              new Sampling(50, 0.2, false)),
          new Profile(
              "tf-keras-vis",
              "tf-keras-vis: output element as it is; maps cut off, enlarged with aligned corners,"
                  + " brought to [0,1] by minimum and maximum. Grad-CAM++ with normalised position"
                  + " weights.",
              Question.Score.OUTPUT,
              true,
              false,
              new GradCamPlusPlus.Form(GradCamPlusPlus.Activations.SUM, 0, 1, true, false),
              0,
              Resizing.LINEAR_ALIGNED,
              List.of(RELU, new Step.Resize(Resizing.LINEAR_ALIGNED), new Step.MinMax(1e-7)),
              RIEMANN,
              RELATIVE),
          new Profile(
              "monai",
              "MONAI: output element as it is; maps cut off, enlarged with half-pixel centres, and"
                  + " scaled so that the least value is 1 and the largest 0.",
              Question.Score.OUTPUT,
              true,
              false,
              new GradCamPlusPlus.Form(GradCamPlusPlus.Activations.TOGETHER, 1e-7, 1, false, false),
              0,
              Resizing.LINEAR,
              List.of(RELU, LINEAR, new Step.MinMaxInverted()),
              RIEMANN,
              RELATIVE),
          new Profile(
              "pair",
              "PAIR saliency: output element as it is; maps cut off, divided by their maximum, then"
                  + " enlarged (edges repeated here). Integrated gradients: plain mean of 25 points"
                  + " with both ends. SmoothGrad: 25 samples, deviation 0.15 of the range.",
              Question.Score.OUTPUT,
              true,
              false,
              PAPER,
              0,
              Resizing.LINEAR,
              List.of(RELU, new Step.ByMaximum(), LINEAR),
              new Path(25, PathRule.MEAN, true),
              RELATIVE),
          new Profile(
              "tf-explain",
              "tf-explain: output element as it is; Grad-CAM weights from positions with positive"
                  + " activation and gradient, signed map, enlarged, minimum and maximum at the end."
                  + " Integrated gradients: plain mean of 10 points with both ends, without the"
                  + " factor (x - b). SmoothGrad: 5 samples, absolute deviation 1.",
              Question.Score.OUTPUT,
              false,
              true,
              PAPER,
              0,
              Resizing.LINEAR,
              List.of(LINEAR, new Step.MinMax(0)),
              new Path(10, PathRule.MEAN, false),
              new Sampling(5, 1, false)));

  public static List<Profile> all() {
    return ALL;
  }

  /** The profile of this name, or a refusal that lists them. */
  public static Profile named(String name) {
    return ALL.stream()
        .filter(p -> p.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "there is no profile \""
                    + name
                    + "\"; nearest: "
                    + Names.nearest(name, ALL.stream().map(Profile::name).toList(), 1)
                    + " of "
                    + ALL.stream().map(Profile::name).toList()));
  }

  /**
   * Appends what makes a heat map of a class activation map.
   *
   * @param rawMap [n,1,h,w]
   * @return [n,1,height,width]; between 0 and 1 in most profiles
   */
  public Value heatmap(Emit g, Value rawMap, int height, int width) {
    Value map = rawMap;
    for (Step step : steps) {
      map = step.apply(g, map, height, width);
    }
    return map;
  }

  /**
   * Appends what makes a heat map of any attribution. One in the image's space is summed up as
   * absolute values over the channels and divided by its maximum, in every profile: libraries leave
   * that to the drawing.
   *
   * @param e the explanation that the attribution is of
   * @return [n,1,height,width]
   */
  public Value heatmap(Emit g, Explanation e, Value attribution, int height, int width) {
    if (!e.isInInputSpace()) {
      return heatmap(g, attribution, height, width);
    }
    Shape shape = g.shape(attribution);
    if (!ImageAxes.isImage(shape)) {
      throw new RefusedArgument("a heat map wants an attribution [n,c,h,w], got " + shape);
    }
    Value magnitude = g.sum(g.abs(ImageAxes.channelsFirst(g, attribution)), 1);
    return new Step.ByMaximum().apply(g, magnitude, height, width);
  }
}
