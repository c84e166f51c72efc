package whyc.app.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.heatmap.ArchiveFile;
import whyc.heatmap.ArchiveReader;
import whyc.heatmap.Coding;
import whyc.heatmap.Damage;
import whyc.heatmap.FormatException;
import whyc.heatmap.Grid;
import whyc.heatmap.MapRecord;
import whyc.heatmap.StoredRecord;
import whyc.heatmap.TiledMap;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Npy;
import whyc.tensor.Tensor;

/** {@code whyc pack}: many maps in one small file. */
@Command(
    name = "pack",
    description = {
      "Packs attributions into an archive: of folders that explain wrote, or of .npy files.",
      "docs/heatmap-format.md tells what the bytes mean."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PackCommand extends SpeakingCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "DIR|FILE.npy",
      description = "folders of results with all below them, and files [h,w] or [c,h,w]")
  private List<Path> sources = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "the archive to write")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "lists an archive instead, and checks all of it")
  private Optional<Path> list = Optional.empty();

  @Option(names = "--bits", paramLabel = "N", description = "bits of a number, 4 to 16; default 8")
  private Optional<Integer> bits = Optional.empty();

  @Option(names = "--lossless", description = "keeps every bit of single precision")
  private boolean lossless;

  @Option(
      names = "--tile",
      paramLabel = "B",
      description = "edge of a tile: 2, 4 or 8; default: of 4 and 8 what is smaller, map by map")
  private Optional<Integer> tile = Optional.empty();

  @Option(names = "--append", description = "adds to an archive that is there")
  private boolean append;

  @Option(names = "--overwrite", description = "replaces a file that is there")
  private boolean overwrite;

  @Option(names = "--json", description = "what was packed or listed, as JSON on standard output")
  private boolean json;

  PackCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (list.isPresent()) {
      if (!sources.isEmpty() || out.isPresent()) {
        throw Refusal.usage("--list wants an archive and nothing to pack");
      }
      return list(list.get());
    }
    check();
    List<MapFiles.Found> found = MapFiles.of(sources);
    Path target = out.orElseThrow();
    List<Line> lines =
        append && Files.exists(target) ? append(target, found) : write(target, found);
    print(target, lines);
    return 0;
  }

  private void check() {
    if (sources.isEmpty() || out.isEmpty()) {
      throw Refusal.usage("pack wants what to pack and -o FILE, or --list FILE");
    }
    if (lossless && bits.isPresent()) {
      throw Refusal.usage("--bits and --lossless exclude each other");
    }
    if (append && overwrite) {
      throw Refusal.usage("--append and --overwrite exclude each other");
    }
    if (bits.isPresent() && (bits.get() < 4 || bits.get() > 16)) {
      throw Refusal.usage("--bits wants 4 to 16, got " + bits.get());
    }
    if (tile.isPresent() && !List.of(2, 4, 8).contains(tile.get())) {
      throw Refusal.usage("--tile wants 2, 4 or 8, got " + tile.get());
    }
  }

  /** A record as it is listed. */
  private record Line(
      String name,
      List<Integer> shape,
      Grid grid,
      Coding coding,
      int present,
      int nonZeros,
      int bytes,
      Map<String, String> metadata) {
    static Line of(MapRecord r, int bytes) {
      TiledMap m = r.map();
      List<Integer> shape = r.shape().dims();
      return new Line(
          r.name(),
          shape,
          m.grid(),
          m.coding(),
          m.presentTiles(),
          m.nonZeros(),
          bytes,
          r.metadata());
    }

    long floatBytes() {
      return 4L * grid.size();
    }
  }

  private List<Line> write(Path target, List<MapFiles.Found> found) throws IOException {
    OutputFile.check(target, overwrite, found.stream().map(MapFiles.Found::file).toList());
    List<Line> lines = new ArrayList<>();
    OutputFile.write(
        target,
        stream -> {
          try (Progress progress = Progress.of(console, "packing", found.size())) {
            for (MapFiles.Found f : found) {
              MapRecord record = record(f);
              byte[] bytes = record.bytes();
              stream.write(bytes);
              lines.add(Line.of(record, bytes.length));
              progress.step(1);
            }
          }
        });
    return lines;
  }

  /** Adds all or, where one is refused, none. */
  private List<Line> append(Path target, List<MapFiles.Found> found) throws IOException {
    List<Line> lines = new ArrayList<>();
    try (ArchiveFile archive = ArchiveFile.append(target);
        Progress progress = Progress.of(console, "packing", found.size())) {
      archive
          .damage()
          .ifPresent(d ->
              console.warn(
                  "%s: %s; its %d whole maps are kept"
                      .formatted(target, d, archive.slots().size())));
      try {
        for (MapFiles.Found f : found) {
          if (archive.find(f.name()).isPresent()) {
            throw new Refusal(
                "%s: this archive holds a map called \"%s\" already".formatted(target, f.name()));
          }
          MapRecord record = record(f);
          lines.add(Line.of(record, archive.append(record)));
          progress.step(1);
        }
      } catch (IOException | RuntimeException e) {
        archive.undo();
        throw e;
      }
    }
    return lines;
  }

  private MapRecord record(MapFiles.Found f) throws IOException {
    Tensor tensor = Npy.read(f.file());
    try {
      int rank = tensor.shape().rank();
      if (rank != 2 && rank != 3) {
        throw new RefusedArgument("pack wants a map [h,w] or [c,h,w], got " + tensor.shape());
      }
      if (lossless && tensor.element() != ElementType.FLOAT32) {
        throw new RefusedArgument("--lossless wants float32, got " + tensor.type());
      }
      return new MapRecord(f.name(), f.metadata(), rank == 2, map(tensor));
    } catch (RefusedArgument e) {
      throw new Refusal(f.file() + ": " + e.getMessage(), e);
    }
  }

  private TiledMap map(Tensor tensor) {
    if (tile.isPresent()) {
      return map(tensor, tile.get());
    }
    TiledMap small = map(tensor, 4);
    TiledMap large = map(tensor, 8);
    return small.compressedBytes() < large.compressedBytes() ? small : large;
  }

  private TiledMap map(Tensor tensor, int edge) {
    Grid grid = Grid.of(tensor.shape(), edge);
    return lossless
        ? TiledMap.exact(grid, tensor.floats())
        : TiledMap.quantized(grid, tensor.floats(), bits.orElse(8));
  }

  private int list(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    List<String> damages = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      ArchiveReader reader = new ArchiveReader(in);
      for (var item = reader.next(); item.isPresent(); item = reader.next()) {
        switch (item.get()) {
          case ArchiveReader.Item.Whole(StoredRecord r) -> {
            try {
              lines.add(Line.of(r.read(), r.bytes()));
            } catch (FormatException e) {
              damages.add("\"%s\": %s".formatted(r.name(), e.getMessage()));
            }
          }
          case ArchiveReader.Item.Skipped(Damage d) -> damages.add(d.toString());
        }
      }
    }
    if (lines.isEmpty() && !damages.isEmpty()) {
      throw new Refusal(
          file + ": an archive of heat maps must have records, and none is in this file");
    }
    print(file, lines);
    damages.forEach(d -> console.warn(file + ": " + d));
    if (!damages.isEmpty()) {
      console.fail(
          "%s: an archive wants whole records, and %d are; whyc unpack --recover takes those"
              .formatted(file, lines.size()));
    }
    return damages.isEmpty() ? 0 : 1;
  }

  private void print(Path file, List<Line> lines) {
    long bytes = lines.stream().mapToLong(Line::bytes).sum();
    long floats = lines.stream().mapToLong(Line::floatBytes).sum();
    if (json) {
      List<Map<String, Object>> maps = lines.stream().map(PackCommand::tree).toList();
      console.text(
          Json.text(
              Manifest.tree(
                  "file", file.toString(), "bytes", bytes, "float_bytes", floats, "maps", maps)));
      return;
    }
    int width = lines.stream().mapToInt(l -> l.name.length()).max().orElse(0);
    for (Line l : lines) {
      console.result(
          String.format(
              Locale.ROOT,
              "  %-"
                  + Math.clamp(width, 1, 60)
                  + "s  %-14s %-9s tile %d  %5.1f %% of tiles  %,10d bytes  %6.2f x",
              l.name,
              l.shape,
              form(l.coding),
              l.grid.tile(),
              100.0 * l.present / l.grid.tiles(),
              l.bytes,
              (double) l.floatBytes() / l.bytes));
    }
    console.result(
        String.format(
            Locale.ROOT,
            "%s: %d %s, %,d bytes; as float32 %,d, %.2f times as much",
            file,
            lines.size(),
            lines.size() == 1 ? "map" : "maps",
            bytes,
            floats,
            (double) floats / Math.max(1, bytes)));
  }

  private static String form(Coding coding) {
    return switch (coding) {
      case Coding.FixedPoint f -> (f.signed() ? "s" : "u") + f.bits();
      case Coding.SinglePrecision _ -> "float32";
    };
  }

  private static Map<String, Object> tree(Line l) {
    Map<String, Object> tree =
        Manifest.tree(
            "name", l.name,
            "shape", l.shape,
            "coding", form(l.coding),
            "tile", l.grid.tile(),
            "tiles", l.grid.tiles(),
            "present_tiles", l.present,
            "non_zeros", l.nonZeros,
            "bytes", l.bytes);
    if (l.coding instanceof Coding.FixedPoint f) {
      tree.put("scale", f.scale());
    }
    tree.put("metadata", l.metadata);
    return tree;
  }
}
