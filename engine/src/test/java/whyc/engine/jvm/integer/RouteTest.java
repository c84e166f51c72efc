package whyc.engine.jvm.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.op.Product;
import whyc.op.route.Route;
import whyc.op.route.Term;

/** Which circuits are short sums of products; the ranks are those of singular values. */
class RouteTest {
  @ParameterizedTest
  @CsvSource({
    "DRUM-4,1",
    "DRUM-6,1",
    "Kulkarni,2",
    "RoBA,2",
    "broken array 4,5",
    "broken array 8,7",
    "signed Kulkarni,2",
    "signed broken array 8,7"
  })
  void aStructuralCircuitHasAsManyTermsAsItsRank(String circuit, int rank) {
    boolean signed = circuit.startsWith("signed");
    Product p = Circuits.all().get(circuit);
    Route route = Route.of(p, signed, signed, 8);
    assertThat(route).isInstanceOf(Route.LowRank.class);
    List<Term> terms = ((Route.LowRank) route).terms();
    assertThat(terms).hasSize(rank);
    assertThat(Route.of(p, signed, signed, rank - 1)).isEqualTo(new Route.LookUp());
    // Sums of some hundred taps stay exact only where terms are about as small as products.
    assertThat(terms.stream().mapToLong(Term::bound).sum()).isLessThan(1 << 18);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mitchell", "signed Mitchell", "random", "unsigned random"})
  void whatHasNoStructureIsLookedUp(String circuit) {
    assertThat(Route.of(Circuits.all().get(circuit), false, false, 8))
        .isEqualTo(new Route.LookUp());
  }

  @Test
  void bitsThatDoNotCountAreMasked() {
    assertThat(Route.of(Product.exact(), true, false, 8))
        .isEqualTo(new Route.Masked(255, 255, true, false));
    assertThat(Route.of(Circuits.all().get("truncated 2 and 4 bits"), false, false, 8))
        .isEqualTo(new Route.Masked(0b11111100, 0b11110000, false, false));
    // A product of codes is not the product of the signed numbers that they stand for.
    assertThat(Route.of(Circuits.all().get("product of codes"), true, true, 8))
        .isInstanceOf(Route.LowRank.class);
  }

  /** Sums of drawn products of factors up to 60 in size, found again about as small. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void drawnTermsAreFoundAgain(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rank = 1 + (int) (seed % 3);
    int[][] factors = new int[2 * rank][];
    for (int r = 0; r < factors.length; r++) {
      factors[r] = random.ints(Product.CODES, -60, 61).toArray();
    }
    Product p =
        Product.table(
            "drawn",
            (a, b) -> {
              int sum = 0;
              for (int r = 0; r < rank; r++) {
                sum += factors[2 * r][a] * factors[2 * r + 1][b];
              }
              return sum;
            });
    List<Term> terms = ((Route.LowRank) Route.of(p, false, false, rank)).terms();
    assertThat(terms).hasSize(rank);
    assertThat(terms.stream().mapToLong(Term::bound).sum()).isLessThanOrEqualTo(rank * 7200L);
    for (int i = 0; i < 65536; i++) {
      int a = i / 256;
      int b = i % 256;
      long sum = terms.stream().mapToLong(t -> (long) t.left()[a] * t.right()[b]).sum();
      assertThat(sum).isEqualTo(p.of(a, b));
    }
  }
}
