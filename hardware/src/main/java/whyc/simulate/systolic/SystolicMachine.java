package whyc.simulate.systolic;

import java.util.List;
import whyc.accelerator.Systolic;
import whyc.simulate.Loops;

/**
 * A systolic accelerator at work.
 *
 * @param array the array with the buffers and the bandwidth of the file
 */
public record SystolicMachine(Systolic machine, SystolicArray array) {

  /** With values of 8 bits, and explanations in phases. */
  public static SystolicMachine of(Systolic machine) {
    var buffers = machine.buffers();
    return new SystolicMachine(
        machine,
        new SystolicArray(
            machine.rows(),
            machine.columns(),
            machine.dataflow(),
            machine.overlapsFolds() ? Convention.PIPELINED : Convention.SERIAL,
            Transposed.PHASES,
            new Memory(
                buffers.inputBytes(),
                buffers.weightBytes(),
                buffers.partialSumBytes(),
                machine.dramBytesPerCycle(),
                Widths.INT8)));
  }

  /** One layer after the other. */
  public Account run(List<Loops> layers) {
    return array.run(layers);
  }

  /** What an account of this machine costs. */
  public ArrayEnergy energy(Account account) {
    return ArrayEnergy.of(machine, account);
  }

  public double milliseconds(Account account) {
    return account.cycles() / machine.clockMegahertz() / 1e3;
  }
}
