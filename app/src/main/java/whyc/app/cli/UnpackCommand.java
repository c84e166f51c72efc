package whyc.app.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import whyc.app.report.Bundle;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.heatmap.ArchiveReader;
import whyc.heatmap.Damage;
import whyc.heatmap.FormatException;
import whyc.heatmap.MapRecord;
import whyc.heatmap.StoredRecord;
import whyc.tensor.Npy;

/** {@code whyc unpack}: the maps of an archive as {@code .npy} files. */
@Command(
    name = "unpack",
    description = "Writes the maps of an archive as DIR/<name>.npy, and DIR/maps.json.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class UnpackCommand extends SpeakingCommand {
  @Parameters(paramLabel = "FILE", description = "the archive")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "folder for the maps")
  private Path out = Path.of("");

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "a map, or all whose names start with NAME/; can be given several times")
  private List<String> only = List.of();

  @Option(names = "--recover", description = "of a damaged archive takes all that is whole")
  private boolean recover;

  @Option(names = "--overwrite", description = "replaces a folder of maps that were unpacked")
  private boolean overwrite;

  private final Map<String, Object> written = new LinkedHashMap<>();
  private int whole;

  UnpackCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        Bundle bundle = Bundle.create(out, overwrite)) {
      ArchiveReader reader = new ArchiveReader(in);
      for (var item = reader.next(); item.isPresent(); item = reader.next()) {
        switch (item.get()) {
          case ArchiveReader.Item.Whole(StoredRecord r) -> take(r, bundle.folder());
          case ArchiveReader.Item.Skipped(Damage d) -> complain(d.toString());
        }
      }
      if (written.isEmpty()) {
        throw new Refusal(
            "%s: %s among its %d whole maps"
                .formatted(
                    file,
                    only.isEmpty()
                        ? "there is nothing to unpack"
                        : "there is no " + String.join(", ", only),
                    whole));
      }
      Map<String, Object> list =
          Manifest.tree(
              "schema", Manifest.SCHEMA,
              "whyc", Commands.version(),
              "archive", String.valueOf(file.getFileName()),
              "maps", List.copyOf(written.values()));
      Files.writeString(bundle.folder().resolve(Bundle.LIST), Json.text(list));
      bundle.complete();
    }
    console.result(
        "%s: %d %s in %s"
            .formatted(file, written.size(), written.size() == 1 ? "map" : "maps", out));
    return 0;
  }

  private void complain(String damage) {
    if (!recover) {
      throw new Refusal(
          "%s: %s; %d whole maps stand before that, and --recover takes all that are whole"
              .formatted(file, damage, whole));
    }
    console.warn(file + ": " + damage);
  }

  private void take(StoredRecord stored, Path folder) throws IOException {
    String name = stored.name();
    if (!only.isEmpty()
        && only.stream().noneMatch(o -> name.equals(o) || name.startsWith(o + "/"))) {
      whole++;
      return;
    }
    Optional<MapRecord> record = read(stored);
    if (record.isPresent()) {
      whole++;
      write(record.get(), folder);
    }
  }

  private Optional<MapRecord> read(StoredRecord stored) {
    try {
      return Optional.of(stored.read());
    } catch (FormatException e) {
      complain("\"%s\": %s".formatted(stored.name(), e.getMessage()));
      return Optional.empty();
    }
  }

  private void write(MapRecord record, Path folder) throws IOException {
    Path to = folder.resolve(record.name() + ".npy").normalize();
    if (!to.startsWith(folder)) {
      throw new Refusal(
          "%s: names want to stay within the folder, got \"%s\"".formatted(file, record.name()));
    }
    Files.createDirectories(to.getParent());
    Files.write(to, Npy.write(record.tensor()));
    written.put(
        record.name(),
        Manifest.tree(
            "name", record.name(),
            "file", record.name() + ".npy",
            "shape", record.shape().dims(),
            "metadata", record.metadata()));
  }
}
