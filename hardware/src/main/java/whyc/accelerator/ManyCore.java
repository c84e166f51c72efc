package whyc.accelerator;

/**
 * Cores that may skip zeros, behind a network, with a memory that they share and one outside.
 *
 * @param name of the file, for messages and reports
 * @param format of weights, activations and gradients
 * @param clockMegahertz of everything on the chip
 * @param cores how many, all alike
 * @param weightBuffer bytes of the shared memory that are kept for weights on their way to cores
 */
public record ManyCore(
    String name,
    String description,
    NumberFormat format,
    double clockMegahertz,
    int cores,
    Core core,
    Memory shared,
    long weightBuffer,
    Network network,
    Dram dram,
    Power power,
    Area area,
    Scheduler scheduler)
    implements Accelerator {

  /** What values are kept and multiplied as. */
  public enum NumberFormat {
    INT8(8),
    INT16(16),
    BF16(16);

    private final int bits;

    NumberFormat(int bits) {
      this.bits = bits;
    }

    public int bits() {
      return bits;
    }
  }

  /**
   * A core.
   *
   * @param lanes of {@code multipliers} each
   * @param skipsZeros false for a dense core
   * @param tileSide places along a side of a tile of the compressed form
   * @param scanTilesPerCycle bits of the bitmap of present tiles that are looked through in a cycle
   * @param dispatchTilesPerCycle tiles that are handed to decoders in a cycle
   * @param input memory of inputs as they come in, compressed
   * @param weights memory of the weights of a piece of work
   * @param sums memory of partial sums, of all lanes and decoders, and once more for those that are
   *     drained meanwhile
   * @param postProcessing elements that are scaled, gated, added or compared in a cycle
   */
  public record Core(
      int lanes,
      int multipliers,
      boolean skipsZeros,
      int tileSide,
      int scanTilesPerCycle,
      int dispatchTilesPerCycle,
      Memory input,
      Memory weights,
      Memory sums,
      int postProcessing) {

    /** The same core, which takes every value as if it were not zero. */
    public Core dense() {
      return new Core(
          lanes,
          multipliers,
          false,
          tileSide,
          scanTilesPerCycle,
          dispatchTilesPerCycle,
          input,
          weights,
          sums,
          postProcessing);
    }

    /** Multiply-adds in a cycle. */
    public int multiplyAdds() {
      return lanes * multipliers;
    }
  }

  /**
   * A memory on the chip.
   *
   * @param portBytes that a bank gives or takes in a cycle
   */
  public record Memory(
      long bytes, int banks, int portBytes, double readPicojoules, double writePicojoules) {

    /** Bytes that all banks give in a cycle. */
    public long bytesPerCycle() {
      return (long) banks * portBytes;
    }
  }

  /** How cores and memories are joined. */
  public enum Topology {
    MESH,
    RING,
    CROSSBAR,
    TREE
  }

  /**
   * The network on the chip.
   *
   * @param linkBytes that a link carries in a cycle
   * @param hopCycles from one node to the next
   * @param multicast whether what several cores need is sent once
   * @param picojoules for a byte over one link
   */
  public record Network(
      Topology topology, int linkBytes, int hopCycles, boolean multicast, double picojoules) {}

  /** The memory outside. */
  public record Dram(double gigabytesPerSecond, double latencyNanoseconds, double picojoules) {}

  /**
   * Energy of what is no memory.
   *
   * @param multiplyAdd of one product that is added
   * @param decode of one value that is taken out of the compressed form
   * @param postProcess of one element
   * @param leakage of the chip, in milliwatts
   */
  public record Power(double multiplyAdd, double decode, double postProcess, double leakage) {}

  /** Square millimetres. */
  public record Area(
      double multiplyAdd, double decoder, double memoryPerMebibyte, double router, double rest) {}

  /** Who gets the cores. */
  public enum Policy {
    /** Inference of a frame, then its explanation, then the next frame. */
    SEQUENTIAL,

    /** Half of the cores for inference, half for the explanation of the frame before. */
    STATIC_SPLIT,

    /** Both at a time, each core by what is left to do. */
    DYNAMIC
  }

  /**
   * What is decided when a program runs.
   *
   * @param compresses whether tensors leave the cores compressed
   * @param keepsActivations whether what the next layers read stays on the chip where it fits
   * @param keepsMaps whether what only the explanation will read does
   * @param fusesHeatMaps whether the heat map is made while the last gradients come out
   */
  public record Scheduler(
      Policy policy,
      boolean compresses,
      boolean keepsActivations,
      boolean keepsMaps,
      boolean fusesHeatMaps) {}

  /** Cycles in which the memory outside gives so many bytes. */
  public double dramBytesPerCycle() {
    return dram.gigabytesPerSecond * 1000 / clockMegahertz;
  }

  /** Bytes that the shared memory can send into the network in a cycle, or take out of it. */
  public long onChipBytesPerCycle() {
    int links =
        switch (network.topology) {
          case MESH -> Math.ceilDiv(cores, (int) Math.ceil(Math.sqrt(cores)));
          case RING -> Math.min(2, cores);
          case CROSSBAR -> cores;
          case TREE -> 1;
        };
    return Math.min(shared.bytesPerCycle(), (long) links * network.linkBytes);
  }

  /** Square millimetres of the chip. */
  public double squareMillimetres() {
    double memory =
        shared.bytes()
            + cores * (double) (core.input.bytes() + core.weights.bytes() + core.sums.bytes());
    return cores
            * (core.multiplyAdds() * area.multiplyAdd
                + (core.skipsZeros ? core.lanes * area.decoder : 0)
                + area.router)
        + memory / (1 << 20) * area.memoryPerMebibyte
        + area.rest;
  }

  /** The same machine with other numbers, whose products it takes to cost the same. */
  public ManyCore with(NumberFormat other) {
    return with(other, scheduler);
  }

  /** The same machine with another scheduler. */
  public ManyCore with(Scheduler other) {
    return with(format, other);
  }

  private ManyCore with(NumberFormat numbers, Scheduler other) {
    return new ManyCore(
        name,
        description,
        numbers,
        clockMegahertz,
        cores,
        core,
        shared,
        weightBuffer,
        network,
        dram,
        power,
        area,
        other);
  }

  /** Reads the fields of a file of the kind {@code many-core}. */
  public static ManyCore read(Fields f) {
    ManyCore m =
        new ManyCore(
            f.text("name"),
            f.text("description"),
            f.choice("number_format", NumberFormat.class),
            f.positive("clock_mhz", 100_000),
            f.count("cores", 1 << 12),
            f.object("core", ManyCore::core),
            f.object("shared_memory", ManyCore::memory),
            f.whole("weight_buffer_bytes", 1, 1L << 40),
            f.object("network", ManyCore::network),
            f.object("dram", ManyCore::dram),
            f.object("power", ManyCore::power),
            f.object("area", ManyCore::area),
            f.object("scheduler", ManyCore::scheduler));
    f.check(
        m.weightBuffer <= m.shared.bytes(),
        "weight_buffer_bytes",
        "at most the %d bytes of the shared memory that it is part of".formatted(m.shared.bytes()));
    return m;
  }

  private static Core core(Fields f) {
    Core core =
        new Core(
            f.count("lanes", 1 << 12),
            f.count("multipliers_per_lane", 1 << 12),
            f.flag("skips_zeros"),
            f.count("tile_side", 8),
            f.count("scan_tiles_per_cycle", 1 << 12),
            f.count("dispatch_tiles_per_cycle", 1 << 12),
            f.object("input_memory", ManyCore::memory),
            f.object("weight_memory", ManyCore::memory),
            f.object("sum_memory", ManyCore::memory),
            f.count("post_processing_elements_per_cycle", 1 << 20));
    int side = core.tileSide;
    f.check(side == 2 || side == 4 || side == 8, "tile_side", "2, 4 or 8");
    long least = 2L * core.multiplyAdds() * Integer.BYTES;
    f.check(
        core.sums.bytes() >= least,
        "sum_memory",
        "at least %d bytes: two sums of 32 bits for every multiplier".formatted(least));
    return core;
  }

  private static Memory memory(Fields f) {
    return new Memory(
        f.whole("bytes", 1, 1L << 40),
        f.count("banks", 1 << 12),
        f.count("port_bytes_per_cycle", 1 << 16),
        f.number("read_energy_pj_per_byte", 0, 1e6),
        f.number("write_energy_pj_per_byte", 0, 1e6));
  }

  private static Network network(Fields f) {
    return new Network(
        f.choice("topology", Topology.class),
        f.count("link_bytes_per_cycle", 1 << 16),
        f.count("hop_cycles", 1000),
        f.flag("multicast"),
        f.number("energy_pj_per_byte_and_hop", 0, 1e6));
  }

  private static Dram dram(Fields f) {
    return new Dram(
        f.positive("bandwidth_gb_per_s", 1e6),
        f.number("latency_ns", 0, 1e6),
        f.number("energy_pj_per_byte", 0, 1e6));
  }

  private static Power power(Fields f) {
    return new Power(
        f.number("multiply_add_pj", 0, 1e6),
        f.number("decode_pj_per_value", 0, 1e6),
        f.number("post_process_pj_per_element", 0, 1e6),
        f.number("leakage_mw", 0, 1e6));
  }

  private static Area area(Fields f) {
    return new Area(
        f.number("multiply_add_mm2", 0, 1e3),
        f.number("decoder_mm2", 0, 1e3),
        f.number("memory_mm2_per_mib", 0, 1e3),
        f.number("router_mm2", 0, 1e3),
        f.number("rest_mm2", 0, 1e6));
  }

  private static Scheduler scheduler(Fields f) {
    return new Scheduler(
        f.choice("policy", Policy.class),
        f.flag("compresses"),
        f.flag("keeps_activations"),
        f.flag("keeps_maps"),
        f.flag("fuses_heat_maps"));
  }
}
