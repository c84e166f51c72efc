package whyc.app.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import whyc.graph.Names;
import whyc.refusal.FileFault;

/**
 * Names of classes, by index.
 *
 * @param source where they came from
 */
record Labels(Map<Integer, String> names, String source) {
  /** A WordNet id between index and name, as in lists of ImageNet's classes, is left out. */
  private static final Pattern INDEXED = Pattern.compile("(\\d{1,9})\\t(?:n\\d{8}\\t)?(.*)");

  /** Ultralytics writes a dictionary in Python's notation. */
  private static final Pattern PYTHON =
      Pattern.compile("(\\d{1,9}):\\s*(?:'([^']*)'|\"([^\"]*)\")");

  private static final Pattern SYNONYMS = Pattern.compile("\\s*,\\s*");

  static Labels none() {
    return new Labels(Map.of(), "");
  }

  /**
   * Reads a file: one name a line, or on every line an index, a tab, and a name, of which further
   * columns are left out.
   */
  static Labels read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return new Labels(of(lines, file), String.valueOf(file.getFileName()));
    } catch (NoSuchFileException e) {
      throw new Refusal(file + ": there is no such file of labels", e);
    } catch (CharacterCodingException e) {
      throw new Refusal(file + ": labels want to be UTF-8 text", e);
    } catch (IOException e) {
      throw new Refusal(file + ": the labels cannot be read: " + FileFault.reason(e), e);
    }
  }

  private static Map<Integer, String> of(List<String> lines, Path file) {
    Map<Integer, String> names = new TreeMap<>();
    boolean indexed = lines.stream().anyMatch(l -> INDEXED.matcher(l).matches());
    for (int i = 0; i < lines.size(); i++) {
      String line = i == 0 ? lines.get(i).replace("\uFEFF", "") : lines.get(i);
      Matcher m = INDEXED.matcher(line);
      if (!indexed) {
        names.put(i, line.strip());
      } else if (m.matches()) {
        names.put(Integer.parseInt(m.group(1)), m.group(2).split("\t", -1)[0].strip());
      } else if (i > 0 && !line.isBlank()) {
        throw new Refusal(
            "%s: labels want one name a line or index, tab, name on every line, got \"%s\" in line %d"
                .formatted(file, line, i + 1));
      }
    }
    names.values().removeIf(String::isBlank);
    return names;
  }

  /** The names that a model carries with it: whyc's, OpenVINO Model API's, Ultralytics'. */
  static Optional<Labels> of(Map<String, String> metadata) {
    Map<Integer, String> names = new TreeMap<>();
    String own = metadata.get("whyc.labels");
    String api = metadata.get("model_info labels");
    String dictionary = metadata.get("names");
    if (own != null) {
      List<String> lines = own.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        names.put(i, lines.get(i));
      }
      return Optional.of(new Labels(names, "model metadata whyc.labels"));
    }
    if (api != null) {
      for (String word : api.strip().split("\\s+", -1)) {
        names.put(names.size(), word.replace('_', ' '));
      }
      return Optional.of(new Labels(names, "model metadata model_info labels"));
    }
    if (dictionary != null) {
      Matcher m = PYTHON.matcher(dictionary);
      while (m.find()) {
        names.put(Integer.parseInt(m.group(1)), m.group(2) == null ? m.group(3) : m.group(2));
      }
      return names.isEmpty()
          ? Optional.empty()
          : Optional.of(new Labels(names, "model metadata names"));
    }
    return Optional.empty();
  }

  /** That there are names of more or fewer classes than the model has, if there are any. */
  Optional<String> mismatch(int classes) {
    int most = names.keySet().stream().mapToInt(i -> i + 1).max().orElse(0);
    return most == 0 || (most <= classes && names.size() == classes)
        ? Optional.empty()
        : Optional.of(
            "%s names %d classes, the model has %d: the names may be those of others"
                .formatted(source, Math.max(most, names.size()), classes));
  }

  String of(int index) {
    return names.getOrDefault(index, "class " + index);
  }

  /** The class of this name, in any case; of synonyms parted by commas each will do. */
  int index(String label) {
    if (names.isEmpty()) {
      throw new Refusal(
          "--class %s: a class by its name wants names of the classes; --labels FILE gives them"
              .formatted(label));
    }
    String wanted = label.strip().toLowerCase(Locale.ROOT);
    List<Integer> whole =
        names.entrySet().stream()
            .filter(e -> e.getValue().toLowerCase(Locale.ROOT).equals(wanted))
            .map(Map.Entry::getKey)
            .toList();
    List<Integer> found = whole.isEmpty() ? withSynonym(wanted) : whole;
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.size() > 1) {
      throw new Refusal(
          "--class %s: %d classes have this name, %s; a number says which"
              .formatted(label, found.size(), found));
    }
    throw new Refusal(
        "--class %s: no class has this name; nearest: %s"
            .formatted(label, String.join(", ", Names.nearest(wanted, names.values(), 3))));
  }

  /** ImageNet lists synonyms: "Egyptian cat, tabby". */
  private List<Integer> withSynonym(String wanted) {
    return names.entrySet().stream()
        .filter(e ->
            SYNONYMS.splitAsStream(e.getValue().toLowerCase(Locale.ROOT)).anyMatch(wanted::equals))
        .map(Map.Entry::getKey)
        .toList();
  }
}
