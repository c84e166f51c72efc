package whyc.rtl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the memories of a core take of an iCE40 UltraPlus 5K, at least: it has 4 large ones of one
 * port, 16,384 words of 16 bits each, and 30 small ones of 4,096 bits with a port that reads and
 * one that writes. Features and weights may lie in either, all else in small ones alone.
 *
 * @param onePort features and weights
 */
record BoardMemories(List<Memory> onePort, List<Memory> others) {
  private static final int LARGE = 4;
  private static final int LARGE_BITS = 16;
  private static final int LARGE_WORDS = 1 << 14;
  private static final int SMALL = 30;
  private static final int SMALL_BITS = 4096;

  /**
   * A memory of the core.
   *
   * @param words of {@code bits} each
   */
  record Memory(String name, long words, int bits) {
    long large() {
      return Math.ceilDiv(words, LARGE_WORDS) * Math.ceilDiv(bits, LARGE_BITS);
    }

    /** What is shorter than one may as well become something else. */
    long small() {
      long all = words * bits;
      return all < SMALL_BITS ? 0 : Math.ceilDiv(all, SMALL_BITS);
    }

    private String counted(ToLongFunction<Memory> count) {
      return "%,d for %s (%,d words of %d bits)"
          .formatted(count.applyAsLong(this), name, words, bits);
    }
  }

  static BoardMemories of(Program p) {
    CoreShape core = p.core();
    int lanes = core.lanes();
    int tap = 3 * p.fieldBits() + 3 * Byte.SIZE + 2 * core.placeBits() + p.tapBits();
    return new BoardMemories(
        List.of(
            new Memory("features", p.words(CoreStorage.FEATURES), lanes * core.codeBits()),
            new Memory("weights", p.weights().size(), core.lineBits())),
        List.of(
            new Memory("masks", p.words(CoreStorage.MASKS), lanes),
            new Memory(
                "switches", p.hasMaxima() ? p.words(CoreStorage.SWITCHES) : 0, lanes * p.tapBits()),
            new Memory("results", p.words(CoreStorage.RESULTS), lanes * core.resultBits()),
            new Memory("sums", core.places(), lanes * p.sumBits()),
            new Memory("weights of its own", p.ownLines(), core.lineBits()),
            new Memory("parameters", p.parameters().size(), p.sumBits() + p.factorBits()),
            new Memory("taps", p.taps().size(), tap),
            new Memory("the program", Images.words(p).size(), p.fieldBits())));
  }

  /**
   * Refuses what cannot fit however it is laid out.
   *
   * @throws RtlException with the memories of which there are too few
   */
  void check() {
    boolean isPossible =
        Stream.of(onePort, onePort.subList(0, 1), onePort.subList(1, 2), List.<Memory>of())
            .anyMatch(this::fits);
    if (!isPossible) {
      throw sum(onePort, Memory::large) > LARGE
          ? tooFew(LARGE, "large memories of 16,384 words of 16 bits", onePort, Memory::large)
          : tooFew(SMALL, "block memories of 4,096 bits", others, Memory::small);
    }
  }

  private boolean fits(List<Memory> inLarge) {
    List<Memory> inSmall = new ArrayList<>(others);
    onePort.stream().filter(m -> !inLarge.contains(m)).forEach(inSmall::add);
    return sum(inLarge, Memory::large) <= LARGE && sum(inSmall, Memory::small) <= SMALL;
  }

  private static long sum(List<Memory> all, ToLongFunction<Memory> count) {
    return all.stream().mapToLong(count).sum();
  }

  private static RtlException tooFew(
      int there, String kind, List<Memory> wanting, ToLongFunction<Memory> count) {
    return new RtlException(
        "RTL: the UP5K has %d %s, and the core wants %,d: %s; fewer lanes, fewer methods or a smaller network"
            .formatted(
                there,
                kind,
                sum(wanting, count),
                wanting.stream()
                    .filter(m -> count.applyAsLong(m) > 0)
                    .map(m -> m.counted(count))
                    .collect(Collectors.joining(", "))));
  }
}
