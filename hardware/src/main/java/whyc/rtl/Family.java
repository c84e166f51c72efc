package whyc.rtl;

import java.util.SequencedMap;
import java.util.function.ToIntFunction;

/** FPGAs that RTL is turned into cells of. */
public enum Family {
  /** Lattice ECP5. */
  ECP5("synth_ecp5"),

  /** Lattice iCE40 UltraPlus; its memories of 256 kbit are not among the block memories. */
  ICE40("synth_ice40 -device u -dsp -spram"),

  /** AMD 7-series. Block memories are counted in halves, of 18 kbit. */
  XILINX("synth_xilinx -family xc7 -flatten");

  private final String synthesis;

  Family(String synthesis) {
    this.synthesis = synthesis;
  }

  /** The command of Yosys. */
  String synthesis(String top) {
    return synthesis + " -top " + top;
  }

  /**
   * What so many cells take.
   *
   * @param cells by name
   */
  Resources resources(SequencedMap<String, Integer> cells) {
    return new Resources(
        sum(cells, this::luts),
        sum(cells, this::flipFlops),
        sum(cells, this::dsps),
        sum(cells, this::blockRams),
        cells);
  }

  private static int sum(SequencedMap<String, Integer> cells, ToIntFunction<String> weight) {
    return cells.entrySet().stream()
        .mapToInt(e -> weight.applyAsInt(e.getKey()) * e.getValue())
        .sum();
  }

  /** Look-up tables of a cell: carries and small memories are made of such, too. */
  private int luts(String cell) {
    return switch (this) {
      case ECP5 ->
          switch (cell) {
            case "LUT4" -> 1;
            case "CCU2C" -> 2;
            case "TRELLIS_DPR16X4" -> 6; // four that hold, two that write
            default -> 0;
          };
      case ICE40 -> cell.equals("SB_LUT4") ? 1 : 0;
      case XILINX ->
          switch (cell) {
            case "LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6", "INV" -> 1;
            case "SRL16E", "SRLC32E", "RAM32X1S", "RAM64X1S" -> 1;
            case "RAM128X1S", "RAM32X1D", "RAM64X1D" -> 2;
            case "RAM256X1S", "RAM128X1D", "RAM32M", "RAM64M" -> 4;
            default -> 0;
          };
    };
  }

  /** The names of flip-flops go on with how they are reset and enabled. */
  private int flipFlops(String cell) {
    String name =
        switch (this) {
          case ECP5 -> "TRELLIS_FF";
          case ICE40 -> "SB_DFF";
          case XILINX -> "FD";
        };
    return cell.startsWith(name) ? 1 : 0;
  }

  private int dsps(String cell) {
    String name =
        switch (this) {
          case ECP5 -> "MULT18X18D";
          case ICE40 -> "SB_MAC16";
          case XILINX -> "DSP48E1";
        };
    return cell.equals(name) ? 1 : 0;
  }

  private int blockRams(String cell) {
    return switch (this) {
      case ECP5 -> cell.equals("DP16KD") ? 1 : 0;
      case ICE40 -> cell.startsWith("SB_RAM40_4K") ? 1 : 0;
      case XILINX -> cell.equals("RAMB36E1") ? 2 : cell.equals("RAMB18E1") ? 1 : 0;
    };
  }
}
