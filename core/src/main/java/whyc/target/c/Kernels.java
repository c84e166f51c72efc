package whyc.target.c;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private boolean windows;
  private boolean lanes;

  Kernels(Weights weights) {
    this.weights = weights;
  }

  /** All kernels that were asked for. */
  String text() {
    return String.join("\n", copies.values());
  }

  /**
   * What stands before them, once: the kinds of processors that they are compiled for.
   *
   * @param program the file's name without its ending
   * @param steps the function that calls them
   */
  String prelude(String program, String steps) {
    String names =
        Stream.concat(copies.keySet().stream(), Stream.of(steps))
            .map("#define %1$s KIND(%1$s)"::formatted)
            .collect(Collectors.joining("\n"));
    String kinds = text("kinds").replace("NAMES", names).replace("PROGRAM", program);
    return (windows ? file("window") + "\n" : "")
        + (lanes ? text("some") + "\n" : "")
        + kinds
        + (lanes ? "\n" + text("lanes") : "");
  }

  /** A file without the lines that make it compile by itself. */
  private static String file(String name) {
    return text(name)
        .lines()
        .filter(l -> !l.startsWith("#include"))
        .filter(l -> !l.startsWith("#define conv"))
        .collect(Collectors.joining("\n", "", "\n"))
        .strip()
        .concat("\n");
  }

  private static String text(String name) {
    try (InputStream in = Kernels.class.getResourceAsStream(name + ".c")) {
      if (in == null) {
        throw new IllegalStateException("no kernel " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
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
    windows = true;
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

  String maxPoolSwitch(CType x, Window w) {
    window();
    order(x);
    Map<String, String> words = types(x, x, x);
    words.putAll(words(w));
    words.put("bits_t", CType.unsigned(x.bytes()).text());
    return copy("max_pool_switch", "max_pool_switch_" + x.suffix() + suffix(w), words);
  }

  /**
   * The way back of a max-pooling.
   *
   * @param bits of a switch
   */
  String maxPoolRoute(CType x, int bits, Window w) {
    window();
    Map<String, String> words = types(x, x, x);
    words.putAll(words(w));
    words.put("unpack", unpack(bits));
    String name = "max_pool_route_%s_%d%s".formatted(x.suffix(), bits, suffix(w));
    return copy("max_pool_route", name, words);
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

  /** What a convolution in registers multiplies and sums. */
  record Numbers(CType x, CType w, CType sum) {
    /** Nothing for floats, which need no telling. */
    private String suffix() {
      return x == CType.FLOAT ? "" : "_%s_%s".formatted(x.suffix(), w.suffix());
    }

    private Map<String, String> words() {
      Map<String, String> words = types(x, w, sum);
      words.put("LOADED", x == sum ? "SAME" : "WIDENED");
      return words;
    }
  }

  /**
   * Channels of a row of a convolution in registers.
   *
   * @param outputs channels at once: 4, 8 or 16; without vectors integers take 4
   */
  String convTile(Numbers numbers, int outputs, Window w) {
    window();
    lanes = true;
    Map<String, String> words = numbers.words();
    words.putAll(words(w));
    words.put("OUTPUTS", String.valueOf(outputs));
    words.put(
        "TOGETHER",
        outputs == 4 || numbers.x.isReal()
            ? String.valueOf(outputs)
            : "(LANES > 1 ? %d : 4)".formatted(outputs));
    String name = "conv%s%s_outputs_%d".formatted(numbers.suffix(), suffix(w), outputs);
    return copy("conv_tile", name, words);
  }

  /** Rows of an image with what lies beside it. */
  String convPad(Numbers numbers) {
    return copy("conv_pad", "conv_pad_" + numbers.x.suffix(), numbers.words());
  }

  /**
   * Channels of places of a convolution by one tap, in registers.
   *
   * @param outputs channels at once: 4 or 8
   */
  String convPoint(Numbers numbers, int outputs) {
    lanes = true;
    Map<String, String> words = numbers.words();
    words.put("OUTPUTS", String.valueOf(outputs));
    String name = "conv%s_point_outputs_%d".formatted(numbers.suffix(), outputs);
    for (String tile : List.of("wide", "narrow")) {
      Map<String, String> own = new LinkedHashMap<>(words);
      own.put("WIDE", tile.equals("wide") ? "1" : "0");
      words.put("conv_point_" + tile, copy("conv_point_tile", name + "_" + tile, own));
    }
    return copy("conv_point", name, words);
  }

  /** Rows of a convolution of one channel. */
  String convPlane(Numbers numbers, Window w) {
    window();
    lanes = true;
    Map<String, String> words = numbers.words();
    words.putAll(words(w));
    String spread = "spread_%s_stride_%d".formatted(numbers.x.suffix(), w.strideX());
    words.put("conv_plane_spread", copy("conv_plane_spread", spread, words));
    return copy("conv_plane", "conv%s_plane%s".formatted(numbers.suffix(), suffix(w)), words);
  }
}
