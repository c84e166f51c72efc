package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code whyc inspect --schedule}. */
final class InspectScheduleTest {
  private static final Pattern PEAK =
      Pattern.compile("one image: \\d+ steps, (\\d+) bytes at most");

  @TempDir private Path folder;

  private static long peak(Called c) {
    assertThat(c.status()).as(c.err()).isZero();
    Matcher m = PEAK.matcher(c.out());
    assertThat(m.find()).as(c.out()).isTrue();
    return Long.parseLong(m.group(1));
  }

  @Test
  void itTellsStepsPlacesAndThePeak() throws IOException {
    Called c = Called.with("inspect", Networks.plain(folder), "--schedule", "-m", "saliency");
    assertThat(peak(c)).isPositive();
    assertThat(c.out())
        .startsWith("plain.onnx, saliency, one image: ")
        .contains("   -  Input image", "   0  Conv + Relu", "ConvTranspose", "saliency = %")
        .containsPattern("values: (\\d+) taken, of which at most \\1 at one time")
        .containsPattern("bits: (\\d+) taken, of which at most \\1 at one time")
        .contains("# value of the model   + value of the explanation");
  }

  /** Grad-CAM on this network is a closed form, which takes less than a backward pass. */
  @Test
  void theMethodIsGradCamWhereNoneIsNamed() throws IOException {
    Path model = Networks.plain(folder);
    Called gradCam = Called.with("inspect", model, "--schedule");
    assertThat(gradCam.out()).startsWith("plain.onnx, gradcam, one image: ");
    assertThat(peak(gradCam))
        .isLessThan(peak(Called.with("inspect", model, "--schedule", "-m", "saliency")));
    assertThat(Called.with("inspect", model, "--schedule", "-m", "ig").out())
        .contains("integratedgradients, 1 of its 50 points, one image:");
  }

  @Test
  void thePictureIsAFileThatIsNotReplacedUnasked() throws IOException {
    Path model = Networks.plain(folder);
    Path svg = folder.resolve("arena.svg");
    Called c = Called.with("inspect", model, "--schedule", "-o", svg);
    assertThat(Files.readString(svg))
        .startsWith("<svg ")
        .contains("plain.onnx, gradcam, one image: ", peak(c) + " bytes at most")
        .endsWith("</svg>\n");
    assertThat(c.out()).doesNotContain("# value of the model");
    assertThat(Called.names(folder)).containsExactly("arena.svg", "plain.onnx");
    Called again = Called.with("inspect", model, "--schedule", "-o", svg);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("--overwrite");
  }

  /** An activation takes 3456 bytes, and all eight are kept where nobody asks for less. */
  @Test
  void aBudgetIsKeptByComputingAgain() throws IOException {
    Path model = Networks.deep(folder);
    Called all = Called.with("inspect", model, "--schedule", "-m", "saliency");
    Called little =
        Called.with("inspect", model, "--schedule", "-m", "saliency", "--memory", "22k");
    assertThat(peak(little)).isLessThanOrEqualTo(22 << 10).isLessThan(peak(all));
    assertThat(little.out())
        .contains("lines run again to save memory; without them it would be " + peak(all))
        .contains("o computed again");
    assertThat(all.out()).doesNotContain("again");
  }

  @Test
  void aBudgetThatIsTooSmallIsRefusedWithWhatIsEnough() throws IOException {
    Path model = Networks.plain(folder);
    Called c = Called.with("inspect", model, "--schedule", "-m", "saliency", "--memory", "100");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.out()).isEmpty();
    assertThat(c.err())
        .containsPattern(
            "plain.onnx: --memory: a run needs a memory of at least \\d+, got a budget of 100");
  }

  @Test
  void optionsWithoutAScheduleAreRefused() throws IOException {
    Path model = Networks.plain(folder);
    assertThat(Called.with("inspect", model, "-m", "gradcam").err())
        .contains("--method wants --schedule");
    assertThat(Called.with("inspect", model, "-o", folder.resolve("x.svg")).err())
        .contains("--out wants --schedule");
    Called json = Called.with("inspect", model, "--schedule", "--json");
    assertThat(json.status()).isEqualTo(2);
    Called method = Called.with("inspect", model, "--schedule", "-m", "gradkam");
    assertThat(method.status()).isEqualTo(2);
    assertThat(method.err()).contains("nearest: [gradcam");
  }
}
