package whyc.target.c;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.TensorType;

/**
 * The function of a program: an array for each input, then one for each output.
 *
 * @param name of the function
 */
record Signature(String name, List<Parameter> inputs, List<Parameter> outputs) {
  /** Keywords, what generated code calls, and what else compilers know by name. */
  private static final Set<String> TAKEN =
      Set.of(
          ("auto break case char const continue default do double else enum extern float for goto if"
                  + " inline int long register restrict return short signed sizeof static struct switch"
                  + " typedef union unsigned void volatile while arena main"
                  + " memcpy memset memmove memcmp memchr strcpy strncpy strcat strncat strcmp strncmp"
                  + " strchr strrchr strlen strstr strspn strcspn strpbrk printf fprintf sprintf snprintf"
                  + " scanf sscanf fscanf vprintf puts putchar fputs fputc fwrite malloc calloc realloc free"
                  + " abort exit abs labs llabs isalnum isalpha isdigit islower isupper isspace isprint"
                  + " ispunct iscntrl isgraph isxdigit isblank tolower toupper")
              .split(" "));

  /** Functions of {@code math.h}, in double, single and long double precision. */
  private static final Pattern MATH =
      Pattern.compile(
          "(a?(sin|cos|tan)h?|atan2|exp|exp2|expm1|log|log2|log10|log1p|logb|ilogb|pow|sqrt|cbrt|hypot|fabs"
              + "|fmod|fma|fmin|fmax|fdim|floor|ceil|round|lround|llround|trunc|rint|lrint|llrint|nearbyint"
              + "|modf|frexp|ldexp|scalbn|scalbln|remainder|remquo|copysign|nan|nextafter|nexttoward|erf|erfc"
              + "|tgamma|lgamma|gamma|significand|j0|j1|jn|y0|y1|yn|signbit)[fl]?");

  /** Headers of C: a file {@code math.h} of ours would stand in for the one of the system. */
  private static final Set<String> HEADERS =
      Set.of(
          ("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdarg"
                  + " stdbool stddef stdint stdio stdlib string tgmath time wchar wctype")
              .split(" "));

  /**
   * An input or output.
   *
   * @param name in C
   * @param tensor the model's name of it
   */
  record Parameter(String name, String tensor, Value value, TensorType type) {
    String declaration(boolean input) {
      return "%s%s %s[%d]"
          .formatted(
              input ? "const " : "", CType.of(type.element()).text(), name, type.shape().size());
    }

    /** A comment's line. */
    String description() {
      return "%s: %s%s"
          .formatted(name, type, name.equals(tensor) ? "" : "  \"" + shown(tensor) + "\"");
    }
  }

  static Signature of(String name, Graph graph) {
    Set<String> used = new HashSet<>();
    List<Parameter> inputs = new ArrayList<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node n = graph.nodes().get(i);
      if (n.op() instanceof Input input) {
        inputs.add(parameter(input.input(), new Value(i), graph, used));
      }
    }
    List<Parameter> outputs = new ArrayList<>();
    graph.outputs().forEach((output, value) -> outputs.add(parameter(output, value, graph, used)));
    return new Signature(identifier(name), inputs, outputs);
  }

  private static Parameter parameter(String tensor, Value v, Graph graph, Set<String> used) {
    String plain = identifier(tensor);
    String name = plain;
    for (int i = 2; !used.add(name); i++) {
      name = plain + "_" + i;
    }
    return new Parameter(name, tensor, v, graph.type(v));
  }

  /** A name as C takes it. */
  static String identifier(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_]", "_");
    boolean begins =
        !plain.isEmpty() && !Character.isDigit(plain.charAt(0)) && plain.charAt(0) != '_';
    String led = begins ? plain : "n" + plain;
    boolean local = led.matches("(v|w|x|row|table|r)[0-9]+|w[0-9]+_tiles|[ncyxijklo]|rows");
    boolean taken =
        TAKEN.contains(led) || HEADERS.contains(led) || MATH.matcher(led).matches() || local;
    return taken ? led + "_" : led;
  }

  /** A name of the model within a comment. */
  static String shown(String text) {
    return text.replaceAll("[^ -~]", "?").replace("*/", "* /").replace("/*", "/ *");
  }

  String macro(String what) {
    return name.toUpperCase(Locale.ROOT) + "_" + what;
  }

  String declaration() {
    return declaration(name);
  }

  /** The same arrays of another function. */
  String declaration(String function) {
    String own = "void %s(".formatted(function);
    return Stream.concat(
            inputs.stream().map(p -> p.declaration(true)),
            outputs.stream().map(p -> p.declaration(false)))
        .collect(Collectors.joining(",\n" + " ".repeat(own.length()), own, ")"));
  }

  /** The function that does the work, compiled once or more. */
  String steps() {
    return name + "_steps";
  }

  String arguments() {
    return Stream.concat(inputs.stream(), outputs.stream())
        .map(Parameter::name)
        .collect(Collectors.joining(", "));
  }
}
