package whyc.rtl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.graph.Graph;
import whyc.op.ArgMax;
import whyc.op.Greater;
import whyc.op.Product;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.pass.quantize.Quantized;
import whyc.tensor.ElementType;

/**
 * An operation in the making: the line that sums, those that make codes of the sums, and what is
 * decided of the codes.
 */
final class Chain {
  private final Selection s;
  private final Graph g;
  private final Value heart;
  private final Rounding rounding;
  private final List<Value> lines = new ArrayList<>();
  private Value last;
  private Product product = Product.exact();
  private Optional<Value> mask = Optional.empty();
  private Optional<Value> switches = Optional.empty();

  Chain(Selection s, Value heart) {
    this.s = s;
    this.g = s.graph();
    this.heart = heart;
    this.rounding = new Rounding(s, this);
    this.last = heart;
  }

  Operation operation() {
    append(heart);
    Source source = new Sums(s, this).source();
    if (!(source instanceof Source.Winner)) {
      rounding.follow(!(source instanceof Source.Codes || source instanceof Source.Joined));
      decide();
    }
    checkStored();
    return new Operation(
        lines, label(), source, product, rounding.epilogue(), last, mask, switches);
  }

  Value heart() {
    return heart;
  }

  Value last() {
    return last;
  }

  Rounding rounding() {
    return rounding;
  }

  void append(Value line) {
    lines.add(line);
    last = line;
  }

  /** Takes lines on the way to the next that is appended. */
  void pass(List<Value> path) {
    lines.addAll(path);
  }

  /** Takes what a pooling's window was won by, beside what it gives. */
  void switches(Value line) {
    switches = Optional.of(line);
    if (!line.equals(heart)) {
      lines.add(line);
    }
  }

  /** Two circuits would be two arrays; exact products are at hand on any. */
  void multiplies(Product p) {
    if (!p.equals(Product.exact()) && !p.equals(s.array().product())) {
      throw s.refused(
          heart,
          "products want to be exact or those of the core's array, " + s.array() + ", not " + p);
    }
    product = p;
  }

  /** The model's tensor, of which these are the codes. */
  private String label() {
    String label =
        lines.reversed().stream()
            .map(l -> g.node(l).label())
            .filter(l -> !l.isEmpty())
            .findFirst()
            .orElseGet(() -> s.op(heart).name());
    return label.endsWith(Quantized.CODES)
        ? label.substring(0, label.length() - Quantized.CODES.length())
        : label;
  }

  private void checkStored() {
    ElementType e = g.type(last).element();
    boolean isCode = e == ElementType.INT8 || e == ElementType.INT16;
    if (!isCode && !(s.op(last) instanceof ArgMax)) {
      throw s.refused(last, "sums want to become codes of 8 or 16 bits before they are stored");
    }
    if (!Plane.takes(g.type(last).shape())) {
      throw s.refused(last, "values want to be [1,C,h,w] or [1,C]");
    }
  }

  private void decide() {
    List<Value> of = new ArrayList<>(s.uses().of(last));
    if (s.op(last) instanceof Relu) {
      of.addAll(s.uses().of(g.node(last).operands().getFirst()));
    }
    List<Value> decisions = of.stream().filter(this::isAboveZero).distinct().toList();
    if (decisions.size() > 1) {
      throw s.refused(decisions.getLast(), "codes want to be compared with zero once");
    }
    decisions.stream()
        .findFirst()
        .ifPresent(d -> {
          mask = Optional.of(d);
          lines.add(d);
        });
  }

  private boolean isAboveZero(Value line) {
    return s.op(line) instanceof Greater
        && s.known(g.node(line).operands().get(1))
            .filter(t -> t.size() == 1 && t.at(0) == 0)
            .isPresent();
  }
}
