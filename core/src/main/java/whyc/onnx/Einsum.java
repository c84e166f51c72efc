package whyc.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.op.Emit;
import whyc.op.Reshape;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * A sum over products, as an equation of labels: {@code "bij,bjk->bik"}. Operands are taken in one
 * by one from the left. Two of them meet in a matrix product: labels that both have and the rest
 * still needs are leading axes, labels that both have and nothing else needs are summed, all others
 * are kept.
 *
 * @param operands the labels of each operand; a label of its own for each axis under an ellipsis
 * @param result the labels of the result
 */
record Einsum(List<String> operands, String result) {
  /** Stands for an ellipsis until the ranks are known; labels from here on are its axes. */
  private static final char ELLIPSIS = '\u0100';

  /** No operands that can be held have an equation as long as this. */
  private static final int MAX_LENGTH = 1000;

  static Einsum of(String equation) {
    if (equation.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "wants an equation of at most " + MAX_LENGTH + " letters, got " + equation.length());
    }
    String text = equation.replace(" ", "").replace("...", String.valueOf(ELLIPSIS));
    int arrow = text.indexOf("->");
    String left = arrow < 0 ? text : text.substring(0, arrow);
    List<String> operands = List.of(left.split(",", -1));
    String result = arrow < 0 ? implied(left) : text.substring(arrow + 2);
    for (char c : (left + result).toCharArray()) {
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && c != ',' && c != ELLIPSIS) {
        throw new IllegalArgumentException(
            "wants an equation of letters, got \"" + equation + "\"");
      }
    }
    return new Einsum(operands, result);
  }

  /** Without an arrow: the ellipsis, then every label that stands once, in alphabetical order. */
  private static String implied(String left) {
    StringBuilder s =
        new StringBuilder(left.indexOf(ELLIPSIS) >= 0 ? String.valueOf(ELLIPSIS) : "");
    left.chars()
        .filter(c -> Character.isLetter(c) && c != ELLIPSIS)
        .filter(c -> left.indexOf(c) == left.lastIndexOf(c))
        .sorted()
        .forEach(c -> s.append((char) c));
    return s.toString();
  }

  /** A value and the label of each of its axes. */
  private record Labelled(Value value, String labels) {}

  Value value(Emit g, List<Value> values) {
    if (values.size() != operands.size()) {
      throw new IllegalArgumentException(
          "wants " + operands.size() + " operands, got " + values.size());
    }
    List<Labelled> pending = new ArrayList<>();
    int ellipsis = 0;
    for (int i = 0; i < values.size(); i++) {
      int under = g.shape(values.get(i)).rank() - (operands.get(i).length() - 1);
      ellipsis = operands.get(i).indexOf(ELLIPSIS) >= 0 ? Math.max(ellipsis, under) : ellipsis;
    }
    for (int i = 0; i < values.size(); i++) {
      String labels = spelledOut(operands.get(i), g.shape(values.get(i)).rank(), ellipsis);
      pending.add(diagonal(g, new Labelled(values.get(i), labels)));
    }
    String wanted = spelledOut(result, -1, ellipsis);
    Labelled sum = pending.removeFirst();
    while (!pending.isEmpty()) {
      Labelled next = pending.removeFirst();
      StringBuilder needed = new StringBuilder(wanted);
      pending.forEach(p -> needed.append(p.labels));
      sum =
          product(
              g,
              summed(g, sum, next.labels + needed),
              summed(g, next, sum.labels + needed),
              needed.toString());
    }
    return arranged(g, summed(g, sum, wanted), wanted).value;
  }

  /** Labels for the axes under the ellipsis, counted from the last. */
  private static String spelledOut(String labels, int rank, int ellipsis) {
    int at = labels.indexOf(ELLIPSIS);
    int count = at < 0 ? 0 : rank < 0 ? ellipsis : rank - (labels.length() - 1);
    if (count < 0 || (rank >= 0 && labels.length() - (at < 0 ? 0 : 1) + count != rank)) {
      throw new IllegalArgumentException(
          "wants a label for each axis, got "
              + rank
              + " axes for \""
              + labels.replace(ELLIPSIS, '.')
              + "\"");
    }
    StringBuilder s = new StringBuilder();
    for (int k = 0; k < labels.length(); k++) {
      if (k == at) {
        for (int i = count; i >= 1; i--) {
          s.append((char) (ELLIPSIS + i));
        }
      } else {
        s.append(labels.charAt(k));
      }
    }
    return s.toString();
  }

  /**
   * A label that stands twice takes the diagonal: times the unit matrix, summed over one of both.
   */
  private static Labelled diagonal(Emit g, Labelled x) {
    Labelled y = x;
    for (int second = y.labels.length() - 1; second > 0; second--) {
      int first = y.labels.indexOf(y.labels.charAt(second));
      if (first < second) {
        Shape shape = g.shape(y.value);
        int extent = shape.dim(first);
        double[] unit =
            IntStream.range(0, Limits.made((long) extent * extent))
                .mapToDouble(i -> i % (extent + 1) == 0 ? 1 : 0)
                .toArray();
        Shape over =
            new Shape(Collections.nCopies(shape.rank(), 1))
                .with(first, extent)
                .with(second, extent);
        Value picked = g.sum(g.mul(y.value, g.values(over, unit, y.value)), second);
        y =
            new Labelled(
                g.squeeze(picked, second),
                new StringBuilder(y.labels).deleteCharAt(second).toString());
      }
    }
    return y;
  }

  /** Sums over the labels that nothing else needs. */
  private static Labelled summed(Emit g, Labelled x, String needed) {
    int[] axes =
        IntStream.range(0, x.labels.length())
            .filter(i -> needed.indexOf(x.labels.charAt(i)) < 0)
            .toArray();
    if (axes.length == 0) {
      return x;
    }
    StringBuilder left = new StringBuilder();
    x.labels.chars().filter(c -> needed.indexOf(c) >= 0).forEach(c -> left.append((char) c));
    return new Labelled(g.squeeze(g.sum(x.value, axes), axes), left.toString());
  }

  private static Labelled product(Emit g, Labelled a, Labelled b, String needed) {
    Set<Character> shared = letters(a.labels);
    shared.retainAll(letters(b.labels));
    String leading = only(shared, c -> needed.indexOf(c) >= 0);
    String inner = only(shared, c -> needed.indexOf(c) < 0);
    String left = only(letters(a.labels), c -> !shared.contains(c));
    String right = only(letters(b.labels), c -> !shared.contains(c));
    if (inner.isEmpty()) {
      Value x =
          g.unsqueeze(
              arranged(g, a, leading + left).value,
              range(leading.length() + left.length(), right.length()));
      Value y =
          g.unsqueeze(
              arranged(g, b, leading + right).value, range(leading.length(), left.length()));
      return new Labelled(g.mul(x, y), leading + left + right);
    }
    // All kept labels but the last of each side are leading axes, which the other side repeats.
    int moreLeft = Math.max(0, left.length() - 1);
    int moreRight = Math.max(0, right.length() - 1);
    Value x = joined(g, arranged(g, a, leading + left + inner).value, inner.length());
    Value y = joined(g, arranged(g, b, leading + right + inner).value, inner.length());
    x = left.isEmpty() ? g.unsqueeze(x, leading.length()) : x;
    y = right.isEmpty() ? g.unsqueeze(y, leading.length()) : y;
    x = g.unsqueeze(x, range(leading.length() + moreLeft, moreRight));
    y = g.unsqueeze(y, range(leading.length(), moreLeft));
    Value z = g.matMul(x, g.transposeMatrix(y));
    z = right.isEmpty() ? g.squeeze(z, -1) : z;
    z = left.isEmpty() ? g.squeeze(z, right.isEmpty() ? -1 : -2) : z;
    String labels =
        leading
            + left.substring(0, moreLeft)
            + right.substring(0, moreRight)
            + left.substring(moreLeft)
            + right.substring(moreRight);
    return new Labelled(z, labels);
  }

  private static int[] range(int from, int count) {
    return IntStream.range(from, from + count).toArray();
  }

  private static Set<Character> letters(String labels) {
    Set<Character> set = new LinkedHashSet<>();
    labels.chars().forEach(c -> set.add((char) c));
    return set;
  }

  private static String only(Set<Character> letters, java.util.function.Predicate<Character> keep) {
    StringBuilder s = new StringBuilder();
    letters.stream().filter(keep).forEach(s::append);
    return s.toString();
  }

  /** The last axes as one. */
  private static Value joined(Emit g, Value x, int count) {
    if (count == 1) {
      return x;
    }
    Shape shape = g.shape(x);
    List<Integer> dims = new ArrayList<>(Collections.nCopies(shape.rank() - count, 0));
    dims.add(shape.product(shape.rank() - count, shape.rank()));
    return g.emit(new Reshape(dims), x);
  }

  private static Labelled arranged(Emit g, Labelled x, String order) {
    if (x.labels.equals(order)) {
      return x;
    }
    if (!letters(x.labels).equals(letters(order))) {
      throw new IllegalArgumentException(
          "wants results of labels that operands have, got \"" + order + "\"");
    }
    List<Integer> permutation = order.chars().mapToObj(c -> x.labels.indexOf(c)).toList();
    return new Labelled(g.emit(new Transpose(permutation), x.value), order);
  }
}
