package whyc.app.cli;

import java.util.Map;
import java.util.Optional;

/** The way from pictures to the model's input, settled when the first picture asks for it. */
final class Preparations {
  private final ModelOptions options;
  private final Map<String, String> metadata;
  private final InputForm form;
  private Optional<Preparation> settled = Optional.empty();

  Preparations(ModelOptions options, Map<String, String> metadata, InputForm form) {
    this.options = options;
    this.metadata = metadata;
    this.form = form;
  }

  Preparation get() {
    if (settled.isEmpty()) {
      settled = Optional.of(Preparation.of(options, metadata, form));
    }
    return settled.get();
  }

  /** Warns where it was guessed. */
  void report(Console console) {
    settled.ifPresent(p -> p.report(console));
  }

  /** What was settled; absent where there were no pictures. */
  Optional<Preparation> settled() {
    return settled;
  }
}
