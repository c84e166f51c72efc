package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import whyc.app.report.Json;
import whyc.graph.Names;
import whyc.multiplier.Catalogue;
import whyc.multiplier.DataSheet;
import whyc.multiplier.Design;
import whyc.multiplier.Families;
import whyc.multiplier.Family;
import whyc.multiplier.Multiplier;
import whyc.multiplier.OperandForm;
import whyc.multiplier.Published;
import whyc.multiplier.TableFile;

/** {@code whyc multipliers}: the catalogue, single circuits, and tables from files. */
@Command(
    name = "multipliers",
    description =
        "Lists multipliers with their errors and costs, or tells all of those that are named.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class MultipliersCommand extends SpeakingCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "drum8u-4, bam8s-h1-v3, mul8s_1KV8, mul8s_1KV8@v1.0 ...; without one, a list")
  private List<String> names = new ArrayList<>();

  @Option(names = "--bits", paramLabel = "N", description = "of each operand, 4 to 12; default 8")
  private int bits = 8;

  @Option(names = "--signed", description = "only signed operands")
  private boolean signed;

  @Option(names = "--unsigned", description = "only unsigned operands")
  private boolean unsigned;

  @Option(
      names = "--family",
      paramLabel = "NAME",
      description = "only circuits of this family (repeatable)")
  private List<String> families = new ArrayList<>();

  @Option(
      names = "--sort",
      paramLabel = "KEY",
      description = "name, ${COMPLETION-CANDIDATES}; smallest first",
      converter = MultiplierOrder.Reader.class,
      completionCandidates = MultiplierOrder.Keys.class)
  private Optional<MultiplierOrder> sort = Optional.empty();

  @Option(
      names = "--import",
      paramLabel = "FILE",
      description = "a truth table, .bin or .csv; wants --signed or --unsigned")
  private Optional<Path> imported = Optional.empty();

  @Option(names = "--name", paramLabel = "NAME", description = "what to call the imported table")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description = "writes the table of the one circuit named or imported, .bin or .csv")
  private Optional<Path> exported = Optional.empty();

  @Option(names = "--overwrite", description = "replace the exported file if it exists")
  private boolean overwrite;

  @Option(names = "--json", description = "all of it as JSON")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  MultipliersCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    check();
    withoutEffect().forEach(console::warn);
    if (imported.isPresent()) {
      tellImported(imported.get());
    } else if (names.isEmpty()) {
      list();
    } else {
      tellNamed();
    }
    return 0;
  }

  private void check() throws IOException {
    Refusal.option("--bits", () -> new OperandForm(bits, true));
    if (name.isPresent() && imported.isEmpty()) {
      throw Refusal.usage("--name wants --import: it is what a table from a file is called");
    }
    if (imported.isPresent() && (!names.isEmpty() || !families.isEmpty())) {
      throw Refusal.usage("--import wants to stand without names and families: it is one table");
    }
    if (imported.isPresent() && signed == unsigned) {
      throw Refusal.usage("--import wants --signed or --unsigned: a file does not say it");
    }
    if (exported.isPresent() && imported.isEmpty() && names.size() != 1) {
      throw Refusal.usage(
          "--export wants one NAME or --import, got %d names".formatted(names.size()));
    }
    if (exported.isPresent()) {
      TableFile.isBinary(exported.get());
      OutputFile.check(exported.get(), overwrite, imported.stream().toList());
    }
  }

  /** Options that choose from the list, where no list is asked for. */
  private List<String> withoutEffect() {
    if (imported.isEmpty() && names.isEmpty()) {
      return List.of();
    }
    List<String> ofLists =
        imported.isPresent()
            ? List.of("--sort")
            : List.of("--bits", "--signed", "--unsigned", "--family", "--sort");
    ParseResult line = spec.commandLine().getParseResult();
    return ofLists.stream()
        .filter(line::hasMatchedOption)
        .map(o ->
            "%s has no effect: it is for the list, and %s asked for"
                .formatted(o, imported.isPresent() ? "one table is" : "circuits are"))
        .toList();
  }

  private List<OperandForm> forms() {
    return Stream.of(true, false)
        .filter(s -> signed == unsigned || s == signed)
        .map(s -> new OperandForm(bits, s))
        .toList();
  }

  private List<Family> families() {
    return families.isEmpty()
        ? Families.all()
        : families.stream().map(MultipliersCommand::family).toList();
  }

  private static Family family(String wanted) {
    List<String> known = Families.all().stream().map(Family::name).toList();
    int at = known.indexOf(wanted);
    if (at < 0) {
      throw Refusal.usage(
          "--family %s: there is no such family; nearest: %s; all: %s"
              .formatted(
                  wanted,
                  String.join(", ", Names.nearest(wanted, known, 1)),
                  String.join(", ", known)));
    }
    return Families.all().get(at);
  }

  private void list() {
    List<Family> wanted = families();
    List<Design> designs =
        forms().stream().flatMap(f -> Catalogue.known().designs(wanted, f).stream()).toList();
    List<DataSheet> sheets = sheets(designs);
    List<DataSheet> sorted = sort.map(order -> order.sorted(sheets)).orElse(sheets);
    List<Published> figuresOnly =
        families.isEmpty()
            ? Catalogue.known().published().stream()
                .filter(p -> p.design().isEmpty() && forms().contains(p.form()))
                .toList()
            : List.of();
    if (json) {
      console.text(Json.text(MultiplierTree.of(Catalogue.known(), sorted, figuresOnly)));
    } else {
      new MultiplierText(Catalogue.known(), console).list(sorted, figuresOnly);
    }
  }

  private List<DataSheet> sheets(List<Design> designs) {
    try (Progress progress = Progress.of(console, "multipliers", designs.size())) {
      return Catalogue.known().sheets(designs, () -> progress.step(1));
    }
  }

  private void tellNamed() throws IOException {
    List<DataSheet> sheets = new ArrayList<>();
    List<Published> figuresOnly = new ArrayList<>();
    for (String wanted : names) {
      switch (named(wanted)) {
        case Catalogue.Named.Known(Design design) -> {
          sheets.add(Catalogue.known().sheet(design));
          export(design.multiplier());
        }
        case Catalogue.Named.FiguresOnly(Published p) -> figuresOnly.add(withoutTable(p));
      }
    }
    tell(sheets, figuresOnly);
  }

  private Catalogue.Named named(String wanted) {
    return Refusal.option("NAME", () -> Catalogue.known().named(wanted));
  }

  private Published withoutTable(Published p) {
    if (exported.isPresent()) {
      throw new Refusal(
          p.alias() + ": --export wants a function, and of this circuit only figures are known");
    }
    return p;
  }

  private void tellImported(Path file) throws IOException {
    Multiplier m = TableFile.read(file, forms().getFirst());
    export(m);
    tell(
        List.of(
            Catalogue.known().sheet(name.orElseGet(() -> String.valueOf(file.getFileName())), m)),
        List.of());
  }

  private void export(Multiplier m) throws IOException {
    if (exported.isPresent()) {
      OutputFile.write(exported.get(), TableFile.write(exported.get(), m));
      console.say("%s: %s".formatted(exported.get(), m));
    }
  }

  private void tell(List<DataSheet> sheets, List<Published> figuresOnly) {
    if (json) {
      console.text(Json.text(MultiplierTree.of(Catalogue.known(), sheets, figuresOnly)));
    } else {
      new MultiplierText(Catalogue.known(), console).details(sheets, figuresOnly);
    }
  }
}
