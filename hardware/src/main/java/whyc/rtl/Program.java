package whyc.rtl;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * All that a core holds to compute a graph: instructions, and what its memories begin with.
 *
 * @param array by which the core multiplies
 * @param memories words of features, masks, switches and results
 * @param taps of all instructions
 * @param weights lines of the weight memory
 * @param parameters bias and factor of a lane each
 * @param methods what can be asked for, by bit
 */
public record Program(
    CoreShape core,
    ArrayProduct array,
    List<Instruction> instructions,
    SequencedMap<String, Long> memories,
    List<Tap> taps,
    List<long[]> weights,
    List<Parameter> parameters,
    Port input,
    List<Port> outputs,
    List<String> methods) {
  public Program {
    instructions = List.copyOf(instructions);
    memories = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(memories));
    taps = List.copyOf(taps);
    weights = List.copyOf(weights);
    parameters = List.copyOf(parameters);
    outputs = List.copyOf(outputs);
    methods = List.copyOf(methods);
  }

  /** What a lane's sum is made a code with. */
  record Parameter(long bias, long factor) {}

  /**
   * Where an input or output lies.
   *
   * @param name of the graph's input or output
   * @param address of its first word, of features for an input, of results for an output
   * @param scale a number is its code times this
   * @param method of an output, the bit that it is computed for
   */
  public record Port(
      String name, int rows, int columns, int channels, int address, double scale, int method) {}

  /** Lines of the weight memory, those that are written on the way behind those that are known. */
  int lines() {
    return weights.size() + ownLines();
  }

  /** Lines that are written on the way. */
  int ownLines() {
    return memories.getOrDefault(CoreStorage.LINES, 0L).intValue();
  }

  /** Words of a memory, at least one. */
  int words(String memory) {
    return (int) Math.max(1, memories.getOrDefault(memory, 0L));
  }

  /** Bits that hold every address, count and flag of an instruction. */
  int fieldBits() {
    int most =
        Math.max(
            Math.max(words(CoreStorage.FEATURES), lines()),
            Math.max(words(CoreStorage.MASKS), words(CoreStorage.RESULTS)));
    most = Math.max(most, Math.max(words(CoreStorage.SWITCHES), parameters.size()));
    return Math.max(16, Integer.SIZE - Integer.numberOfLeadingZeros(most));
  }

  int factorBits() {
    long most = parameters.stream().mapToLong(p -> Math.abs(p.factor)).max().orElse(1);
    return Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(most) + 1);
  }

  /**
   * Bits in which no sum overflows, bias included: as many products as are added in one place, each
   * as large as codes and weights can be. Where the reference's sums may wrap, so do these.
   */
  int sumBits() {
    long bias = parameters.stream().mapToLong(p -> Math.abs(p.bias)).max().orElse(0);
    long sum = instructions.stream().mapToLong(this::mostInPlace).max().orElse(0);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(sum + bias) + 1;
    return Math.min(core.sumBits(), Math.max(core.dotBits(), bits));
  }

  private long mostInPlace(Instruction i) {
    long positions =
        i.has(Flag.REDUCES) ? (long) i.get(Field.PLANE_ROWS) * i.get(Field.PLANE_COLUMNS) : 1;
    long each = 1L << (core.codeBits() - 1);
    long product = each << (core.weightBits() - (array.isExact() ? 1 : 0));
    long products = i.has(Flag.DIRECT) ? each : product * core.lanes();
    return positions * i.taps().size() * i.get(Field.GROUPS_IN) * products;
  }

  /** Bits of the places that codes are moved up by before they are added. */
  int leftBits() {
    return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(mostLeft()));
  }

  /** Bits of a code and a stored one, moved up and added. */
  int pairBits() {
    return Math.max(core.resultBits() + 1, core.codeBits() + mostLeft() + 2);
  }

  private int mostLeft() {
    return instructions.stream()
        .mapToInt(i -> i.get(Field.SHIFTS))
        .map(s -> Math.max(s >> 5 & 31, s >> 10 & 31))
        .max()
        .orElse(0);
  }

  boolean hasMaxima() {
    return instructions.stream().anyMatch(i -> i.has(Flag.MAX) || i.has(Flag.GATES_BY_SWITCH));
  }

  boolean scalesMaps() {
    return instructions.stream().anyMatch(i -> i.kind() == Kind.SCALE);
  }

  /** Whether an output is scaled in a run. */
  boolean scales(Port output, int asked) {
    return instructions.stream()
        .anyMatch(i ->
            i.kind() == Kind.SCALE
                && (i.get(Field.METHODS) & asked) != 0
                && i.get(Field.SOURCE) == output.address());
  }

  /** Whether an array of approximate products has to give exact ones, too. */
  boolean mixesProducts() {
    return instructions.stream().anyMatch(Instruction::multipliesExactly);
  }

  /** Bits of a tap's number. */
  int tapBits() {
    int most = taps.stream().mapToInt(Tap::number).max().orElse(0);
    return hasMaxima() ? Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(most)) : 1;
  }

  public long multiplyAdds() {
    return instructions.stream().mapToLong(Instruction::multiplyAdds).sum();
  }
}
