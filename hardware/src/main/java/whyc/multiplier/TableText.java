package whyc.multiplier;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.Iterator;
import whyc.refusal.RefusedArgument;

/** Truth tables as comma-separated values, see {@link TableFile}. */
final class TableText {
  private final Path file;
  private final OperandForm form;
  private final int[] products;
  private final BitSet given;

  TableText(Path file, OperandForm form) {
    this.file = file;
    this.form = form;
    this.products = new int[form.pairs()];
    this.given = new BitSet(form.pairs());
  }

  static String of(Multiplier m) {
    OperandForm form = m.form();
    StringBuilder text = new StringBuilder("a,b,product\n");
    for (int a = form.min(); a <= form.max(); a++) {
      for (int b = form.min(); b <= form.max(); b++) {
        text.append(a).append(',').append(b).append(',').append(m.of(a, b)).append('\n');
      }
    }
    return text.toString();
  }

  int[] read(String text) {
    Iterator<String> lines = text.lines().iterator();
    int row = 0;
    for (int line = 1; lines.hasNext(); line++) {
      String next = lines.next().strip();
      boolean isHeader = line == 1 && !next.isEmpty() && Character.isLetter(next.charAt(0));
      if (!next.isEmpty() && !isHeader) {
        readLine(next.split(",", -1), row++, line);
      }
    }
    int missing = given.nextClearBit(0);
    if (missing < products.length) {
      throw new RefusedArgument(
          "%s: a table of %s wants %d products, got %d; none for %s"
              .formatted(
                  file, form.describe(), products.length, given.cardinality(), pair(missing)));
    }
    return products;
  }

  private void readLine(String[] cells, int row, int line) {
    if (cells.length == 3) {
      put(operand(cells[0], line), operand(cells[1], line), number(cells[2], line), line);
    } else if (cells.length == form.codes() && row < form.codes()) {
      for (int b = 0; b < cells.length; b++) {
        put(row, b, number(cells[b], line), line);
      }
    } else {
      throw new RefusedArgument(
          "%s: a table of %s wants lines \"a,b,product\", or %d lines of %d products, got line %d of %d"
              .formatted(file, form.describe(), form.codes(), form.codes(), line, cells.length));
    }
  }

  private void put(int codeA, int codeB, long product, int line) {
    int at = codeA * form.codes() + codeB;
    if (given.get(at)) {
      throw new RefusedArgument(
          "%s: a table wants each pair once, got %s again in line %d"
              .formatted(file, pair(at), line));
    }
    if (product < form.minProduct() || product > form.maxProduct()) {
      throw TableFile.outOfRange(file, form, product, "line " + line);
    }
    given.set(at);
    products[at] = (int) product;
  }

  private int operand(String cell, int line) {
    long value = number(cell, line);
    if (value < form.min() || value > form.max()) {
      throw new RefusedArgument(
          "%s: %s want to be %d to %d, got %d in line %d"
              .formatted(file, form.describe(), form.min(), form.max(), value, line));
    }
    return form.code((int) value);
  }

  private long number(String cell, int line) {
    try {
      return Long.parseLong(cell.strip());
    } catch (NumberFormatException e) {
      throw new RefusedArgument(
          "%s: a table wants whole numbers, got \"%.40s\" in line %d".formatted(file, cell, line),
          e);
    }
  }

  private String pair(int at) {
    return form.value(at / form.codes()) + " * " + form.value(at % form.codes());
  }
}
