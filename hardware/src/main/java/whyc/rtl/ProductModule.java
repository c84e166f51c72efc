package whyc.rtl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.multiplier.Design;
import whyc.multiplier.Multiplier;
import whyc.multiplier.OperandForm;
import whyc.multiplier.Parameter;
import whyc.multiplier.Structure;
import whyc.refusal.RefusedArgument;

/**
 * A multiplier as a combinational module {@code product_<name>}, with dashes as underscores:
 *
 * <pre>{@code
 * a_i [bits], b_i [bits]  ->  p_o [2 * bits]
 * }</pre>
 *
 * @param name of the module
 * @param form of its operands
 * @param text the module, in SystemVerilog
 * @param cells that it is built of
 */
public record ProductModule(String name, OperandForm form, String text, List<Cell> cells) {
  /** A row of a table is one constant, of 8 KiB where operands have 8 bits. */
  private static final int MOST_TABLE_BITS = 8;

  public ProductModule {
    cells = List.copyOf(cells);
  }

  /** The circuit of a design. */
  public static ProductModule of(Design design) {
    String body =
        switch (design.structure()) {
          case Structure.Array a -> array(design.form(), a);
          case Structure.Sizes s -> design.form().signed() ? signed(design) : unsigned(design);
        };
    return of(design.name(), design.family().formula() + values(design), design.form(), body);
  }

  /**
   * A memory of all products, for a function of which nothing but its table is known.
   *
   * @param called what the module's name is made of: letters, digits and dashes
   */
  public static ProductModule ofTable(String called, Multiplier table) {
    OperandForm form = table.form();
    if (form.bits() > MOST_TABLE_BITS) {
      throw new RefusedArgument(
          "%s: a table in RTL wants operands of at most %d bits, got %s"
              .formatted(called, MOST_TABLE_BITS, form.describe()));
    }
    return of(called, "as its table says", form, rows(table));
  }

  private static ProductModule of(String called, String formula, OperandForm form, String body) {
    String name = "product_" + called.replace('-', '_');
    if (!name.matches("\\w+")) {
      throw new RefusedArgument(
          "%s: a module's name wants letters, digits and dashes".formatted(called));
    }
    int bits = form.bits();
    String text =
        """
        // %s, %s: %s.
        module %s (
          input  logic [%d:0] a_i,
          input  logic [%d:0] b_i,
          output logic [%d:0] p_o
        );

        %s
        endmodule
        """
            .formatted(
                called, form.describe(), formula, name, bits - 1, bits - 1, 2 * bits - 1, body);
    return new ProductModule(name, form, text, Cell.instances(text));
  }

  private static String values(Design design) {
    List<Parameter> parameters = design.family().parameters();
    return IntStream.range(0, parameters.size())
        .mapToObj(i ->
            ", %s = %d".formatted(parameters.get(i).symbol(), design.circuit().parameters().get(i)))
        .collect(Collectors.joining());
  }

  private static String array(OperandForm form, Structure.Array array) {
    int bits = form.bits();
    int mask = form.pairs() - 1;
    return """
      product_array #(
        .Width(%d),
        .Signed(1'b%d),
        .Kept(%d'h%s),
        .Constant(%d'h%x)
      ) i_array (.a_i(a_i), .b_i(b_i), .p_o(p_o));
    """
        .formatted(
            bits,
            form.signed() ? 1 : 0,
            bits * bits,
            array.kept().toString(16),
            2 * bits,
            array.constant() & mask);
  }

  private static String sizes(Design design, String a, String b, String p) {
    List<Parameter> parameters = design.family().parameters();
    StringBuilder given = new StringBuilder(".Width(%d)".formatted(design.form().bits()));
    for (int i = 0; i < parameters.size(); i++) {
      given.append(
          ", .%s(%d)".formatted(parameters.get(i).symbol(), design.circuit().parameters().get(i)));
    }
    return "size_%s #(%s) i_size (.a_i(%s), .b_i(%s), .p_o(%s));"
        .formatted(design.family().name(), given, a, b, p);
  }

  private static String unsigned(Design design) {
    return "  " + sizes(design, "a_i", "b_i", "p_o") + "\n";
  }

  /** The size of the most negative value fits, too: it is read without a sign. */
  private static String signed(Design design) {
    int bits = design.form().bits();
    return """
      logic [%1$d:0] a, b;
      logic [%2$d:0] p;

      assign a = a_i[%1$d] ? -a_i : a_i;
      assign b = b_i[%1$d] ? -b_i : b_i;
      %3$s
      assign p_o = a_i[%1$d] ^ b_i[%1$d] ? -p : p;
    """
        .formatted(bits - 1, 2 * bits - 1, sizes(design, "a", "b", "p"));
  }

  /** The products of each first operand stand in one constant, that of code 0 lowest. */
  private static String rows(Multiplier table) {
    int bits = table.form().bits();
    int codes = table.form().codes();
    int digits = (2 * bits + 3) / 4;
    StringBuilder cases = new StringBuilder();
    for (int a = 0; a < codes; a++) {
      cases.append("      %d'd%d: row = {".formatted(bits, a));
      for (int b = codes - 1; b >= 0; b--) {
        int product = table.atCodes(a, b) & (table.form().pairs() - 1);
        String hex = Integer.toHexString(product);
        cases.append(2 * bits).append("'h").append("0".repeat(digits - hex.length())).append(hex);
        cases.append(b == 0 ? "};\n" : ", ");
      }
    }
    return """
      logic [%1$d:0] row;

      always_comb begin
        unique case (a_i)
    %2$s      default: row = '0;
        endcase
      end
      assign p_o = row[%3$d'(b_i) * %3$d'd%4$d +: %4$d];
    """
        .formatted(
            codes * 2 * bits - 1,
            cases,
            Integer.SIZE - Integer.numberOfLeadingZeros(codes * 2 * bits - 1),
            2 * bits);
  }

  /**
   * A module {@code product} that is this one: what an array of multipliers instantiates, with a
   * the feature and b the weight.
   *
   * @param isSwapped whether this one's a is the weight
   * @throws IllegalArgumentException if operands are not signed
   */
  public String asProductOfArrays(boolean isSwapped) {
    if (!form.signed()) {
      throw new RefusedArgument(
          "%s: an array of multipliers wants signed operands, got %s"
              .formatted(name, form.describe()));
    }
    return """
    // The product of an array: %1$s.
    module product #(
      parameter int ABits = %2$d,
      parameter int BBits = %2$d
    ) (
      input  logic signed [ABits-1:0]       a_i,
      input  logic signed [BBits-1:0]       b_i,
      output logic signed [ABits+BBits-1:0] p_o
    );

      %1$s i_product (.a_i(%3$s), .b_i(%4$s), .p_o(p_o));

    endmodule
    """
        .formatted(name, form.bits(), isSwapped ? "b_i" : "a_i", isSwapped ? "a_i" : "b_i");
  }

  /** Writes the module and its cells into a folder, each in a file of its name. */
  public List<Path> write(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Cell cell : cells) {
      files.add(cell.write(folder));
    }
    files.add(Files.writeString(folder.resolve(name + ".sv"), text));
    return files;
  }
}
