package whyc.accelerator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import whyc.refusal.FileFault;

/** A machine that explains, as a file describes it. */
public sealed interface Accelerator permits ManyCore, MultiPod, Systolic {

  /** The kinds of machines, as files name them. */
  enum Kind {
    MANY_CORE,
    MULTI_POD,
    SYSTOLIC
  }

  String name();

  /** What it is, and what its figures are worth. */
  String description();

  /** The names of the machines that come with whyc. */
  static List<String> shipped() {
    return List.of(
        "epu-28nm", "epu-28nm-dense", "systolic-28nm", "tpu-v4", "xai-gen-8x16", "xai-gen-8x256");
  }

  /** The machine of a name, or of a file. */
  static Accelerator of(String nameOrFile) {
    return shipped().contains(nameOrFile) ? named(nameOrFile) : read(Path.of(nameOrFile));
  }

  private static Accelerator named(String name) {
    String file = name + ".json";
    try (InputStream in = Accelerator.class.getResourceAsStream("/accelerator/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the resource accelerator/%s is missing".formatted(file));
      }
      return Fields.read(file, in, Accelerator::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Accelerator read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new AcceleratorException(file + ": an accelerator wants to be a file, got a folder");
      }
      return Fields.read(file, Accelerator::read);
    } catch (NoSuchFileException e) {
      throw new AcceleratorException(
          "%s: there is no such file, and the accelerators that come with whyc are %s"
              .formatted(file, String.join(", ", shipped())));
    } catch (IOException e) {
      throw new AcceleratorException(
          "%s: the file cannot be read: %s".formatted(file, FileFault.reason(e)));
    }
  }

  /** Reads the fields of a file of any kind. */
  static Accelerator read(Fields f) {
    return switch (f.choice("kind", Kind.class)) {
      case MANY_CORE -> ManyCore.read(f);
      case MULTI_POD -> MultiPod.read(f);
      case SYSTOLIC -> Systolic.read(f);
    };
  }
}
