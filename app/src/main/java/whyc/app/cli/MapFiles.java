package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import whyc.accelerator.JsonFault;
import whyc.refusal.TextFile;

/** Finds maps to pack, what they are to be called, and what is known of them. */
final class MapFiles {
  private static final String ATTRIBUTION = "attribution.npy";
  private static final String SUFFIX = ".npy";

  /** Whatever a manifest says of the run, and where it says it. */
  private static final Map<String, String> OF_RUN =
      Map.of(
          "whyc", "/whyc",
          "model", "/model/file",
          "model_sha256", "/model/sha256",
          "image", "/input/file",
          "image_sha256", "/input/sha256",
          "image_sample", "/input/sample");

  /** Whatever a manifest says of the method. */
  private static final Map<String, String> OF_METHOD =
      Map.of(
          "method", "/method",
          "class", "/class",
          "label", "/label",
          "logit", "/logit",
          "layer", "/layer/name",
          "profile", "/profile",
          "seed", "/seed",
          "engine", "/engine");

  private final List<Found> found = new ArrayList<>();
  private final Map<Path, JsonNode> manifests = new HashMap<>();
  private final ObjectMapper mapper = new ObjectMapper();

  private MapFiles() {}

  /** A file with a map. */
  record Found(Path file, String name, Map<String, String> metadata) {}

  /**
   * The maps of files and of folders with all below them: of a folder the attributions of explained
   * images where there are any, else every {@code .npy} file.
   */
  static List<Found> of(List<Path> arguments) throws IOException {
    MapFiles files = new MapFiles();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        files.addFolder(argument);
      } else {
        files.add(argument, nameOf(argument));
      }
    }
    Map<String, Path> names = new HashMap<>();
    for (Found f : files.found) {
      Path other = names.put(f.name, f.file);
      if (other != null) {
        throw new Refusal(
            "pack wants a name for each map, and \"%s\" is that of %s and of %s"
                .formatted(f.name, other, f.file));
      }
    }
    return files.found;
  }

  private void addFolder(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.filter(f -> f.toString().endsWith(SUFFIX)).filter(Files::isRegularFile).toList();
    }
    if (all.isEmpty()) {
      throw new Refusal(folder + ": pack wants .npy files, and this folder has none");
    }
    List<Path> attributions = all.stream().filter(f -> f.endsWith(ATTRIBUTION)).toList();
    List<Path> chosen = attributions.isEmpty() ? all : attributions;
    for (Path file : chosen.stream().sorted().toList()) {
      String relative = joined(folder.relativize(file));
      add(file, relative.contains("/") ? shortened(relative) : nameOf(file));
    }
  }

  /** The image and the method of an attribution, else the file's name. */
  private static String nameOf(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    int names = whole.getNameCount();
    if (!file.endsWith(ATTRIBUTION) || names < 3) {
      return shortened(String.valueOf(whole.getFileName()));
    }
    boolean explained = Files.isRegularFile(manifest(whole));
    return joined(whole.subpath(names - (explained ? 3 : 2), names - 1));
  }

  private static String joined(Path path) {
    return String.join(
        "/", StreamSupport.stream(path.spliterator(), false).map(Path::toString).toList());
  }

  private static String shortened(String name) {
    if (name.endsWith("/" + ATTRIBUTION)) {
      return name.substring(0, name.length() - ATTRIBUTION.length() - 1);
    }
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private void add(Path file, String name) throws IOException {
    found.add(new Found(file, name, metadata(file)));
  }

  private static Path manifest(Path file) {
    return file.toAbsolutePath().normalize().resolveSibling("../manifest.json").normalize();
  }

  private Map<String, String> metadata(Path file) throws IOException {
    Map<String, String> metadata = new TreeMap<>();
    Path path = manifest(file);
    if (!file.endsWith(ATTRIBUTION) || !Files.isRegularFile(path)) {
      return metadata;
    }
    JsonNode manifest = manifests.get(path);
    if (manifest == null) {
      manifest = read(path);
      manifests.put(path, manifest);
    }
    pick(manifest, OF_RUN, metadata);
    Path whole = file.toAbsolutePath().normalize();
    String folder = whole.getName(whole.getNameCount() - 2).toString();
    for (JsonNode method : manifest.at("/methods")) {
      if (method.at("/folder").asString("").equals(folder)) {
        pick(method, OF_METHOD, metadata);
      }
    }
    return metadata;
  }

  private JsonNode read(Path manifest) throws IOException {
    try {
      return mapper.readTree(TextFile.read(manifest));
    } catch (JacksonException e) {
      throw new Refusal(
          "%s: a manifest wants to be JSON, got %s".formatted(manifest, JsonFault.of(e)), e);
    }
  }

  private static void pick(JsonNode tree, Map<String, String> keys, Map<String, String> into) {
    keys.forEach((key, where) -> {
      JsonNode value = tree.at(where);
      if (value.isValueNode() && !value.asString("").isEmpty()) {
        into.put(key, value.asString());
      }
    });
  }
}
