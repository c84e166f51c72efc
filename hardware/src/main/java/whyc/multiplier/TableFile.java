package whyc.multiplier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import whyc.refusal.RefusedArgument;
import whyc.refusal.TextFile;

/**
 * Truth tables in files, told apart by the ends of their names.
 *
 * <pre>{@code
 * .bin   2^(2w) integers, little endian, at code(a) * 2^w + code(b); 16 bits each up to w = 8,
 *        32 bits above; two's complement where operands are signed
 * .csv   a line "a,b,product" of values for each pair, in any order, under a header or none; or
 *        2^w lines of 2^w products, rows and columns in the order of codes 0, 1, ... 2^w - 1
 * }</pre>
 *
 * A code is the operand's bits read as an unsigned number: of 8 signed bits, 255 stands for -1.
 */
public final class TableFile {
  private static final long MOST_BYTES = 1L << 30;

  private TableFile() {}

  /** Reads a table; what it says must be products of operands of this form. */
  public static Multiplier read(Path file, OperandForm form) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new RefusedArgument(
          file + ": a table wants at most 1 GiB, got " + Files.size(file) + " bytes");
    }
    int[] products =
        isBinary(file)
            ? ofBytes(file, form, Files.readAllBytes(file))
            : new TableText(file, form).read(TextFile.read(file));
    checkSigns(file, form, products);
    return Multiplier.ofTable(form, products);
  }

  /** The bytes of a file of this name. */
  public static byte[] write(Path file, Multiplier m) {
    return isBinary(file) ? bytes(m) : TableText.of(m).getBytes(StandardCharsets.US_ASCII);
  }

  /** Refuses names of which neither format follows. */
  public static boolean isBinary(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".bin") && !name.endsWith(".csv")) {
      throw new RefusedArgument(file + ": a table's file wants a name that ends in .bin or .csv");
    }
    return name.endsWith(".bin");
  }

  private static int width(OperandForm form) {
    return 2 * form.bits() <= Short.SIZE ? Short.BYTES : Integer.BYTES;
  }

  private static int[] ofBytes(Path file, OperandForm form, byte[] bytes) {
    int width = width(form);
    if (bytes.length != form.pairs() * width) {
      throw new RefusedArgument(
          "%s: a table of %s wants %d integers of %d bits (%d bytes), got %d bytes"
              .formatted(
                  file,
                  form.describe(),
                  form.pairs(),
                  8 * width,
                  form.pairs() * width,
                  bytes.length));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int[] products = new int[form.pairs()];
    for (int i = 0; i < products.length; i++) {
      int product = width == Short.BYTES ? in.getShort() : in.getInt();
      products[i] = width == Short.BYTES && !form.signed() ? product & 0xffff : product;
      if (!form.isProduct(products[i])) {
        throw outOfRange(file, form, products[i], "entry " + i);
      }
    }
    return products;
  }

  static RefusedArgument outOfRange(Path file, OperandForm form, long product, String where) {
    return new RefusedArgument(
        "%s: a product of %s wants to be %d to %d, got %d (%s)"
            .formatted(
                file, form.describe(), form.minProduct(), form.maxProduct(), product, where));
  }

  private static byte[] bytes(Multiplier m) {
    OperandForm form = m.form();
    ByteBuffer out = ByteBuffer.allocate(form.pairs() * width(form)).order(ByteOrder.LITTLE_ENDIAN);
    for (int a = 0; a < form.codes(); a++) {
      for (int b = 0; b < form.codes(); b++) {
        if (width(form) == Short.BYTES) {
          out.putShort((short) m.atCodes(a, b));
        } else {
          out.putInt(m.atCodes(a, b));
        }
      }
    }
    return out.array();
  }

  /**
   * A table of operands of the other sign is a function, too, but none that multiplies: it is
   * refused where its bits, read the other way, are at least four times as near to the product.
   */
  private static void checkSigns(Path file, OperandForm form, int[] products) {
    OperandForm other = new OperandForm(form.bits(), !form.signed());
    double asked = distance(form, products);
    double turned = distance(other, products);
    if (4 * turned < asked) {
      throw new RefusedArgument(
          "%s: reads like products of %s (mean absolute error %.4g, as %s %.4g)"
              .formatted(
                  file,
                  other.describe(),
                  turned / form.pairs(),
                  form.signed() ? "signed" : "unsigned",
                  asked / form.pairs()));
    }
  }

  /** Sum of absolute errors, where products are read with the sign of a form. */
  private static double distance(OperandForm form, int[] products) {
    int unused = Integer.SIZE - 2 * form.bits();
    double sum = 0;
    for (int i = 0; i < products.length; i++) {
      int shifted = products[i] << unused;
      int product = form.signed() ? shifted >> unused : shifted >>> unused;
      int exact = form.value(i / form.codes()) * form.value(i % form.codes());
      sum += Math.abs(product - exact);
    }
    return sum;
  }
}
