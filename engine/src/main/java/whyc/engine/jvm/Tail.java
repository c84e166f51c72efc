package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** An array of a routine; row-major truth values are numbers, 0 and 1. */
  enum Bank {
    VALUES,
    BITS,
    WEIGHTS,
    TRUTHS,
    KNOWN_TRUTHS
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
   * @param perLane whether each channel has its own number, or all have the first one's
   * @param everywhere whether it is a constant that is the same at all pixels, and is read once for
   *     some of them
   */
  record Operand(Bank bank, boolean perLane, boolean everywhere) {}

  /** What is stored, and in which array. */
  record Result(Ref of, Bank bank) {}

  /**
   * Where a value lies, for one step: strides are zero along axes on which it is repeated. In
   * vectors for truth values, in numbers for all others.
   *
   * @param offset of its first pixel
   */
  record Place(int offset, int imageStride, int rowStride, int pixelStride) {

    /** Some rows and columns of it, at equal distances. */
    Place every(int row, int rowStep, int column, int columnStep) {
      return new Place(
          offset + row * rowStride + column * pixelStride,
          imageStride,
          rowStep * rowStride,
          columnStep * pixelStride);
    }
  }

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
    arguments.put(name + "Row", p.rowStride);
    arguments.put(name + "Pixel", p.pixelStride);
  }

  /** Begins at a pixel and a vector of its channels; calls go on from there along both. */
  Cursor at(Code code, Int image, Int row, Int column, Int vector) {
    List<Address> operandAddresses = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Operand o = operands.get(i);
      int step = !o.perLane ? 0 : o.bank == Bank.BITS ? 1 : code.lanes();
      operandAddresses.add(address(code, "operand" + i, image, row, column, vector, step));
    }
    List<Address> resultAddresses = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      int step = results.get(i).bank == Bank.BITS ? 1 : code.lanes();
      resultAddresses.add(address(code, "result" + i, image, row, column, vector, step));
    }
    return new Cursor(code, operandAddresses, resultAddresses, vector);
  }

  private static Address address(
      Code code, String name, Int image, Int row, Int column, Int vector, int vectorStride) {
    Int pixelStride = code.argument(name + "Pixel");
    Int start =
        code.argument(name)
            .plus(image.times(code.argument(name + "Image")))
            .plus(row.times(code.argument(name + "Row")))
            .plus(column.times(pixelStride))
            .plus(vector.times(vectorStride));
    return new Address(code.let(start), pixelStride, vectorStride);
  }

  private record Address(Int start, Int pixelStride, int vectorStride) {
    Int of(int pixel, int vector) {
      return start.plus(pixelStride.times(pixel)).plus(vector * vectorStride);
    }
  }

  /** A place in the image from which the tail is applied to some vectors. */
  final class Cursor {
    private final Code code;
    private final List<Address> operandAddresses;
    private final List<Address> resultAddresses;

    /** What is the same for all pixels, by operand and vector. */
    private final Map<List<Integer>, Term> constants = new HashMap<>();

    private final Int firstVector;

    private Cursor(
        Code code, List<Address> operandAddresses, List<Address> resultAddresses, Int firstVector) {
      this.code = code;
      this.operandAddresses = operandAddresses;
      this.resultAddresses = resultAddresses;
      this.firstVector = firstVector;
    }

    /**
     * Applies the lines to one vector of the heart and stores the results.
     *
     * @param pixel after the first
     * @param vector after the first
     */
    void apply(Vec heart, int pixel, int vector) {
      apply(heart, pixel, vector, Optional.empty());
    }

    /**
     * The same.
     *
     * @param stored the lanes that are stored, if not all are
     */
    void apply(Vec heart, int pixel, int vector, Optional<Mask> stored) {
      List<Term> computed = new ArrayList<>();
      for (Line line : lines) {
        List<Term> terms =
            line.operands.stream().map(r -> term(r, heart, computed, pixel, vector)).toList();
        computed.add(
            switch (Elementwise.emit(code, line.op, terms)) {
              case Term.Numbers(Vec v) -> new Term.Numbers(code.let(v));
              case Term.Truths(Mask m) -> new Term.Truths(code.let(m));
            });
      }
      for (int i = 0; i < results.size(); i++) {
        Result r = results.get(i);
        Int at = resultAddresses.get(i).of(pixel, vector);
        Term term = term(r.of, heart, computed, pixel, vector);
        switch (r.bank) {
          case BITS -> code.storeBits(at, masked ? term.mask().and(lanesOf(vector)) : term.mask());
          case TRUTHS -> store(at, code.filled(0).blend(code.filled(1), term.mask()), stored);
          default -> {
            Vec v = term.vector();
            store(at, masked ? code.filled(0).blend(v, lanesOf(vector)) : v, stored);
          }
        }
      }
    }

    private void store(Int at, Vec v, Optional<Mask> stored) {
      stored.ifPresentOrElse(m -> code.store(at, v, m), () -> code.store(at, v));
    }

    /** The lanes of a vector that are channels: where a constant holds ones. */
    private Mask lanesOf(int vector) {
      Int at = firstVector.plus(vector).times(code.lanes());
      return code.weight(code.argument("lanes").plus(at)).positive();
    }

    private Term term(Ref ref, Vec heart, List<Term> computed, int pixel, int vector) {
      return switch (ref.kind) {
        case HEART -> new Term.Numbers(heart);
        case LINE -> computed.get(ref.index);
        case OPERAND ->
            operands.get(ref.index).everywhere
                ? constants.computeIfAbsent(
                    List.of(ref.index, vector), k -> kept(ref.index, vector))
                : read(ref.index, operandAddresses.get(ref.index).of(pixel, vector));
      };
    }

    /** A constant in a register: a store between would make the compiler read it again. */
    private Term kept(int index, int vector) {
      return switch (read(index, operandAddresses.get(index).of(0, vector))) {
        case Term.Numbers(Vec v) -> new Term.Numbers(code.let(v));
        case Term.Truths(Mask m) -> new Term.Truths(code.let(m));
      };
    }

    /** The first bit in all lanes. */
    private Int repeated(Int at) {
      return Int.of(0).minus(code.bits(at).and(Int.of(1)));
    }

    private Term read(int index, Int at) {
      Operand o = operands.get(index);
      return switch (o.bank) {
        case BITS -> new Term.Truths(code.mask(o.perLane ? code.bits(at) : repeated(at)));
        case VALUES -> new Term.Numbers(o.perLane ? code.value(at) : code.broadcastValue(at));
        case WEIGHTS -> new Term.Numbers(o.perLane ? code.weight(at) : code.broadcastWeight(at));
        case TRUTHS ->
            new Term.Truths((o.perLane ? code.value(at) : code.broadcastValue(at)).notEqual(0));
        case KNOWN_TRUTHS ->
            new Term.Truths((o.perLane ? code.weight(at) : code.broadcastWeight(at)).notEqual(0));
      };
    }
  }
}
