package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;
import whyc.op.Op;

/**
 * What follows a heart element by element, in the form in which it becomes part of a routine: two
 * steps of equal tails share their routines, whatever their sizes.
 *
 * @param lines in order
 * @param operands other values that the lines read
 * @param results what is stored
 * @param masked whether lanes beyond the channels must be made zero again, since the lines do not
 *     take zeros to zero
 */
record Tail(List<Line> lines, List<Operand> operands, List<Result> results, boolean masked) {
  Tail {
    lines = List.copyOf(lines);
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }

  /** Stores the heart's result and nothing else. */
  static final Tail NONE =
      new Tail(List.of(), List.of(), List.of(new Result(Ref.HEART, Bank.VALUES)), false);

  /** An array of a routine. */
  enum Bank {
    VALUES,
    BITS,
    WEIGHTS
  }

  /** One line: what it does to what. */
  record Line(Op op, List<Ref> operands) {
    Line {
      operands = List.copyOf(operands);
    }
  }

  /** Where a line's operand comes from. */
  record Ref(Kind kind, int index) {
    enum Kind {
      HEART,
      LINE,
      OPERAND
    }

    static final Ref HEART = new Ref(Kind.HEART, 0);

    static Ref line(int index) {
      return new Ref(Kind.LINE, index);
    }

    static Ref operand(int index) {
      return new Ref(Kind.OPERAND, index);
    }
  }

  /**
   * How a value is read.
   *
   * @param bank its array
   * @param perLane whether each lane has its own number, or all have the same
   * @param perPixel whether each pixel has its own
   */
  record Operand(Bank bank, boolean perLane, boolean perPixel) {}

  /** What is stored, and in which array. */
  record Result(Ref of, Bank bank) {}

  /**
   * Where a value lies, for one step: strides are zero along axes on which it is repeated.
   *
   * @param offset of its first pixel
   */
  record Place(int offset, int imageStride, int blockStride, int rowStride) {}

  /** Adds the places of operands and results to a routine's arguments. */
  void bind(Map<String, Integer> arguments, List<Place> operandPlaces, List<Place> resultPlaces) {
    for (int i = 0; i < operands.size(); i++) {
      bind(arguments, "operand" + i, operandPlaces.get(i));
    }
    for (int i = 0; i < results.size(); i++) {
      bind(arguments, "result" + i, resultPlaces.get(i));
    }
  }

  private static void bind(Map<String, Integer> arguments, String name, Place p) {
    arguments.put(name, p.offset);
    arguments.put(name + "Image", p.imageStride);
    arguments.put(name + "Block", p.blockStride);
    arguments.put(name + "Row", p.rowStride);
  }

  /** Begins at a pixel; later calls go on from there along the row and to further blocks. */
  Cursor at(Code code, Int image, Int block, Int row, Int column) {
    List<Address> operandAddresses = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Operand o = operands.get(i);
      int pixel = o.perPixel ? pixelStride(code, o.bank) : 0;
      operandAddresses.add(address(code, "operand" + i, image, block, row, column, pixel));
    }
    List<Address> resultAddresses = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      int pixel = pixelStride(code, results.get(i).bank);
      resultAddresses.add(address(code, "result" + i, image, block, row, column, pixel));
    }
    return new Cursor(code, operandAddresses, resultAddresses, block);
  }

  private static int pixelStride(Code code, Bank bank) {
    return bank == Bank.BITS ? 1 : code.lanes();
  }

  private static Address address(
      Code code, String name, Int image, Int block, Int row, Int column, int pixelStride) {
    Int blockStride = code.argument(name + "Block");
    Int start =
        code.argument(name)
            .plus(image.times(code.argument(name + "Image")))
            .plus(block.times(blockStride))
            .plus(row.times(code.argument(name + "Row")))
            .plus(column.times(pixelStride));
    return new Address(code.let(start), blockStride, pixelStride);
  }

  private record Address(Int start, Int blockStride, int pixelStride) {
    Int of(int block, int pixel) {
      return start.plus(blockStride.times(block)).plus(pixel * pixelStride);
    }
  }

  /** A place in the image from which the tail is applied to some vectors. */
  final class Cursor {
    private final Code code;
    private final List<Address> operandAddresses;
    private final List<Address> resultAddresses;
    private final Int firstBlock;

    private Cursor(
        Code code, List<Address> operandAddresses, List<Address> resultAddresses, Int firstBlock) {
      this.code = code;
      this.operandAddresses = operandAddresses;
      this.resultAddresses = resultAddresses;
      this.firstBlock = firstBlock;
    }

    /**
     * Applies the lines to one vector of the heart and stores the results.
     *
     * @param block after the first
     * @param pixel after the first
     */
    void apply(Vec heart, int block, int pixel) {
      List<Term> computed = new ArrayList<>();
      for (Line line : lines) {
        List<Term> terms =
            line.operands.stream().map(r -> term(r, heart, computed, block, pixel)).toList();
        computed.add(
            switch (Elementwise.emit(code, line.op, terms)) {
              case Term.Numbers(Vec v) -> new Term.Numbers(code.let(v));
              case Term.Truths(Mask m) -> new Term.Truths(code.let(m));
            });
      }
      for (int i = 0; i < results.size(); i++) {
        Result r = results.get(i);
        Int at = resultAddresses.get(i).of(block, pixel);
        Term term = term(r.of, heart, computed, block, pixel);
        if (r.bank == Bank.BITS) {
          code.storeBits(at, masked ? term.mask().and(lanesOf(block)) : term.mask());
        } else {
          Vec v = term.vector();
          code.store(at, masked ? code.filled(0).blend(v, lanesOf(block)) : v);
        }
      }
    }

    /** The lanes of a block that are channels: where a constant holds ones. */
    private Mask lanesOf(int block) {
      Int vector = firstBlock.plus(block).times(code.lanes());
      return code.weight(code.argument("lanes").plus(vector)).positive();
    }

    private Term term(Ref ref, Vec heart, List<Term> computed, int block, int pixel) {
      return switch (ref.kind) {
        case HEART -> new Term.Numbers(heart);
        case LINE -> computed.get(ref.index);
        case OPERAND -> read(ref.index, operandAddresses.get(ref.index).of(block, pixel));
      };
    }

    private Term read(int index, Int at) {
      Operand o = operands.get(index);
      return switch (o.bank) {
        case BITS -> new Term.Truths(code.mask(code.bits(at)));
        case VALUES ->
            new Term.Numbers(o.perLane ? code.value(at) : code.broadcastValue(at));
        case WEIGHTS ->
            new Term.Numbers(o.perLane ? code.weight(at) : code.broadcastWeight(at));
      };
    }
  }
}
