package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** A step whose heart is to be computed, and what code for it is made of. */
record Site(Graph graph, Step step, Operands operands, Kernels kernels, Weights weights) {

  Node node() {
    return graph.node(step.heart());
  }

  /** Of the heart's result. */
  Shape out() {
    return node().type().shape();
  }

  /** Of the heart's result, and of the sums that make it. */
  CType type() {
    return operands.type(step.heart());
  }

  Value x() {
    return node().operands().getFirst();
  }

  /** The second operand where it is a constant: a convolution's weights. */
  Tensor weight() {
    return ((Constant) graph.node(node().operands().get(1)).op()).value();
  }

  /** What its products are made of. */
  Kernels.Numbers numbers() {
    return new Kernels.Numbers(operands.type(x()), operands.type(node().operands().get(1)), type());
  }

  int[] strides(Value v) {
    return operands.shape(v).strides();
  }

  /** Strides of the first operand along the result, which it is spread over. */
  int[] within() {
    return operands.shape(x()).stridesWithin(out());
  }

  /** Strides along the result of what lines read and write element by element. */
  List<int[]> tail() {
    return Stream.concat(
            step.operands().stream().filter(this::isReadInPlace), step.results().stream())
        .map(v -> operands.shape(v).stridesWithin(out()))
        .toList();
  }

  private boolean isReadInPlace(Value v) {
    return step.lines().stream()
        .filter(line -> Hearts.isPointwise(graph.node(line).op()))
        .anyMatch(line -> graph.node(line).operands().contains(v));
  }

  boolean hasPacked() {
    return Stream.concat(step.operands().stream(), step.results().stream())
        .anyMatch(v -> operands.bits(v).isPresent());
  }

  Nest nest(Axes axes) {
    return Nest.of(axes, IntStream.range(0, axes.count()).map(axes::extent).toArray(), hasPacked());
  }

  /** The address of an element. */
  String from(Value v, String position) {
    String pointer = operands.pointer(v);
    return position.equals("0") ? pointer : pointer + " + " + position;
  }

  /** An expression for each element. */
  Heart expression(Axes axes, List<String> prelude, Optional<String> heart) {
    Nest nest = nest(axes);
    return new Heart(
        axes,
        List.of(),
        List.of(
            new Part(List.of(), List.of(), nest.loops(), nest.at(), nest.start(), prelude, heart)));
  }

  /** One call for each row of some axes, and loops over the rest, along which rows lie. */
  Heart rows(Axes axes, int outer, CType type, String call) {
    List<Loop> around = new ArrayList<>();
    List<Loop> inner = new ArrayList<>();
    List<String> at = new ArrayList<>();
    int elements = 1;
    for (int i = 0; i < axes.count(); i++) {
      boolean loops = axes.extent(i) > 1 || i == axes.count() - 1;
      at.add(loops ? Nest.variable(i) : "0");
      if (loops) {
        (i < outer ? around : inner).add(Loop.to(Nest.variable(i), axes.extent(i)));
      }
      elements *= i < outer ? 1 : axes.extent(i);
    }
    int[] strides = new int[axes.count()];
    int stride = 1;
    for (int i = axes.count() - 1; i >= outer; i--) {
      strides[i] = stride;
      stride *= axes.extent(i);
    }
    List<String> start = new ArrayList<>(at);
    start.set(at.size() - 1, "0");
    String element = "%s[%s]".formatted(Heart.ROWS, Axes.position(strides, at, 0));
    return new Heart(
        axes,
        List.of(Heart.Buffer.rows(type, elements)),
        List.of(
            new Part(around, List.of(call), inner, at, start, List.of(), Optional.of(element))));
  }
}
