package whyc.multiplier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import whyc.op.route.Route;
import whyc.refusal.RefusedArgument;

/**
 * The multipliers that are known: designs of all families, and what libraries publish of circuits.
 */
public final class Catalogue {
  /** Terms up to which a sum of products may be faster than looking products up. */
  private static final int MOST_TERMS = 8;

  private final List<Published> published = Library.read();
  private final GateModel gates = GateModel.of(samples());

  /** Published circuits by the identity of their function. */
  private final Map<String, List<Published>> byIdentity =
      withDesign()
          .collect(
              Collectors.groupingBy(
                  p -> design(p).multiplier().identity(), LinkedHashMap::new, Collectors.toList()));

  private Catalogue() {}

  private static final class Holder {
    static final Catalogue KNOWN = new Catalogue();
  }

  /** The catalogue, read when it is first asked for. */
  public static Catalogue known() {
    return Holder.KNOWN;
  }

  /** What a name means. */
  public sealed interface Named {
    /** A function. */
    record Known(Design design) implements Named {}

    /** A circuit of which only figures are published. */
    record FiguresOnly(Published published) implements Named {}
  }

  private Stream<Published> withDesign() {
    return published.stream().filter(p -> p.design().isPresent());
  }

  private static Design design(Published p) {
    return Design.parse(p.design().orElseThrow());
  }

  /** The signed circuits: of the unsigned ones only the exact one's gates are known. */
  private List<GateModel.Sample> samples() {
    return withDesign()
        .filter(p -> p.form().signed())
        .map(p -> new GateModel.Sample(design(p).gates(), p.cost()))
        .toList();
  }

  /** All that libraries publish, in their order. */
  public List<Published> published() {
    return published;
  }

  /** What {@code modelled} costs rest on. */
  public GateModel gates() {
    return gates;
  }

  /**
   * Reads a name: that of a design ({@code drum8u-4}), or a library's with or without the release
   * ({@code mul8s_1KV8}, {@code mul8s_1KV8@v1.0}, {@code mul8s_1KV8 @ EvoApproxLib v1.0}). Without
   * one it is the newest.
   */
  public Named named(String name) {
    Published newest = published.getFirst();
    String[] parts = name.split("@", 2);
    String release =
        parts.length == 2
            ? parts[1].replaceFirst("^ *" + newest.library(), "").strip()
            : newest.release();
    String circuit = parts[0].strip();
    if (!circuit.startsWith("mul")) {
      return new Named.Known(Design.parse(name));
    }
    return published.stream()
        .filter(p -> isCalled(p, circuit, release))
        .findFirst()
        .<Named>map(
            p -> p.design().isPresent() ? new Named.Known(design(p)) : new Named.FiguresOnly(p))
        .orElseThrow(() -> unknown(circuit, release));
  }

  private static boolean isCalled(Published p, String name, String release) {
    return release.equals(p.release())
        ? p.name().equals(name)
        : release.equals(Published.FORMER_RELEASE)
            && p.formerName().filter(name::equals).isPresent();
  }

  private IllegalArgumentException unknown(String name, String release) {
    boolean former = release.equals(Published.FORMER_RELEASE);
    String known =
        published.stream()
            .flatMap(p -> former ? p.formerName().stream() : Stream.of(p.name()))
            .collect(Collectors.joining(", "));
    return new RefusedArgument(
        "%s @ %s: %s has no such circuit here; releases are %s and %s; known of %s: %s"
            .formatted(
                name,
                release,
                published.getFirst().library(),
                published.getFirst().release(),
                Published.FORMER_RELEASE,
                former ? release : published.getFirst().release(),
                known));
  }

  /** Where counting a rank ends: wide tables of many terms would take minutes. */
  public static int mostRank(OperandForm form) {
    return form.bits() <= 8 ? form.codes() : 32;
  }

  /** The sheet of a design. */
  public DataSheet sheet(Design design) {
    Multiplier m = design.multiplier();
    return sheet(Optional.of(design), design.name(), m.identity(), m);
  }

  /** The sheet of a function of which nothing but its table is known. */
  public DataSheet sheet(String name, Multiplier m) {
    return sheet(Optional.empty(), name, m.identity(), m);
  }

  private DataSheet sheet(Optional<Design> design, String name, String identity, Multiplier m) {
    List<Published> same = byIdentity.getOrDefault(identity, List.of());
    boolean signed = m.form().signed();
    Optional<Route> route =
        m.form().bits() == 8
            ? Optional.of(Route.of(m.product(name), signed, signed, MOST_TERMS))
            : Optional.empty();
    Optional<Cost> cost =
        same.stream().map(Published::cost).findFirst().or(() -> design.map(this::modelled));
    return new DataSheet(
        name,
        m.form(),
        design,
        identity,
        Figures.of(m),
        Rank.of(m, mostRank(m.form())),
        route,
        cost,
        List.of(),
        same);
  }

  private Cost modelled(Design design) {
    return gates.cost(design.gates());
  }

  /** What families show for operands of one form, and what libraries publish of it. */
  public List<Design> designs(List<Family> families, OperandForm form) {
    return families.stream().flatMap(family -> designs(family, form)).toList();
  }

  private Stream<Design> designs(Family family, OperandForm form) {
    Stream<Design> ofLibraries =
        withDesign()
            .map(Catalogue::design)
            .filter(d -> d.family().equals(family) && d.form().equals(form));
    return Stream.concat(Design.shown(family, form).stream(), ofLibraries).distinct();
  }

  /**
   * Sheets of designs, one for each function: designs that are the same stand in the first one's.
   *
   * @param step called after each design, of which wide ones take a second
   */
  public List<DataSheet> sheets(List<Design> designs, Runnable step) {
    Map<String, DataSheet> sheets = new LinkedHashMap<>();
    for (Design design : designs) {
      Multiplier m = design.multiplier();
      String identity = m.identity();
      DataSheet known = sheets.get(identity);
      sheets.put(
          identity,
          known == null
              ? sheet(Optional.of(design), design.name(), identity, m)
              : join(known, design));
      step.run();
    }
    return List.copyOf(sheets.values());
  }

  /**
   * What to beware of in names of a function: that they mean another one elsewhere, and what is
   * noted of them.
   */
  public List<String> pitfalls(DataSheet sheet) {
    List<String> pitfalls = new ArrayList<>();
    for (Published p : sheet.published()) {
      for (Published other : published) {
        if (other.formerName().filter(p.name()::equals).isPresent()) {
          pitfalls.add(elsewhere(p.name(), p.release(), Published.FORMER_RELEASE));
        }
        if (p.formerName().filter(other.name()::equals).isPresent()) {
          pitfalls.add(elsewhere(other.name(), Published.FORMER_RELEASE, p.release()));
        }
      }
      p.note().ifPresent(note -> pitfalls.add(p.name() + ": " + note));
    }
    return pitfalls;
  }

  private static String elsewhere(String name, String release, String other) {
    return "%s of %s is not the %s of %s, which is another function"
        .formatted(name, release, name, other);
  }

  private static DataSheet join(DataSheet first, Design next) {
    List<String> same = new ArrayList<>(first.sameDesigns());
    same.add(next.name());
    return first.with(same);
  }
}
