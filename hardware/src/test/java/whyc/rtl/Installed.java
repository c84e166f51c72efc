package whyc.rtl;

import static org.junit.jupiter.api.Assumptions.abort;

/** Tools that tests need: a test is skipped, with the reason, where one is missing. */
public final class Installed {
  private Installed() {}

  public static Verilator verilator() {
    return Verilator.find().orElseGet(() -> abort(Tool.VERILATOR.missing()));
  }

  public static Icarus icarus() {
    return Icarus.find().orElseGet(() -> abort(Tool.IVERILOG.missing()));
  }

  public static Yosys yosys() {
    return Yosys.find().orElseGet(() -> abort(Tool.YOSYS.missing()));
  }

  public static NextpnrIce40 nextpnr() {
    return NextpnrIce40.find().orElseGet(() -> abort(Tool.NEXTPNR_ICE40.missing()));
  }

  public static Icepack icepack() {
    return Icepack.find().orElseGet(() -> abort(Tool.ICEPACK.missing()));
  }
}
