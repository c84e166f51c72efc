package whyc.graph;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what somebody may have meant by a name that does not exist. */
public final class Names {
  private Names() {}

  /** The known names that are closest to a wanted one, the closest first. */
  public static List<String> nearest(String wanted, Collection<String> known, int count) {
    String plain = wanted.toLowerCase(Locale.ROOT);
    return known.stream()
        .distinct()
        .sorted(
            Comparator.<String>comparingInt(name -> rank(plain, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .toList();
  }

  /** A name that contains the wish is nearer than any other. */
  private static int rank(String wanted, String name) {
    return name.contains(wanted) ? name.length() - Integer.MAX_VALUE / 2 : distance(wanted, name);
  }

  /** Letters to insert, delete or replace (Levenshtein). */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
