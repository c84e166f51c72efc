package whyc.target.c;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import whyc.op.ArgMax;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceProduct;
import whyc.op.ReduceSum;
import whyc.op.Reduction;
import whyc.op.Softmax;
import whyc.tensor.Shape;

/** Many elements made one, or weighed against each other: sums, maxima, softmax. */
final class Folds {
  private final Site site;
  private final Operands operands;
  private final Kernels kernels;
  private final Shape out;

  Folds(Site site) {
    this.site = site;
    this.operands = site.operands();
    this.kernels = site.kernels();
    this.out = site.out();
  }

  Heart argMax(ArgMax a) {
    Axes axes = Axes.each(out);
    String first = Axes.position(site.strides(site.x()), site.nest(axes).at(), 0);
    return site.expression(
        axes,
        List.of(),
        Optional.of(
            "%s(%s, %d, %d)"
                .formatted(
                    kernels.argMax(operands.type(site.x())),
                    site.from(site.x(), first),
                    operands.shape(site.x()).dim(a.axis()),
                    site.strides(site.x())[a.axis()])));
  }

  Heart reduction(Reduction r) {
    Axes axes = Axes.each(out);
    CType type = operands.type(site.x());
    String wide = type.isReal() ? "double" : "int64_t";
    List<String> at = new ArrayList<>(site.nest(axes).at());
    StringBuilder loops = new StringBuilder();
    for (int axis : r.axes()) {
      String v = "r" + axis;
      at.set(axis, v);
      loops.append(Loop.to(v, operands.shape(site.x()).dim(axis)).head()).append(' ');
    }
    String element = operands.element(site.x(), Axes.position(site.strides(site.x()), at, 0));
    int count = operands.shape(site.x()).size() / out.size();
    return switch (r) {
      case ReduceSum s -> folded(axes, wide, "0", loops + "sum += " + element, "sum");
      case ReduceMean s -> folded(axes, wide, "0", loops + "sum += " + element, "sum / " + count);
      case ReduceProduct s -> folded(axes, wide, "1", loops + "sum *= " + element, "sum");
      case ReduceMax s ->
          folded(
              axes,
              type.text(),
              type.lowest(),
              loops
                  + "{ const %s e = %s; if (e > sum%s) sum = e; }"
                      .formatted(type.text(), element, type.isReal() ? " || e != e" : ""),
              "sum");
    };
  }

  private Heart folded(Axes axes, String type, String start, String loops, String result) {
    return site.expression(
        axes,
        List.of("%s sum = %s;".formatted(type, start), loops.endsWith("}") ? loops : loops + ";"),
        Optional.of("(%s)(%s)".formatted(site.type().text(), result)));
  }

  Heart softmax(Softmax s) {
    Axes axes = Axes.each(out);
    int[] strides = site.strides(site.x());
    Arrays.fill(strides, s.axis(), strides.length, 0);
    String call =
        "%s(%s, %s, %d, %d);"
            .formatted(
                kernels.softmax(operands.type(site.x())),
                Heart.ROWS,
                site.from(site.x(), Axes.position(strides, Nest.names(axes), 0)),
                out.dim(s.axis()),
                out.product(s.axis() + 1, out.rank()));
    return site.rows(axes, s.axis(), operands.type(site.x()), call);
  }
}
