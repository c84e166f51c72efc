package whyc.target.c;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import whyc.op.Product;
import whyc.op.Window;

/**
 * The kernels that a program uses, each once for every set of types. A kernel is a file of C; some
 * of its words stand for types and numbers, and are replaced when it is copied into a program.
 */
final class Kernels {
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  /** Kernels as they are copied, by name, those that others call before them. */
  private final SequencedMap<String, String> copies = new LinkedHashMap<>();

  private final Weights weights;

  Kernels(Weights weights) {
    this.weights = weights;
  }

  /** All kernels that were asked for. */
  String text() {
    return String.join("\n", copies.values());
  }

  private static String file(String name) {
    try (InputStream in = Kernels.class.getResourceAsStream(name + ".c")) {
      if (in == null) {
        throw new IllegalStateException("no kernel " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.startsWith("#include"))
          .collect(Collectors.joining("\n", "", "\n"))
          .strip()
          .concat("\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String replaced(String text, Map<String, String> words) {
    Matcher m = WORD.matcher(text);
    return m.replaceAll(w -> Matcher.quoteReplacement(words.getOrDefault(w.group(), w.group())));
  }

  /**
   * A kernel under a name of its own.
   *
   * @param words what stands for what, besides the kernel's own name
   */
  private String copy(String kernel, String name, Map<String, String> words) {
    Map<String, String> all = new LinkedHashMap<>(words);
    all.put(kernel, name);
    all.putIfAbsent("KERNEL", "static inline");
    copies.computeIfAbsent(name, n -> replaced(file(kernel), all));
    return name;
  }

  private static Map<String, String> types(CType x, CType w, CType sum) {
    return new LinkedHashMap<>(
        Map.of(
            "x_t", x.text(),
            "w_t", w.text(),
            "sum_t", sum.text(),
            "wide_t", sum.modular(),
            "LOWEST", x.lowest(),
            "UNORDERED", x.isReal() ? "isnan" : "never_" + x.suffix()));
  }

  private void window() {
    copy("window", "window", Map.of());
  }

  /** What a window is made of, as words: loops of known length need no division. */
  private static Map<String, String> words(Window w) {
    return Map.of(
        "ROWS", String.valueOf(w.height()),
        "TAPS", String.valueOf(w.width()),
        "STRIDE", String.valueOf(w.strideX()),
        "DILATION", String.valueOf(w.dilationX()));
  }

  private static String suffix(Window w) {
    String plain = "_%dx%d_stride_%d".formatted(w.height(), w.width(), w.strideX());
    return w.dilationX() == 1 ? plain : plain + "_dilation_" + w.dilationX();
  }

  /** The multiplication of a sum of products, and the name of the kernel that sums them. */
  private String product(String kernel, CType x, CType w, CType sum, Product product) {
    return product(kernel, "", types(x, w, sum), x, w, product);
  }

  private String product(
      String kernel, String suffix, Map<String, String> words, CType x, CType w, Product product) {
    String types = "_%s_%s".formatted(x.suffix(), w.suffix());
    String own =
        switch (product) {
          case Product.Exact e -> copy("times", "times" + types, words);
          case Product.Table t -> {
            String table = weights.table(t);
            words.put("TABLE", table);
            yield copy("times_table", "times_" + table + types, words);
          }
        };
    words.put("times", own);
    return copy(kernel, kernel + own.substring("times".length()) + suffix, words);
  }

  /**
   * A convolution row by row.
   *
   * @param pads whether products with what lies beyond the image count
   */
  String convRow(CType x, CType w, CType sum, Product product, Window window, boolean pads) {
    window();
    Map<String, String> words = types(x, w, sum);
    words.putAll(words(window));
    words.put("PADS", pads ? "1" : "0");
    String suffix = suffix(window) + (pads ? "_padded" : "");
    return product("conv_row", suffix, words, x, w, product);
  }

  String convTransposeRow(CType x, CType w, CType sum, Product product) {
    window();
    return product("conv_transpose_row", x, w, sum, product);
  }

  String matMulRow(CType x, CType w, CType sum, Product product) {
    return product("matmul_row", x, w, sum, product);
  }

  private String typed(String kernel, CType x) {
    return copy(kernel, kernel + "_" + x.suffix(), types(x, x, x));
  }

  /** What pools compare values with. */
  private void order(CType x) {
    if (!x.isReal()) {
      typed("never", x);
    }
  }

  String maxPoolRow(CType x, Window w) {
    window();
    order(x);
    Map<String, String> words = types(x, x, x);
    words.putAll(words(w));
    return copy("max_pool_row", "max_pool_row_" + x.suffix() + suffix(w), words);
  }

  String maxPoolSwitch(CType x) {
    window();
    order(x);
    return typed("max_pool_switch", x);
  }

  String maxPoolRoute(CType x) {
    window();
    code();
    return typed("max_pool_route", x);
  }

  String sumPool(CType x) {
    window();
    return typed("sum_pool", x);
  }

  String softmax(CType x) {
    return typed("softmax", x);
  }

  String argMax(CType x) {
    return typed("arg_max", x);
  }

  String place() {
    return copy("place", "place", Map.of());
  }

  /** One code out of many. */
  String code() {
    return copy("code", "code", Map.of());
  }

  /** Codes of so many bits out of bytes. */
  String pack(int bits) {
    return copy("pack", "pack_" + bits, Map.of("BITS", String.valueOf(bits)));
  }

  String unpack(int bits) {
    return copy("unpack", "unpack_" + bits, Map.of("BITS", String.valueOf(bits)));
  }

  String whole() {
    return copy("whole", "whole", Map.of());
  }

  String clamp() {
    return copy("clamp", "clamp", Map.of());
  }

  String fits() {
    return copy("fits", "fits", Map.of());
  }

  /** A number without its last binary places. */
  String rounded(int shift) {
    return copy("rounded", "rounded_" + shift, Map.of("SHIFT", String.valueOf(shift)));
  }

  /**
   * The convolution in registers.
   *
   * @param outputs channels at once: 4, 8 or 16
   */
  String convTile(int outputs, Window w) {
    window();
    String full = "conv%s_outputs_%d".formatted(suffix(w), outputs);
    copies.computeIfAbsent("lanes", n -> file("lanes"));
    copies.computeIfAbsent(full, n -> tiles(full, outputs, w));
    return full;
  }

  private static String tiles(String name, int outputs, Window w) {
    Map<String, String> words = new LinkedHashMap<>(words(w));
    words.put("OUTPUTS", String.valueOf(outputs));
    String tile = file("conv_tile");
    String comment = tile.substring(0, tile.indexOf("*/\n") + 3);
    String body = tile.substring(comment.length());
    StringBuilder s = new StringBuilder(replaced(comment, words));
    words.put("conv_tile", name + "_plain");
    words.put("KERNEL", "static inline");
    words.put("LANES", outputs < 16 ? "WHYC_LANES_OF_" + outputs : "WHYC_LANES");
    words.put("COLUMNS", "WHYC_COLUMNS");
    s.append(replaced(body, words)).append("\n#ifdef WHYC_DISPATCH\n");
    for (Vectors v : Vectors.values()) {
      words.put("conv_tile", name + v.suffix);
      words.put("KERNEL", "__attribute__((target(\"%s\"))) static inline".formatted(v.features));
      words.put("LANES", String.valueOf(Math.min(outputs, v.lanes)));
      words.put("COLUMNS", String.valueOf(v.columns));
      s.append(replaced(body, words)).append('\n');
    }
    s.append("#endif\n\n");
    words.put("KERNEL", "static inline");
    words.put("conv_tile_dispatch", name);
    words.put("conv_tile_plain", name + "_plain");
    for (Vectors v : Vectors.values()) {
      words.put("conv_tile" + v.suffix, name + v.suffix);
    }
    return s.append(replaced(file("conv_tile_dispatch"), words)).toString();
  }

  /** Vectors that an x86 processor may have beyond those that every one has. */
  private enum Vectors {
    WIDE("_avx2", "avx2,fma", 8, 4),
    WIDEST("_avx512", "avx512f,avx512vl,fma", 16, 8);

    private final String suffix;
    private final String features;
    private final int lanes;
    private final int columns;

    Vectors(String suffix, String features, int lanes, int columns) {
      this.suffix = suffix;
      this.features = features;
      this.lanes = lanes;
      this.columns = columns;
    }
  }
}
