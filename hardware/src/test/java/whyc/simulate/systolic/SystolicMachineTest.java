package whyc.simulate.systolic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import whyc.accelerator.Fields;
import whyc.accelerator.Systolic;
import whyc.op.Window;
import whyc.simulate.Loops;

final class SystolicMachineTest {
  private static Systolic baseline() throws IOException {
    try (InputStream in = Systolic.class.getResourceAsStream("/accelerator/systolic-28nm.json")) {
      return Fields.read("systolic-28nm.json", in, Systolic::read);
    }
  }

  /**
   * 64 channels by 64 through 3 by 3 on 56 by 56, 32 by 64 elements: 18 folds of 3,136 cycles. All
   * of it stays in the buffers: inputs, weights and outputs pass once.
   */
  @Test
  void aLayerOfAResidualNetworkByHand() throws IOException {
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
  void aDenseLayerStalls() throws IOException {
    SystolicMachine machine = SystolicMachine.of(baseline());
    var place = new Loops.Plane(1, 1);
    Loops dense = new Loops(1, 4096, 4096, place, place, Window.of(1, 1, 1), false);
    Account account = machine.array().run(dense);
    assertThat(account.cycles()).isEqualTo((long) Math.ceil((4096.0 * 4096 + 2 * 4096) / 51.2));
    assertThat(account.stallCycles()).isPositive();
  }
}
