package whyc.simulate.systolic;

import whyc.accelerator.Systolic;

/**
 * Energy of work on an array, in picojoules by component. Modelled, from the figures of the
 * accelerator's file.
 *
 * <pre>{@code
 * multiplyAdds  n E_mac
 * registers     n (b_moving + b_sum) E_reg
 * buffers       reads E_read + writes E_write
 * dram          bytes E_dram
 * leakage       cycles P_leak / f
 * }</pre>
 *
 * n: multiply-adds. With each, one operand of 8 bits and one sum of 32 move on to the next element;
 * where sums stay, two operands do.
 */
public record ArrayEnergy(
    double multiplyAdds, double registers, double buffers, double dram, double leakage) {

  static ArrayEnergy of(Systolic machine, Account account) {
    var power = machine.power();
    var buffers = machine.buffers();
    Widths widths = Widths.INT8;
    int moving =
        switch (machine.dataflow()) {
          case OUTPUT_STATIONARY -> widths.inputBytes() + widths.weightBytes();
          case WEIGHT_STATIONARY -> widths.inputBytes() + widths.partialBytes();
          case INPUT_STATIONARY -> widths.weightBytes() + widths.partialBytes();
        };
    return new ArrayEnergy(
        account.multiplyAdds() * power.multiplyAddPicojoules(),
        account.multiplyAdds() * moving * power.registerPicojoulesPerByte(),
        account.sram().reads() * buffers.readPicojoulesPerByte()
            + account.sram().writes() * buffers.writePicojoulesPerByte(),
        account.dram().total() * machine.dram().picojoulesPerByte(),
        account.cycles() * power.leakageMilliwatts() * 1e3 / machine.clockMegahertz());
  }

  public double total() {
    return multiplyAdds + registers + buffers + dram + leakage;
  }
}
