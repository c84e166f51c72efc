package whyc.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Families of circuits: single products by hand, and rules that hold for all pairs. */
final class FamiliesTest {
  private static final OperandForm BYTE = OperandForm.unsigned(8);

  private static Multiplier named(String name) {
    return Design.parse(name).multiplier();
  }

  private static Figures figures(String name) {
    return Figures.of(named(name));
  }

  /**
   * By hand.
   *
   * <pre>
   * cut        13 -> 12, 11 -> 8: 96
   * trunc      15 * 15 = 225; columns 0 to 3 of all ones hold 1 + 2*2 + 3*4 + 4*8 = 49, a mean of
   *            12.25, rounded to 16: 225 - 49 + 16 = 192; and 0 * 0 = 16
   * bam        rows 1 to 3, columns from 3 on of 15 * 15: i=1: 8+16, i=2: 8+16+32, i=3: 8+..+64
   *            = 24 + 56 + 120 = 200
   * perforate  13 = 1101 without rows 2 and 3: 1 * 7
   * kulkarni   15 = 33 in digits of 4: 7 * (1+4) * (1+4) = 175; 7 * 7: 13 in digits: 1 + 2*3*4 + 7*16
   *            where 1*1 is at 16: 7*1 + (3+3)*4 + 16 = 47
   * drum       200 = 11001000 -> 1100|1 of 3 bits: 111 << 5 = 224; 9 = 1001 -> 101 << 1 = 10
   *            of 4 bits: 200 -> 1101 << 4 = 208, 9 stays
   * roba       7 -> 8, 5 -> 4: 8*5 + 4*7 - 32 = 36; 3 -> 2: 2*3 + 2*3 - 4 = 8; 6 -> 8: 48 + 48 - 64 = 32
   * mitchell   5 = 4 * 1.25, 7 = 4 * 1.75: x + y = 1: 16 * 2 * 1 = 32; 5 * 5: 16 * 1.5 = 24
   * mbm        24 + floor(16 / 12) = 25; 3 * 3: 4 * 2 * 1 = 8, + 0
   * babic      5 * 7: 16 + 1*4 + 3*4 = 32, and with a correction 1 * 3 = 2 + 0 + 1 = 3: 35
   * loa        3 * 3, L = 2: 011 + 110: upper 0 + 1 + (1 & 1) = 2, lower 11 | 10 = 11: 1011 = 11
   * </pre>
   */
  @ParameterizedTest
  @CsvSource({
    "cut4u-a1-b2, 13, 11, 96",
    "trunc4u-4, 15, 15, 192",
    "trunc4u-4, 0, 0, 16",
    "bam4u-h1-v3, 15, 15, 200",
    "perforate4u-j2-n2, 13, 7, 7",
    "kulkarni4u, 15, 15, 175",
    "kulkarni4u, 7, 7, 47",
    "drum8u-3, 200, 1, 224",
    "drum8u-3, 200, 9, 2240",
    "drum8u-4, 200, 9, 1872",
    "roba8u, 7, 5, 36",
    "roba8u, 3, 3, 8",
    "roba8u, 6, 6, 32",
    "mitchell8u, 5, 7, 32",
    "mitchell8u, 5, 5, 24",
    "mbm8u, 5, 5, 25",
    "mbm8u, 3, 3, 8",
    "mbm8u, 255, 255, 65535",
    "babic8u-0, 5, 7, 32",
    "babic8u-1, 5, 7, 35",
    "loa4u-2, 3, 3, 11",
    "exact12u, 4095, 4095, 16769025"
  })
  void productsByHand(String name, int a, int b, int product) {
    assertThat(named(name).of(a, b)).isEqualTo(product);
  }

  /**
   * Two's complement: -3 = 1101 without its row of weight 1 is -4. Signs apart: of -200 the size
   * counts.
   */
  @ParameterizedTest
  @CsvSource({
    "bam4s-h1-v0, -3, 5, -20",
    "cut4s-a0-b1, 5, -3, -20",
    "mitchell8s, -5, 7, -32",
    "mitchell8s, -5, -7, 32",
    "drum8s-3, -128, 1, -160",
    "drum8s-3, -128, -128, 25600",
    "kulkarni8s, -128, -128, 16384",
    "babic8s-0, 0, -7, 0"
  })
  void signsAreHandledAsStated(String name, int a, int b, int product) {
    assertThat(named(name).of(a, b)).isEqualTo(product);
  }

  static Stream<Design> shown() {
    List<Design> all = new ArrayList<>();
    for (int bits : new int[] {4, 5, 6, 7, 8}) {
      for (boolean signed : new boolean[] {false, true}) {
        for (Family family : Families.all()) {
          all.addAll(Design.shown(family, new OperandForm(bits, signed)));
        }
      }
    }
    return all.stream();
  }

  /** A product that twice the bits do not hold would be refused when the table is made. */
  @ParameterizedTest
  @MethodSource("shown")
  void everyDesignIsReadFromItsNameAndItsProductsFit(Design design) {
    assertThat(Design.parse(design.name())).isEqualTo(design);
    assertThat(design.multiplier().form()).isEqualTo(design.form());
    boolean corrected = design.family().name().equals("trunc");
    assertThat(corrected || Figures.of(design.multiplier()).preservesZero()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 12})
  void everyParameterFits(int bits) {
    for (boolean signed : new boolean[] {false, true}) {
      OperandForm form = new OperandForm(bits, signed);
      for (Family family : List.of(LowerPartOr.FAMILY, Truncated.FAMILY)) {
        Parameter p = family.parameters().getFirst();
        int most = p.max().applyAsInt(form);
        assertThat(named(family.name() + form + "-" + most)).isNotNull();
      }
    }
  }

  @Test
  void manyNamesAreOneFunction() {
    assertThat(named("bam8s-h1-v0")).isEqualTo(named("perforate8s-j0-n1"));
    assertThat(named("cut8s-a3-b0").identity()).isEqualTo(named("bam8s-h3-v0").identity());
    assertThat(named("bam8u-h0-v4").identity()).isNotEqualTo(named("bam8s-h0-v4").identity());
    assertThat(named("babic8u-7")).isEqualTo(named("exact8u"));
  }

  /** Kulkarni et al. 2011: a block errs in one of sixteen cases, by 2 of 9 at most. */
  @Test
  void kulkarniBuildsOfBlocks() {
    Multiplier m = named("kulkarni8u");
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        int sum = 0;
        for (int p = 0; p < 4; p++) {
          for (int q = 0; q < 4; q++) {
            int x = (a >> (2 * p)) & 3;
            int y = (b >> (2 * q)) & 3;
            sum += (x == 3 && y == 3 ? 7 : x * y) << (2 * (p + q));
          }
        }
        assertThat(m.of(a, b)).isEqualTo(sum);
      }
    }
  }

  /** Rows added up bit by bit by an adder whose low bits are ORs. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void lowerPartsAreOrs(int lower) {
    Multiplier m = named("loa8u-" + lower);
    for (int a = 0; a < 256; a += 3) {
      for (int b = 0; b < 256; b++) {
        boolean[] sum = bits((a & 1) * b);
        for (int i = 1; i < 8; i++) {
          sum = orAdded(sum, bits((a >> i & 1) * b << i), lower);
        }
        assertThat(bits(m.of(a, b))).isEqualTo(sum);
      }
    }
  }

  private static boolean[] bits(int number) {
    boolean[] bits = new boolean[20];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (number >> i & 1) == 1;
    }
    return bits;
  }

  private static boolean[] orAdded(boolean[] x, boolean[] y, int lower) {
    boolean[] sum = new boolean[x.length];
    boolean carry = x[lower - 1] && y[lower - 1];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = i < lower ? x[i] || y[i] : x[i] ^ y[i] ^ carry;
      carry = i < lower ? carry : (x[i] && y[i]) || (carry && (x[i] ^ y[i]));
    }
    return sum;
  }

  /** Mitchell 1962: products are too small by up to 1/9 of them. */
  @Test
  void mitchellIsTooSmallByANinthAtMost() {
    Multiplier m = named("mitchell8u");
    for (int a = 1; a < 256; a++) {
      for (int b = 1; b < 256; b++) {
        assertThat(m.of(a, b)).isBetween((int) Math.ceil(a * b * 8 / 9.0), a * b);
      }
    }
  }

  /** In the mean of all x and y exactly; here of the 128 x 128 pairs of one power of two. */
  @Test
  void theTwelfthTakesMitchellsBiasAway() {
    Multiplier plain = named("mitchell8u");
    Multiplier corrected = named("mbm8u");
    double plainSum = 0;
    double correctedSum = 0;
    for (int a = 128; a < 256; a++) {
      for (int b = 128; b < 256; b++) {
        plainSum += plain.of(a, b) - a * b;
        correctedSum += Math.min(corrected.of(a, b), 65534) - a * b;
      }
    }
    double pairs = 128.0 * 128;
    assertThat(plainSum / pairs).isCloseTo(-16384 / 12.0, within(3.0));
    assertThat(correctedSum / pairs).isCloseTo(0, within(4.0));
  }

  /** Hashemi et al. 2015: unbiased, and 4 bits are off by 5.9 % on average for wide operands. */
  @Test
  void drumIsNearlyUnbiased() {
    Figures f = figures("drum12u-4");
    assertThat(100 * f.meanRelative()).isCloseTo(5.9, within(0.2));
    assertThat(Math.abs(f.bias())).isLessThan(0.02 * f.meanAbsolute());
  }

  @Test
  void babicGetsNearerWithEachCorrection() {
    assertThat(
            Stream.of("babic8u-0", "babic8u-1", "babic8u-2", "babic8u-3")
                .map(n -> figures(n).meanAbsolute()))
        .isSortedAccordingTo((x, y) -> Double.compare(y, x));
  }

  /** What is left out on average is what the constant puts back, but for its rounding. */
  @Test
  void theConstantTakesMostOfTheBiasAway() {
    for (String form : List.of("8u", "8s")) {
      double bias = figures("bam" + form + "-h0-v7").bias();
      assertThat(Math.abs(figures("trunc" + form + "-7").bias())).isLessThan(65);
      assertThat(bias).isLessThan(-100);
    }
    assertThat(figures("trunc8u-7").preservesZero()).isFalse();
  }

  @Test
  void signedCellsAddUpToTheProduct() {
    for (int bits = 4; bits <= 9; bits++) {
      for (boolean signed : new boolean[] {false, true}) {
        OperandForm form = new OperandForm(bits, signed);
        Cells all = Cells.of(form, (i, j) -> true);
        assertThat(Multiplier.of(form, all::sum)).isEqualTo(Multiplier.of(form, (a, b) -> a * b));
      }
    }
    assertThat(Cells.of(BYTE, (i, j) -> true).heights())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1, 0)
        .isEqualTo(Gates.square(8));
  }
}
