package whyc.target.c;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Node;
import whyc.op.Concat;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Pad;
import whyc.op.Slice;
import whyc.op.Value;
import whyc.tensor.Shape;

/** Elements of operands in other places. */
final class Rearrangements {
  private final Site site;
  private final Operands operands;
  private final Kernels kernels;
  private final Node node;
  private final Shape out;

  Rearrangements(Site site) {
    this.site = site;
    this.operands = site.operands();
    this.kernels = site.kernels();
    this.node = site.node();
    this.out = site.out();
  }

  /** Elements of one operand in another place. */
  Heart moved(int[] strides, long offset) {
    List<int[]> all = new ArrayList<>(site.tail());
    all.add(strides);
    Axes axes = Axes.joined(out, all);
    String position = Axes.position(axes.along(strides), site.nest(axes).at(), offset);
    return site.expression(axes, List.of(), Optional.of(operands.element(site.x(), position)));
  }

  Heart slice(Slice s) {
    int[] strides = site.strides(site.x());
    long offset = (long) s.start() * strides[s.axis()];
    strides[s.axis()] *= s.step();
    return moved(strides, offset);
  }

  Heart concat(Concat c) {
    Axes axes = Axes.each(out);
    List<Part> parts = new ArrayList<>();
    int before = 0;
    for (Value v : node.operands()) {
      Shape shape = operands.shape(v);
      int[] extents = IntStream.range(0, out.rank()).map(shape::dim).toArray();
      Nest nest = Nest.of(axes, extents, site.hasPacked());
      String position = Axes.position(shape.stridesWithin(shape), nest.at(), 0);
      parts.add(
          new Part(
              List.of(),
              List.of(),
              nest.loops(),
              shifted(nest.at(), c.axis(), before),
              shifted(nest.start(), c.axis(), before),
              List.of(),
              Optional.of(operands.element(v, position))));
      before += shape.dim(c.axis());
    }
    return new Heart(axes, List.of(), parts);
  }

  private static List<String> shifted(List<String> at, int axis, int by) {
    if (by == 0) {
      return at;
    }
    List<String> shifted = new ArrayList<>(at);
    shifted.set(axis, at.get(axis).equals("0") ? String.valueOf(by) : by + " + " + at.get(axis));
    return shifted;
  }

  Heart pad(Pad p) {
    Axes axes = Axes.each(out);
    List<String> at = site.nest(axes).at();
    int[] strides = site.strides(site.x());
    List<String> within = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < strides.length; i++) {
      int before = p.before().get(i);
      offset -= (long) before * strides[i];
      if (before > 0) {
        within.add("%s >= %d".formatted(at.get(i), before));
      }
      if (p.after().get(i) > 0) {
        within.add("%s < %d".formatted(at.get(i), before + operands.shape(site.x()).dim(i)));
      }
    }
    String element = operands.element(site.x(), Axes.position(strides, at, offset));
    String border = operands.type(site.x()).literal(p.value());
    return site.expression(
        axes,
        List.of(),
        Optional.of(
            within.isEmpty()
                ? element
                : "%s ? %s : %s".formatted(String.join(" && ", within), element, border)));
  }

  Heart gather(Gather g) {
    Axes axes = Axes.each(out);
    List<String> at = site.nest(axes).at();
    Value index = node.operands().get(1);
    Shape from = operands.shape(site.x());
    int picked = operands.shape(index).rank();
    List<String> places = new ArrayList<>(at.subList(0, g.axis()));
    places.add("picked");
    places.addAll(at.subList(g.axis() + picked, out.rank()));
    String where = Axes.position(site.strides(index), at.subList(g.axis(), g.axis() + picked), 0);
    return site.expression(
        axes,
        List.of(picked(index, where, from.dim(g.axis()))),
        Optional.of(operands.element(site.x(), Axes.position(from.strides(), places, 0))));
  }

  private String picked(Value index, String where, int extent) {
    return "const int picked = %s(%s, %d);"
        .formatted(kernels.place(), operands.element(index, where), extent);
  }

  Heart gatherElements(GatherElements g) {
    Axes axes = Axes.each(out);
    List<String> at = site.nest(axes).at();
    Value index = node.operands().get(1);
    List<String> places = new ArrayList<>(at);
    places.set(g.axis(), "picked");
    return site.expression(
        axes,
        List.of(
            picked(
                index,
                Axes.position(site.strides(index), at, 0),
                operands.shape(site.x()).dim(g.axis()))),
        Optional.of(operands.element(site.x(), Axes.position(site.strides(site.x()), places, 0))));
  }

  Heart oneHot() {
    Axes axes = Axes.each(out);
    List<String> at = site.nest(axes).at();
    int[] strides = Arrays.copyOf(site.strides(site.x()), out.rank());
    return site.expression(
        axes,
        List.of(),
        Optional.of(
            "%s == %s"
                .formatted(
                    operands.element(site.x(), Axes.position(strides, at, 0)), at.getLast())));
  }
}
