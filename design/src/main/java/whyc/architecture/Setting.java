package whyc.architecture;

import java.nio.file.Path;
import whyc.accelerator.Accelerator;

/**
 * All that figures of a candidate depend on, besides itself.
 *
 * @param training pictures to learn from
 * @param validation pictures that a search looks at
 * @param test pictures that are looked at once, for what a search chose
 * @param normalisation of the pictures to learn from, so that nothing of what is measured on is
 *     known
 * @param maps whether the faithfulness of heat maps is measured
 * @param folder of checkpoints
 */
public record Setting(
    Pictures training,
    Pictures validation,
    Pictures test,
    Normalisation normalisation,
    Recipe recipe,
    Accelerator machine,
    Arithmetic arithmetic,
    boolean maps,
    Path folder) {

  /** A setting with the normalisation that its pictures have. */
  public static Setting of(
      Pictures training,
      Pictures validation,
      Pictures test,
      Recipe recipe,
      Accelerator machine,
      Arithmetic arithmetic,
      boolean maps,
      Path folder) {
    return new Setting(
        training,
        validation,
        test,
        Normalisation.of(training),
        recipe,
        machine,
        arithmetic,
        maps,
        folder);
  }

  public int classes() {
    return training.classes();
  }

  /** The same setting for other figures of the same weights: longer training, other folder. */
  public Setting withRecipe(Recipe other, Path otherFolder) {
    return new Setting(
        training, validation, test, normalisation, other, machine, arithmetic, maps, otherFolder);
  }

  /** What files of a search are refused by, where it differs. */
  public String identity() {
    return "%s/%s/%s %s %s %s%s"
        .formatted(
            training.fingerprint(),
            validation.fingerprint(),
            test.fingerprint(),
            recipe,
            machine.name(),
            arithmetic.circuits().stream().map(c -> c.name()).toList(),
            maps ? " with maps" : "");
  }
}
