package whyc.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of designs. */
final class DesignTest {
  @ParameterizedTest
  @ValueSource(strings = {"exact8s", "drum8u-4", "bam12s-h3-v22", "cut4u-a0-b3", "mbm10s"})
  void aNameSaysAllOfADesign(String name) {
    assertThat(Design.parse(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dram8u-4 | families: exact, bam, cut, perforate, trunc",
        "nonsense | names look like exact8s, drum8u-4 or bam8s-h1-v3",
        "drum8 | names look like",
        "drum8u | names of this family look like drum8u-N",
        "drum8u-h4 | names of this family look like drum8u-N",
        "bam8s-h1 | names of this family look like bam8s-hN-vN",
        "bam8s-v3-h1 | names of this family look like bam8s-hN-vN",
        "exact8s-4 | names of this family look like exact8s",
        "drum8u-8 | drum8u-8: drum wants a number (bits kept from the leading one on) of 2 to 7, got 8",
        "bam8s-h1-v15 | bam wants v (columns of least weight left out) of 0 to 14, got 15",
        "exact3u | operands of 4 to 12 bits, got 3",
        "exact13s | operands of 4 to 12 bits, got 13",
        "exact99999s | families",
        "kulkarni5u | kulkarni does not take operands of 5 bits, but of 4, 6, 8, 10 or 12"
      })
  void whatIsNoNameIsRefusedWithWhatThereIs(String name, String sentence) {
    assertThatThrownBy(() -> Design.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void aBadWidthIsToldBeforeABadParameter() {
    assertThatThrownBy(() -> Design.parse("drum40u-50")).hasMessageContaining("got 40");
  }
}
