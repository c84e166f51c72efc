package whyc.accelerator;

import java.util.List;

/**
 * One systolic array with its buffers and the memory behind them.
 *
 * <p>The file format is {@code docs/accelerators/systolic.md}.
 *
 * @param overlapsFolds whether a fold follows the one before without waiting for its results
 * @param figures where each number comes from
 */
public record Systolic(
    String name,
    String description,
    Dataflow dataflow,
    int rows,
    int columns,
    boolean overlapsFolds,
    double clockMegahertz,
    Buffers buffers,
    Dram dram,
    Power power,
    List<Figure> figures)
    implements Accelerator {

  /** What the memories hold for each value, and how much: each buffer is double. */
  public record Buffers(
      long inputBytes,
      long weightBytes,
      long partialSumBytes,
      double readPicojoulesPerByte,
      double writePicojoulesPerByte) {
    private static Buffers read(Fields f) {
      return new Buffers(
          f.whole("input_bytes", 2, 1L << 40),
          f.whole("weight_bytes", 2, 1L << 40),
          f.whole("partial_sum_bytes", 2, 1L << 40),
          f.number("read_energy_pj_per_byte", 0, 1e6),
          f.number("write_energy_pj_per_byte", 0, 1e6));
    }
  }

  /** The memory outside. */
  public record Dram(double gigabytesPerSecond, double picojoulesPerByte) {
    private static Dram read(Fields f) {
      return new Dram(
          f.positive("bandwidth_gb_per_s", 1e6), f.number("energy_pj_per_byte", 0, 1e6));
    }
  }

  /**
   * Energy of what is no memory.
   *
   * @param multiplyAddPicojoules of one product that is added
   * @param registerPicojoulesPerByte of a byte that moves to the next element
   * @param leakageMilliwatts of the chip
   */
  public record Power(
      double multiplyAddPicojoules, double registerPicojoulesPerByte, double leakageMilliwatts) {
    private static Power read(Fields f) {
      return new Power(
          f.number("multiply_add_pj", 0, 1e6),
          f.number("register_energy_pj_per_byte", 0, 1e6),
          f.number("leakage_mw", 0, 1e6));
    }
  }

  /** Reads the fields of a file of the kind {@code systolic}. */
  public static Systolic read(Fields f) {
    return new Systolic(
        f.text("name"),
        f.text("description"),
        f.choice("dataflow", Dataflow.class),
        f.count("rows", 1 << 16),
        f.count("columns", 1 << 16),
        f.flag("overlaps_folds"),
        f.positive("clock_mhz", 1e5),
        f.object("buffers", Buffers::read),
        f.object("dram", Dram::read),
        f.object("power", Power::read),
        f.figures());
  }

  /** Bytes that the memory outside gives or takes in a cycle. */
  public double dramBytesPerCycle() {
    return dram.gigabytesPerSecond * 1e3 / clockMegahertz;
  }
}
