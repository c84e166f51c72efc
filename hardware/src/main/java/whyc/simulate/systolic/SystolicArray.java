package whyc.simulate.systolic;

import java.util.List;
import whyc.accelerator.Dataflow;
import whyc.simulate.Loops;

/**
 * An array of elements, each of which multiplies two values and adds a third in a cycle, and passes
 * values on to its neighbours to the right and below.
 *
 * <p>The closed form of what a layer costs: {@code docs/accelerators/systolic.md}. Every group and
 * every phase is folded by itself; the folds of a layer follow each other as the convention says,
 * layers do not overlap. Widths of values change bytes, never cycles.
 *
 * <pre>{@code
 * SystolicArray array = SystolicArray.of(Dataflow.WEIGHT_STATIONARY, 128, 128);
 * Account account = array.run(layer.loops());
 * }</pre>
 *
 * @param transposed how transposed convolutions are mapped
 */
public record SystolicArray(
    int rows,
    int columns,
    Dataflow dataflow,
    Convention convention,
    Transposed transposed,
    Memory memory) {

  public SystolicArray {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "a systolic array wants at least 1 row and 1 column, got %d by %d"
              .formatted(rows, columns));
    }
  }

  /** An array that never waits for memory, with values of 8 bits. */
  public static SystolicArray of(Dataflow dataflow, int rows, int columns) {
    return new SystolicArray(
        rows,
        columns,
        dataflow,
        Convention.PIPELINED,
        Transposed.PHASES,
        Memory.unlimited(Widths.INT8));
  }

  public SystolicArray with(Convention other) {
    return new SystolicArray(rows, columns, dataflow, other, transposed, memory);
  }

  public SystolicArray with(Transposed other) {
    return new SystolicArray(rows, columns, dataflow, convention, other, memory);
  }

  public SystolicArray with(Memory other) {
    return new SystolicArray(rows, columns, dataflow, convention, transposed, other);
  }

  public long elements() {
    return (long) rows * columns;
  }

  /** One layer after the other. */
  public Account run(List<Loops> layers) {
    return layers.stream().map(this::run).reduce(nothing(), Account::plus);
  }

  /** One layer. */
  public Account run(Loops loops) {
    Lowering lowering = Lowering.of(loops, transposed);
    BytesMoved dram = dram(lowering);
    long cycles = cycles(runs(lowering));
    return new Account(
        elements(),
        lowering.multiplyAdds(),
        lowering.groups() * lowering.products().stream().mapToLong(this::folds).sum(),
        lowering.groups() * usedElements(lowering),
        cycles,
        Math.max(0, (long) Math.ceil(dram.total() / memory.bytesPerCycle()) - cycles),
        sram(lowering),
        dram);
  }

  /** Folds of a layer in their order: so many of so many steps each. */
  public List<Convention.Run> runs(Lowering lowering) {
    return lowering.products().stream()
        .map(p -> new Convention.Run(folds(p) * lowering.groups(), Extents.of(dataflow, p).steps()))
        .toList();
  }

  /** Cycles of folds that follow each other. */
  public long cycles(List<Convention.Run> runs) {
    return convention.cycles(dataflow, rows, columns, runs);
  }

  private long folds(Product product) {
    Extents extents = Extents.of(dataflow, product);
    return extents.rowFolds(rows) * extents.columnFolds(columns);
  }

  private long usedElements(Lowering lowering) {
    return lowering.products().stream()
        .mapToLong(p -> Extents.of(dataflow, p).usedElements())
        .sum();
  }

  private BytesMoved sram(Lowering lowering) {
    return lowering.products().stream()
        .map(p -> ProductBytes.of(this, p).sram())
        .reduce(zeros(lowering), BytesMoved::plus)
        .times(lowering.groups());
  }

  private BytesMoved dram(Lowering lowering) {
    BytesMoved once =
        lowering.products().stream()
            .map(p -> ProductBytes.of(this, p).dram(lowering.inputs()))
            .reduce(zeros(lowering), BytesMoved::plus);
    return memory.holdsInputs(lowering.inputs())
        ? once.withInputReadsAtMost(lowering.inputs() * memory.widths().inputBytes())
            .times(lowering.groups())
        : once.times(lowering.groups());
  }

  /** Outputs that no tap meets are written all the same. */
  private BytesMoved zeros(Lowering lowering) {
    long met = lowering.products().stream().mapToLong(p -> p.places() * p.outputs()).sum();
    return new BytesMoved(0, 0, 0, 0, (lowering.outputs() - met) * memory.widths().outputBytes());
  }

  private Account nothing() {
    return new Account(elements(), 0, 0, 0, 0, 0, BytesMoved.NONE, BytesMoved.NONE);
  }
}
