package whyc.app.report;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Trees of maps, lists, texts, numbers and truth values as JSON text. Numbers that JSON cannot say
 * become texts ({@code "NaN"}, {@code "Infinity"}).
 *
 * <p>Only Jackson's generator is used: its data binding takes longer to start than a heat map to
 * compute.
 */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Jackson leaves these in texts as they are, and terminals obey some of them. */
  private static final Pattern CONTROL = Pattern.compile("[\\x7f-\\x9f]");

  private Json() {}

  /** The text, two spaces to a level, lists of numbers on one line. */
  public static String text(Object tree) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(new Context(), text)) {
      write(out, tree);
    }
    return CONTROL
        .matcher(text.append('\n').toString())
        .replaceAll(m -> "\\\\u%04x".formatted((int) m.group().charAt(0)));
  }

  private static final class Context extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }

  private static void write(JsonGenerator out, Object tree) {
    switch (tree) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach((key, value) -> {
          out.writeName(String.valueOf(key));
          write(out, value);
        });
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(value -> write(out, value));
        out.writeEndArray();
      }
      case Float f when Float.isFinite(f) -> out.writeNumber(f);
      case Double d when Double.isFinite(d) -> out.writeNumber(d);
      case Integer i -> out.writeNumber(i);
      case Long l -> out.writeNumber(l);
      case Boolean b -> out.writeBoolean(b);
      default -> out.writeString(tree.toString());
    }
  }
}
