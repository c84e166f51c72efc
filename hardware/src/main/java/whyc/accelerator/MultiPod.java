package whyc.accelerator;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Several weight-stationary arrays beside each other, part of whose elements multiply
 * approximately.
 *
 * <p>The file format is {@code docs/accelerators/multi-pod.md}.
 *
 * @param approximateShare of the elements of each pod: 0 to 1
 * @param approximate what those elements may be; empty where the share is 0
 * @param figures where each number comes from
 */
public record MultiPod(
    String name,
    String description,
    int pods,
    int rows,
    int columns,
    double clockMegahertz,
    MultiplierUnit exact,
    double approximateShare,
    List<MultiplierUnit> approximate,
    Element element,
    Banks banks,
    List<Figure> figures)
    implements Accelerator {

  /** Bounds of what a file may ask for: no sum over a network leaves a long or a double. */
  private static final int MAX_EXTENT = 1 << 16;

  private static final double MAX_PICOJOULES = 1e6;

  /**
   * An element without its multiplier.
   *
   * @param adderPicojoules of one addition to a partial sum
   * @param registerPicojoulesPerByte of a byte that moves to the next element
   * @param idlePowerShare power of a multiplier that has nothing to do, by its full power
   */
  public record Element(
      double adderPicojoules, double registerPicojoulesPerByte, double idlePowerShare) {
    static Element of(Fields f) {
      return new Element(
          f.number("adder_energy_pj", 0, MAX_PICOJOULES),
          f.number("register_energy_pj_per_byte", 0, MAX_PICOJOULES),
          f.number("idle_power_share", 0, 1));
    }
  }

  /**
   * The banks that hold activations, weights and partial sums.
   *
   * @param rowsPerBank R
   * @param energyPicojoulesPerByte E_M
   */
  public record Banks(
      int rowsPerBank,
      double energyPicojoulesPerByte,
      int inputBytes,
      int weightBytes,
      int partialBytes,
      int outputBytes) {
    static Banks of(Fields f) {
      return new Banks(
          f.count("rows_per_bank", 1 << 20),
          f.number("energy_pj_per_byte", 0, MAX_PICOJOULES),
          f.count("input_bytes", 16),
          f.count("weight_bytes", 16),
          f.count("partial_sum_bytes", 16),
          f.count("output_bytes", 16));
    }
  }

  /** Reads the fields of a file of the kind {@code multi-pod}. */
  public static MultiPod read(Fields f) {
    String name = f.text("name");
    String description = f.text("description");
    int pods = f.count("pods", MAX_EXTENT);
    int rows = f.count("rows", MAX_EXTENT);
    int columns = f.count("columns", MAX_EXTENT);
    double clock = f.positive("clock_mhz", 1e5);
    MultiplierUnit exact = f.object("exact", c -> fast(c, clock));
    double share = f.number("approximate_share", 0, 1);
    List<MultiplierUnit> approximate =
        share == 0 ? List.of() : f.list("approximate", c -> fast(c, clock));
    f.check(
        approximate.stream().map(MultiplierUnit::circuit).distinct().count() == approximate.size(),
        "approximate",
        "circuits of different names");
    Element element = f.object("element", Element::of);
    Banks banks = f.object("banks", Banks::of);
    return new MultiPod(
        name,
        description,
        pods,
        rows,
        columns,
        clock,
        exact,
        share,
        approximate,
        element,
        banks,
        f.figures());
  }

  private static MultiplierUnit fast(Fields f, double clockMegahertz) {
    MultiplierUnit unit = MultiplierUnit.of(f);
    f.check(
        unit.delayNanoseconds() <= 1e3 / clockMegahertz,
        "delay_ns",
        String.format(
            Locale.ROOT,
            "at most a cycle, %.4g ns at %s MHz",
            1e3 / clockMegahertz,
            clockMegahertz));
    return unit;
  }

  /** T. */
  public double cycleNanoseconds() {
    return 1e3 / clockMegahertz;
  }

  /** m: elements of one pod. */
  public long podElements() {
    return (long) rows * columns;
  }

  /** Multiply-adds per second of all pods, when every element has work. */
  public double peakMultiplyAdds() {
    return pods * podElements() * clockMegahertz * 1e6;
  }

  /** The circuit of that name, if elements may be it: the exact one or one of the approximate. */
  public Optional<MultiplierUnit> circuit(String name) {
    return Stream.concat(Stream.of(exact), approximate.stream())
        .filter(c -> c.circuit().equals(name))
        .findFirst();
  }
}
