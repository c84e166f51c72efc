package whyc.app.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import whyc.accelerator.Accelerator;
import whyc.accelerator.AcceleratorException;
import whyc.accelerator.MultiPod;
import whyc.architecture.Method;
import whyc.architecture.Objective;
import whyc.architecture.Space;
import whyc.assign.Strategies;

/** What comes with whyc by name, for the texts of options: nothing is listed by hand. */
final class Shipped {
  private Shipped() {}

  /** The accelerator of a name or a file, as {@code --accelerator} asks for it. */
  static Accelerator accelerator(String nameOrFile) {
    try {
      return Accelerator.of(nameOrFile);
    } catch (AcceleratorException e) {
      throw new Refusal("--accelerator " + e.getMessage(), e);
    }
  }

  /** Whether a machine has elements that may be approximate. */
  static boolean isApproximate(Accelerator machine) {
    return machine instanceof MultiPod m && m.approximateShare() > 0;
  }

  /** A list of names. */
  interface Names extends Iterable<String> {
    List<String> names();

    @Override
    default Iterator<String> iterator() {
      return names().iterator();
    }
  }

  static final class Accelerators implements Names {
    @Override
    public List<String> names() {
      return Accelerator.shipped();
    }
  }

  /** Accelerators whose elements may be approximate. */
  static final class Pods implements Names {
    @Override
    public List<String> names() {
      return Accelerator.shipped().stream().filter(n -> isApproximate(Accelerator.of(n))).toList();
    }
  }

  static final class SearchStrategies implements Names {
    @Override
    public List<String> names() {
      return Stream.concat(Strategies.names().stream(), Stream.of(Strategies.ALL)).toList();
    }
  }

  static final class Spaces implements Names {
    @Override
    public List<String> names() {
      return Space.shipped();
    }
  }

  static final class Objectives implements Names {
    @Override
    public List<String> names() {
      return Arrays.stream(Objective.values()).map(Objective::written).toList();
    }
  }

  static final class SearchMethods implements Names {
    @Override
    public List<String> names() {
      return Method.all().stream().map(Method::name).toList();
    }
  }
}
