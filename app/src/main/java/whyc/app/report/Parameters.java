package whyc.app.report;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The components of a record, as a tree for {@link Json}: an explanation's are its parameters. */
public final class Parameters {
  private Parameters() {}

  /** Names in the manifest's spelling; enums by their text on the command line. */
  public static Map<String, Object> of(Record r) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (RecordComponent c : r.getClass().getRecordComponents()) {
      tree.put(name(c.getName()), value(component(r, c)));
    }
    return tree;
  }

  private static Object value(Object o) {
    return switch (o) {
      case Enum<?> e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-');
      case Record r when r.getClass().getRecordComponents().length == 0 ->
          r.getClass().getSimpleName().toLowerCase(Locale.ROOT);
      case Record r -> of(r);
      default -> o;
    };
  }

  private static Object component(Record r, RecordComponent c) {
    try {
      return c.getAccessor().invoke(r);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a parameter wants to be readable, got " + c, e);
    }
  }

  /** {@code pointsPerRun} as {@code points_per_run}. */
  private static String name(String component) {
    return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
