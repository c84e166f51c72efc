package whyc.simulate.systolic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.Systolic;
import whyc.op.Window;
import whyc.simulate.Loops;

final class SystolicMachineTest {
  private static Systolic baseline() {
    return (Systolic) Accelerator.of("systolic-28nm");
  }

  /**
   * 64 channels by 64 through 3 by 3 on 56 by 56, 32 by 64 elements: 18 folds of 3,136 cycles. All
   * of it stays in the buffers: inputs, weights and outputs pass once.
   */
  @Test
  void aLayerOfAResidualNetworkByHand() {
    SystolicMachine machine = SystolicMachine.of(baseline());
    var plane = new Loops.Plane(56, 56);
    Window window = Window.of(3, 3, 1).padded(1, 1, 1, 1);
    Account account = machine.run(List.of(new Loops(1, 64, 64, plane, plane, window, false)));
    long places = 56 * 56;
    long products = places * 576 * 64;
    assertThat(account.computeCycles()).isEqualTo(17 * places + 2 * 32 + 64 + places - 2);
    assertThat(account.stallCycles()).isZero();
    assertThat(account.dram()).isEqualTo(new BytesMoved(places * 64, 576 * 64, 0, 0, places * 64));
    assertThat(account.sram())
        .isEqualTo(
            new BytesMoved(
                places * 576, 576 * 64, 17 * places * 64 * 4, 17 * places * 64 * 4, places * 64));
    ArrayEnergy energy = machine.energy(account);
    assertThat(energy.multiplyAdds()).isCloseTo(products * 0.12, within(1e-3));
    assertThat(energy.registers()).isCloseTo(products * 5 * 0.04, within(1e-3));
    assertThat(energy.buffers())
        .isCloseTo(account.sram().reads() * 0.8 + account.sram().writes() * 0.9, within(1e-3));
    assertThat(energy.dram()).isCloseTo((2 * places * 64 + 576 * 64) * 40, within(1e-3));
    // 40 mW for 4 ns are 160 pJ.
    assertThat(energy.leakage()).isCloseTo(account.cycles() * 160, within(1e-3));
    assertThat(energy.total())
        .isCloseTo(
            energy.multiplyAdds()
                + energy.registers()
                + energy.buffers()
                + energy.dram()
                + energy.leakage(),
            within(1e-3));
    assertThat(machine.milliseconds(account)).isCloseTo(account.cycles() / 250e3, within(1e-9));
  }

  /** 12.8 GB/s at 250 MHz are 51.2 bytes a cycle: a dense layer waits for its weights. */
  @Test
  void aDenseLayerStalls() {
    SystolicMachine machine = SystolicMachine.of(baseline());
    var place = new Loops.Plane(1, 1);
    Loops dense = new Loops(1, 4096, 4096, place, place, Window.of(1, 1, 1), false);
    Account account = machine.array().run(dense);
    assertThat(account.cycles()).isEqualTo((long) Math.ceil((4096.0 * 4096 + 2 * 4096) / 51.2));
    assertThat(account.stallCycles()).isPositive();
  }

  private static Systolic with(Systolic machine, double clock, double bandwidth) {
    return new Systolic(
        machine.name(),
        machine.description(),
        machine.dataflow(),
        machine.rows(),
        machine.columns(),
        machine.overlapsFolds(),
        clock,
        machine.buffers(),
        new Systolic.Dram(bandwidth, machine.dram().picojoulesPerByte()),
        machine.power(),
        machine.figures());
  }

  /** A stall is rounded up to a cycle, so a faster clock may cost up to one cycle more. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 56})
  void aFasterClockAndMoreBandwidthAreNeverSlower(int extent) {
    Systolic machine = baseline();
    var plane = new Loops.Plane(extent, extent);
    Loops layer = new Loops(1, 512, 512, plane, plane, Window.of(1, 1, 1), false);
    for (double clock = 50; clock < 3000; clock *= 1.7) {
      for (double bandwidth = 1; bandwidth < 300; bandwidth *= 2.3) {
        double time = milliseconds(with(machine, clock, bandwidth), layer);
        assertThat(milliseconds(with(machine, clock * 1.7, bandwidth), layer))
            .isLessThanOrEqualTo(time + 1 / (clock * 1e3));
        assertThat(milliseconds(with(machine, clock, bandwidth * 2.3), layer))
            .isLessThanOrEqualTo(time);
      }
    }
  }

  private static double milliseconds(Systolic machine, Loops layer) {
    SystolicMachine at = SystolicMachine.of(machine);
    return at.milliseconds(at.array().run(layer));
  }
}
