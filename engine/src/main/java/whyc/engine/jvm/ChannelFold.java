package whyc.engine.jvm;

import whyc.engine.jvm.ReductionRecipe.Fold;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;

/**
 * A sum, mean or maximum over the channels of each pixel, which becomes its only channel. Vectors
 * are folded lane by lane; then each lane with the one half a vector away, a quarter, and so on:
 * always in this order, so that sums are always the same.
 *
 * @param rest whether the last vector holds channels in some lanes only
 */
record ChannelFold(Lanes lanes, Fold fold, boolean rest, Tail tail) {
  Assembly.Assembled assemble() {
    return Assembly.assemble("ChannelFold", lanes, this::writeRange);
  }

  /** A unit is a row. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int columns = code.argument("columns");
    Code.Method pixel = code.method("pixel", 3, (c, p) -> write(c, p.get(0), p.get(1), p.get(2)));
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(rows));
          Int image = code.let(unit.over(rows));
          code.loop(columns, column -> code.call(pixel, image, row, column));
        });
  }

  private void write(Code code, Int image, Int row, Int column) {
    Int wholeVectors = code.argument("wholeVectors");
    Int start =
        code.let(
            code.argument("input")
                .plus(image.times(code.argument("inputImage")))
                .plus(row.times(code.argument("inputRow")))
                .plus(column.times(code.argument("inputPixel"))));
    Vec nothing = code.filled(fold == Fold.MAX ? Float.NEGATIVE_INFINITY : 0);
    Vec.Variable folded = code.let(nothing);
    code.loop(wholeVectors, v -> fold(folded, code.value(start.plus(v.times(lanes.count())))));
    if (rest) {
      Mask channels = code.mask(code.argument("rest"));
      Vec last = code.value(start.plus(wholeVectors.times(lanes.count())));
      fold(folded, nothing.blend(last, channels));
    }
    for (int by = lanes.count() / 2; by > 0; by /= 2) {
      fold(folded, folded.turned(by));
    }
    if (fold == Fold.MEAN) {
      folded.set(folded.over(code.broadcastWeight(code.argument("count"))));
    }
    Vec.Variable first = code.let(code.filled(0).blend(folded, code.mask(Int.of(1))));
    tail.at(code, image, row, column, Int.of(0)).apply(first, 0, 0);
  }

  private void fold(Vec.Variable folded, Vec x) {
    folded.set(fold == Fold.MAX ? folded.max(x) : folded.plus(x));
  }
}
