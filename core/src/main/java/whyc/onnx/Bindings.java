package whyc.onnx;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The table of all ONNX operators that are understood; each row stands in the file of its family. */
final class Bindings {
  private Bindings() {}

  private static final Map<String, Binding> TABLE = table();

  private static Map<String, Binding> table() {
    Map<String, Binding> table = new HashMap<>();
    table.putAll(ActivationBindings.TABLE);
    table.putAll(ArrangementBindings.TABLE);
    table.putAll(ElementwiseBindings.TABLE);
    table.putAll(IndexBindings.TABLE);
    table.putAll(LayerBindings.TABLE);
    table.putAll(NormalizationBindings.TABLE);
    table.putAll(PoolingBindings.TABLE);
    table.putAll(QuantizedBindings.TABLE);
    table.putAll(ReductionBindings.TABLE);
    table.putAll(ResizeBindings.TABLE);
    table.putAll(ShapeBindings.TABLE);
    return Map.copyOf(table);
  }

  static Optional<Binding> of(String operator) {
    return Optional.ofNullable(TABLE.get(operator));
  }

  static SortedSet<String> operators() {
    return new TreeSet<>(TABLE.keySet());
  }

  /** The understood operator whose name is closest, for a message. */
  static String nearest(String operator) {
    return TABLE.keySet().stream()
        .min(Comparator.<String>comparingInt(o -> distance(o, operator)).thenComparing(o -> o))
        .orElseThrow();
  }

  /** Edit distance (Levenshtein), letters compared without case. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int substituted = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
