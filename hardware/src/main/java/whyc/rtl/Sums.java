package whyc.rtl;

import java.util.List;
import java.util.Optional;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.ArgMax;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Expand;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Mul;
import whyc.op.Pad;
import whyc.op.ReduceSum;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.Slice;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** What an operation sums, or reads all over a value. */
final class Sums {
  private final Selection s;
  private final Graph g;
  private final Chain chain;
  private final Value heart;

  Sums(Selection s, Chain chain) {
    this.s = s;
    this.g = s.graph();
    this.chain = chain;
    this.heart = chain.heart();
  }

  Source source() {
    Node n = g.node(heart);
    List<Value> x = n.operands();
    return switch (n.op()) {
      case IntegerConv c -> {
        chain.multiplies(c.product());
        if (c.padding() != 0) {
          throw s.refused(heart, "padding wants to be zeros");
        }
        yield new Source.Convolution(image(x.get(0)), weight(x.get(1)), c.window(), c.groups());
      }
      case IntegerConvTranspose c -> {
        chain.multiplies(c.product());
        yield new Source.Transposed(image(x.get(0)), weight(x.get(1)), c.window(), c.groups());
      }
      case IntegerMatMul m -> {
        chain.multiplies(m.product());
        yield matrix(x.get(0), weight(x.get(1)));
      }
      case ReduceSum r -> total(r.axes(), x.getFirst());
      case SumPool p -> new Source.Total(image(x.getFirst()), p.window());
      case MaxPool p -> largest(p.window(), x.getFirst());
      case MaxPoolSwitches p -> switches(p, x.getFirst());
      case MaxPoolRoute r ->
          new Source.Routed(image(x.get(1)), s.views().owner(x.get(0)), r.window());
      case Mul _ -> overChannels(x);
      case ArgMax a -> {
        if (a.axis() != 1) {
          throw s.refused(heart, "the class is looked for along axis 1");
        }
        yield new Source.Winner(s.views().owner(x.getFirst()));
      }
      case Slice _, Pad _ -> picked();
      case Concat c -> joined(c, x);
      case Requantize r -> {
        chain.rounding().requantize(r, x.get(1));
        yield codes(x.get(0));
      }
      case Relu _ -> {
        chain.rounding().relu();
        yield codes(x.getFirst());
      }
      case Clip c -> {
        chain.rounding().clip(c);
        yield codes(x.getFirst());
      }
      case Gate _ -> {
        chain.rounding().gate(x.getFirst());
        yield codes(x.get(1));
      }
      case Add _ -> new Source.Total(chain.rounding().pair(x), Window.of(1, 1, 1));
      case Expand _ -> repeated(x.getFirst());
      default -> throw s.refused(heart, "an operator wants to be one that the core has");
    };
  }

  private Tensor weight(Value v) {
    return s.known(v).orElseThrow(() -> s.refused(heart, "weights want to be known"));
  }

  /** A stored value that is read as it lies there. */
  private Value image(Value v) {
    Value owner = s.views().owner(v);
    boolean isItself = g.type(owner).shape().size() == g.type(v).shape().size();
    if (!isItself || s.views().factor(v) != 1 || s.op(owner) instanceof ArgMax) {
      throw s.refused(heart, "operands want to be read as they are stored");
    }
    return owner;
  }

  /** A product with a matrix is a convolution whose window is all of the image. */
  private Source matrix(Value x, Tensor w) {
    Value owner = image(x);
    Plane plane = Plane.of(g.type(owner).shape(), 1);
    int outputs = w.shape().dim(1);
    int depth = w.shape().dim(0);
    if (depth != plane.positions() * plane.channels()) {
      throw s.refused(heart, "a matrix wants a row for each number of the image");
    }
    double[] turned = new double[w.size()];
    for (int o = 0; o < outputs; o++) {
      for (int k = 0; k < depth; k++) {
        turned[o * depth + k] = w.at(k * outputs + o);
      }
    }
    Shape shape = Shape.of(outputs, plane.channels(), plane.rows(), plane.columns());
    return new Source.Convolution(
        owner,
        Tensor.of(w.type().with(shape), turned),
        Window.of(plane.rows(), plane.columns(), 1),
        1);
  }

  private Source total(List<Integer> axes, Value x) {
    Value owner = image(x);
    if (!axes.equals(List.of(2, 3))) {
      throw s.refused(heart, "sums over axes want to be over all positions");
    }
    Shape in = g.type(owner).shape();
    return new Source.Total(owner, Window.of(in.dim(2), in.dim(3), 1));
  }

  private Source largest(Window window, Value x) {
    s.uses().of(x).stream()
        .filter(r -> s.op(r) instanceof MaxPoolSwitches p && p.window().equals(window))
        .findFirst()
        .ifPresent(chain::switches);
    return new Source.Largest(image(x), window);
  }

  /** Switches may come before the values that they go with. */
  private Source switches(MaxPoolSwitches p, Value x) {
    Value pool =
        s.uses().of(x).stream()
            .filter(r -> s.op(r) instanceof MaxPool m && m.window().equals(p.window()))
            .findFirst()
            .orElseThrow(() -> s.refused(heart, "switches want the pooling that they are of"));
    chain.switches(heart);
    chain.append(pool);
    return new Source.Largest(image(x), p.window());
  }

  /** A number for each channel times the image, summed over channels. */
  private Source overChannels(List<Value> x) {
    int small = g.type(x.get(0)).shape().size() <= g.type(x.get(1)).shape().size() ? 0 : 1;
    Optional<Value> sum = s.uses().sole(heart);
    if (sum.isPresent() && s.op(sum.orElseThrow()) instanceof Cast) {
      chain.append(sum.orElseThrow());
      sum = s.uses().sole(chain.last());
    }
    Value line =
        sum.filter(v -> s.op(v) instanceof ReduceSum r && r.axes().equals(List.of(1)))
            .orElseThrow(
                () -> s.refused(heart, "products of two values want to be summed over channels"));
    chain.append(line);
    Value operand = image(x.get(1 - small));
    Optional<Tensor> rows = row(x.get(small));
    return rows.isPresent()
        ? new Source.ByClass(operand, rows.orElseThrow())
        : new Source.Weighted(operand, numbers(x.get(small), operand));
  }

  private Value numbers(Value v, Value operand) {
    Value owner = image(v);
    Plane numbers = Plane.of(g.type(owner).shape(), 1);
    int channels = Plane.of(g.type(operand).shape(), 1).channels();
    if (numbers.positions() != 1 || numbers.channels() != channels) {
      throw s.refused(heart, "one factor wants to be a number for each channel");
    }
    return owner;
  }

  /** The table of which a value is the class's row. */
  private Optional<Tensor> row(Value v) {
    for (Value x = v; s.views().of(x).isPresent(); x = s.views().of(x).orElseThrow()) {
      if (s.op(x) instanceof Gather) {
        return s.known(g.node(x).operands().getFirst()).filter(t -> t.shape().rank() == 2);
      }
    }
    return Optional.empty();
  }

  private Source codes(Value x) {
    return row(x)
        .<Source>map(rows -> new Source.Row(s.views().owner(x), rows))
        .orElseGet(() -> new Source.Codes(image(x)));
  }

  private Source repeated(Value x) {
    return row(x)
        .<Source>map(rows -> new Source.Row(s.views().owner(x), rows))
        .orElseGet(() -> {
          Value owner = image(x);
          if (Plane.of(g.type(owner).shape(), 1).positions() != 1) {
            throw s.refused(heart, "what is repeated wants to be a number for each channel");
          }
          return new Source.Repeated(owner);
        });
  }

  /** Slices and borders of zeros, one after the other. */
  private Source picked() {
    Picks picks = Picks.of(g.type(g.node(heart).operands().getFirst()).shape());
    picks = picks.then(s.op(heart)).orElseThrow(() -> refusedPick(heart));
    for (Optional<Value> next = s.uses().sole(chain.last());
        next.isPresent();
        next = s.uses().sole(chain.last())) {
      Optional<Picks> more = picks.then(s.op(next.orElseThrow()));
      if (more.isEmpty()) {
        break;
      }
      picks = more.orElseThrow();
      chain.append(next.orElseThrow());
    }
    return new Source.Picked(image(g.node(heart).operands().getFirst()), picks);
  }

  private Source joined(Concat c, List<Value> x) {
    if (c.axis() != 1) {
      throw s.refused(heart, "values want to be joined along their channels");
    }
    return new Source.Joined(x.stream().map(this::image).toList());
  }

  private RtlException refusedPick(Value line) {
    return s.refused(line, "slices want steps forward, and borders zeros around channels");
  }
}
