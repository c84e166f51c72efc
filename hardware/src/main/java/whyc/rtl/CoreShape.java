package whyc.rtl;

/**
 * The size of a core.
 *
 * @param lanes channels of a word, and rows and columns of its array
 * @param codeBits of features, 8 or 16
 * @param weightBits 8 or 16
 * @param places positions of a tile at most, a power of two
 * @param takesTurns whether passes, drains and fetches come one after the other, on a memory of
 *     features that reads or writes in a cycle, not both
 */
public record CoreShape(
    int lanes, int codeBits, int weightBits, int places, boolean takesTurns, Weights weights) {
  public static final int LEAST_LANES = 2;
  public static final int MOST_LANES = 64;
  public static final int LEAST_PLACES = 4;
  public static final int MOST_PLACES = 4096;

  public CoreShape {
    check(lanes >= LEAST_LANES && lanes <= MOST_LANES && isPower(lanes), "lanes of 2 to 64", lanes);
    check(codeBits == 8 || codeBits == 16, "codes of 8 or 16 bits", codeBits);
    check(weightBits == 8 || weightBits == 16, "weights of 8 or 16 bits", weightBits);
    check(
        places >= LEAST_PLACES && places <= MOST_PLACES && isPower(places),
        "places of 4 to 4096",
        places);
  }

  /** With memories of two ports, which begin with all weights. */
  public CoreShape(int lanes, int codeBits, int weightBits, int places) {
    this(lanes, codeBits, weightBits, places, false, new Weights.Held());
  }

  /** The same for a small chip: with memories of one port, which begin with nothing. */
  public CoreShape small() {
    return new CoreShape(lanes, codeBits, weightBits, places, true, new Weights.Loaded());
  }

  /** The same with other weights. */
  public CoreShape with(Weights others) {
    return new CoreShape(lanes, codeBits, weightBits, places, takesTurns, others);
  }

  private static boolean isPower(int x) {
    return Integer.bitCount(x) == 1;
  }

  private static void check(boolean is, String rule, int got) {
    if (!is) {
      throw new RtlException(
          "RTL: the core wants %s, lanes and places a power of two, got %d".formatted(rule, got));
    }
  }

  int lineBits() {
    return lanes * weightBits;
  }

  /** Of a memory outside, bits that come in a cycle, a line at most. */
  int portBits() {
    return switch (weights) {
      case Weights.Streamed s -> Math.min(s.portBits(), lineBits());
      case Weights.Held _, Weights.Loaded _ -> lineBits();
    };
  }

  /**
   * Lines that are read ahead, a power of two: two blocks, and as many as come while one waits for
   * the memory.
   */
  int waitingLines() {
    int latent =
        switch (weights) {
          case Weights.Streamed s -> Math.ceilDiv(s.latencyCycles() * portBits(), lineBits());
          case Weights.Held _, Weights.Loaded _ -> 0;
        };
    return Integer.highestOneBit(2 * lanes + latent - 1) * 2;
  }

  /** Bits of a result: codes that leave the core have 16 in any case. */
  int resultBits() {
    return 16;
  }

  /** Bits in which sums cannot overflow, as wide as the reference's where those may wrap. */
  int sumBits() {
    return codeBits + weightBits <= 16 ? 32 : 48;
  }

  /** Bits of a sum over the array's rows. */
  int dotBits() {
    return codeBits + weightBits + Integer.numberOfTrailingZeros(lanes);
  }

  int placeBits() {
    return Integer.numberOfTrailingZeros(places);
  }
}
