package whyc.explain;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** {@code docs/profiles.md}. {@code -Dwhyc.write=true} writes that page anew. */
class ProfilesPageTest {
  private static final Path PAGE = Path.of("../docs/profiles.md");

  @Test
  void thePageOfProfilesIsUpToDate() throws IOException {
    String page = page();
    if (Boolean.getBoolean("whyc.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/profiles.md is out of date: run with -Dwhyc.write=true")
        .isEqualTo(page);
  }

  private static String page() {
    StringBuilder s = new StringBuilder();
    s.append(
        """
        # Profiles

        `--profile NAME` takes over a library's conventions: which number is explained, which of several formulas
        of one name, and what becomes of a map before it is looked at. Options on the command line come before
        a profile's defaults. [A tutorial](tutorials/same-as.md) shows what the differences do.

        This page is made by `ProfilesPageTest` from the profiles themselves. Where a library has no such method,
        the column holds our own value.

        """);
    table(
        s,
        List.of(
            "profile", "score", "ReLU", "heat map", "integrated gradients", "SmoothGrad, VarGrad"),
        p ->
            List.of(
                text(p.score()),
                p.relu() ? "yes" : "no",
                p.steps().stream().map(ProfilesPageTest::text).collect(joining(", ")),
                text(p.path()),
                text(p.noise())));
    s.append(
        """

        - *score*: the logit is the value before a final softmax or sigmoid; the output is what the model returns.
          They are the same where the model ends without one.
        - *ReLU*: whether the raw class activation map loses its negative values.
        - *heat map*: what is done to a raw class activation map, in this order. `whyc compile --heatmap` writes
          the result as a further output. `whyc explain` keeps the raw map and draws it by one rule for all
          profiles. An attribution of the picture is drawn as the sum of absolute values over the channels,
          divided by its maximum, in every profile.
        - *integrated gradients*: points, rule (`--rule` takes these names), and whether the mean gradient is
          multiplied by `x - b`.
        - *SmoothGrad, VarGrad*: noisy copies, and the deviation of the noise.

        ## Formulas

        """);
    table(
        s,
        List.of(
            "profile", "Grad-CAM weights", "Grad-CAM++", "XGrad-CAM", "Guided Grad-CAM enlarges"),
        p ->
            List.of(
                p.guidedWeights()
                    ? "mean where activation and gradient are positive, else 0"
                    : "mean of the gradient",
                text(p.plusPlus()),
                p.xgradEpsilon() == 0 ? "as in the paper" : "+ " + number(p.xgradEpsilon()),
                text(p.guidedResizing())));
    s.append(
        """

        Grad-CAM++ weighs a position by `g^2 / (2 g^2 + B)`; the column says what `B` is. `g` is the gradient at
        a position of channel `k`, `A` the activation. XGrad-CAM divides by the channel's sum, plus what the
        column says.

        ## In words

        """);
    for (Profile p : Profile.all()) {
      s.append(p.equals(Profile.WHYC) ? "- whyc: " : "- ").append(p.about()).append('\n');
    }
    return s.toString();
  }

  private interface Row {
    List<String> of(Profile p);
  }

  private static void table(StringBuilder s, List<String> columns, Row row) {
    line(s, columns);
    s.append("|---".repeat(columns.size())).append("|\n");
    for (Profile p : Profile.all()) {
      s.append("| `").append(p.name()).append("` ");
      line(s, row.of(p));
    }
  }

  private static void line(StringBuilder s, List<String> cells) {
    s.append(cells.stream().collect(joining(" | ", "| ", " |\n")));
  }

  private static String text(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT);
  }

  private static String text(Resizing r) {
    return switch (r) {
      case LINEAR -> "linear";
      case LINEAR_ALIGNED -> "linear, corners aligned";
      case LINEAR_ASYMMETRIC -> "linear, centres not shifted";
      case NEAREST -> "nearest";
      case CUBIC -> "cubic, a = -3/4";
      case CUBIC_KEYS -> "cubic, a = -1/2";
    };
  }

  private static String text(Profile.Step step) {
    return switch (step) {
      case Profile.Step.Relu r -> "`max(x, 0)`";
      case Profile.Step.MinMax m ->
          "`(x - min) / (max - min%s)`"
              .formatted(m.epsilon() == 0 ? "" : " + " + number(m.epsilon()));
      case Profile.Step.MinMaxInverted m -> "`1 - (x - min) / (max - min)`";
      case Profile.Step.ByMaximum m -> "`x / max`";
      case Profile.Step.Resize r -> "resize (" + text(r.resizing()) + ")";
      case Profile.Step.Bytes b -> "to bytes";
    };
  }

  private static String text(Profile.Path path) {
    return "%d, `%s`%s"
        .formatted(path.steps(), path.rule().text(), path.timesInput() ? "" : ", without `x - b`");
  }

  private static String text(Profile.Sampling noise) {
    return "%d, %s%s"
        .formatted(
            noise.samples(),
            number(noise.deviation()),
            noise.relative() ? " of the range" : " absolute");
  }

  private static String text(GradCamPlusPlus.Form form) {
    String activations =
        switch (form.activations()) {
          case SUM -> "`g^3 sum(A)`";
          case MEAN -> "`g^3 mean(A)`";
          case TOGETHER -> "`sum(A g^3)`";
        };
    return activations
        + (form.epsilon() == 0 ? "" : " + " + number(form.epsilon()))
        + (form.inPlaceOfZero() == 0
            ? ""
            : ", a denominator of 0 becomes " + number(form.inPlaceOfZero()))
        + (form.normalised() ? ", divided by its sum" : "")
        + (form.meanWeights() ? ", mean over positions" : "");
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? "%.0f".formatted(value)
        : Double.toString(value).replace(".0E", "e");
  }
}
