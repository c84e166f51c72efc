package whyc.app.cli;

import java.util.Optional;
import picocli.CommandLine.Option;
import whyc.app.image.ColorMap;
import whyc.app.image.PictureException;

/** How maps are drawn. */
final class PaintOptions {
  @Option(
      names = "--colormap",
      paramLabel = "NAME",
      description =
          "viridis, inferno, jet or diverging; default viridis, and diverging for signed maps")
  private Optional<String> colormap = Optional.empty();

  Optional<ColorMap> colors() {
    try {
      return colormap.map(ColorMap::named);
    } catch (PictureException e) {
      throw Refusal.usage("--colormap: " + e.getMessage());
    }
  }
}
