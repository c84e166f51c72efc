package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import whyc.assign.Budgets;
import whyc.assign.Evaluation;
import whyc.assign.Found;
import whyc.assign.Ours;
import whyc.assign.Strategies;

/** Heat maps of several kinds at equal energy, of networks with a layer half-way. */
@Command(
    name = "approximate-maps",
    description =
        "Compares heat maps of approximate networks at equal energy. Names are ResNet-8 and ResNet-20.")
final class ApproximateMapsBench extends Figure {
  @Mixin private Approximable approximable = new Approximable();

  ApproximateMapsBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() throws IOException {
    for (Approximable.Trained t : approximable.networksWithMiddle()) {
      Maps middle = Maps.gradCam(t.middle().orElseThrow());
      for (Maps maps : List.of(Maps.GRAD_CAM, middle, Maps.SALIENCY)) {
        compare(t, maps);
      }
    }
  }

  /** Ours learns without a budget for maps, so that it sees networks whose maps suffer. */
  private void compare(Approximable.Trained t, Maps maps) throws IOException {
    approximable.solve(
        t,
        maps,
        p -> {
          Found found =
              Strategies.run(
                  new Ours(),
                  p,
                  new Budgets(0.01, 0),
                  approximable.limits(approximable.evaluations),
                  (Evaluation e) -> {});
          out.printf("## %s%n%n", t.name());
          new EqualEnergy(t, p, t.halves().heldOut(), found, out).run(maps.name());
        });
  }
}
