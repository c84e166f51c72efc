package whyc.pass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Concat;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Op;
import whyc.op.Slice;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * Moves what only sorts channels into the weights of convolutions, so that no image is copied for
 * it: a slice of a convolution's channels is a convolution with a slice of the weight, and a
 * convolution of images side by side is a sum of convolutions.
 *
 * <pre>{@code
 * conv(x, w)[:, a:b]       = conv(x, w[a:b])
 * conv(concat(x1, x2), w)  = conv(x1, w[:, :c]) + conv(x2, w[:, c:])
 * }</pre>
 *
 * Applied to known weights and one group. The first only where slices alone read the convolution,
 * none of whose channels is in two of them; the second only where such convolutions alone read the
 * concatenation, and the sums are smaller than it.
 */
public final class ChannelsThroughConv implements Pass {
  @Override
  public Graph apply(Graph g) {
    return new Walk(g).run();
  }

  private static final class Walk {
    private final Graph graph;
    private final boolean[] varying;
    private final Builder b = new Builder();
    private final List<Value> values = new ArrayList<>();

    /** For each line those that read it; an output is read by no line that could be changed. */
    private final List<List<Node>> readers = new ArrayList<>();

    Walk(Graph graph) {
      this.graph = graph;
      this.varying = graph.dependingOnInputs();
      for (int i = 0; i < graph.nodes().size(); i++) {
        readers.add(new ArrayList<>());
      }
      for (Node n : graph.nodes()) {
        n.operands().stream().distinct().forEach(v -> readers.get(v.index()).add(n));
      }
    }

    Graph run() {
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node n = graph.nodes().get(i);
        Value value =
            sliced(n)
                .or(() -> summed(n))
                .orElseGet(() -> b.emit(n.op(), n.operands().stream().map(this::now).toList()));
        b.name(value, n.label());
        values.add(value);
      }
      return b.finish(Builder.mapped(graph.outputs(), this::now));
    }

    private Value now(Value before) {
      return values.get(before.index());
    }

    private List<Node> readers(Value v) {
      return readers.get(v.index());
    }

    private boolean isOutput(Value v) {
      return graph.outputs().containsValue(v);
    }

    private Optional<Value> sliced(Node n) {
      if (!(n.op() instanceof Slice s) || !isOfChannels(n)) {
        return Optional.empty();
      }
      Value conv = n.operands().getFirst();
      Node c = graph.node(conv);
      if (!isKnownConv(c) || isOutput(conv) || !areApart(readers(conv))) {
        return Optional.empty();
      }
      Value weight = now(c.operands().get(1));
      int axis = c.op() instanceof Conv ? 0 : 1;
      return Optional.of(
          b.emit(c.op(), now(c.operands().get(0)), b.slice(weight, axis, s.start(), s.end(), 1)));
    }

    private static boolean isOfChannels(Node n) {
      return n.op() instanceof Slice s && s.axis() == 1 && s.step() == 1;
    }

    private static boolean areApart(List<Node> slices) {
      if (!slices.stream().allMatch(Walk::isOfChannels)) {
        return false;
      }
      List<Slice> inOrder =
          slices.stream()
              .map(n -> (Slice) n.op())
              .sorted(Comparator.comparingInt(Slice::start))
              .toList();
      return IntStream.range(1, inOrder.size())
          .allMatch(i -> inOrder.get(i - 1).end() <= inOrder.get(i).start());
    }

    private boolean isKnownConv(Node n) {
      return isOfOneGroup(n.op()) && isKnown(n.operands().get(1));
    }

    private static boolean isOfOneGroup(Op op) {
      return switch (op) {
        case Conv c -> c.groups() == 1;
        case ConvTranspose c -> c.groups() == 1;
        default -> false;
      };
    }

    private Optional<Value> summed(Node n) {
      if (!isOfOneGroup(n.op())) {
        return Optional.empty();
      }
      Value x = n.operands().getFirst();
      Node concat = graph.node(x);
      if (!(concat.op() instanceof Concat c)
          || c.axis() != 1
          || isOutput(x)
          || !readers(x).stream().allMatch(r -> isWorthSumming(r, x))) {
        return Optional.empty();
      }
      Value weight = now(n.operands().get(1));
      int axis = n.op() instanceof Conv ? 1 : 0;
      int from = 0;
      List<Value> terms = new ArrayList<>();
      for (Value part : concat.operands()) {
        int to = from + graph.type(part).shape().dim(1);
        terms.add(b.emit(n.op(), now(part), b.slice(weight, axis, from, to, 1)));
        from = to;
      }
      return terms.stream().reduce(b::add);
    }

    /** Sums are written and read once for each term but the last, what they save likewise. */
    private boolean isWorthSumming(Node reader, Value x) {
      Shape concat = graph.type(x).shape();
      int terms = graph.node(x).operands().size();
      return isOfOneGroup(reader.op())
          && reader.operands().getFirst().equals(x)
          && !reader.operands().get(1).equals(x)
          && isKnown(reader.operands().get(1))
          && (terms - 1L) * reader.type().shape().size() * 2 <= concat.size();
    }

    private boolean isKnown(Value v) {
      return !varying[v.index()];
    }
  }
}
