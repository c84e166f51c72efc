package whyc.rtl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A program as people read it: memories, then a line for each instruction. */
final class ProgramText {
  private ProgramText() {}

  static String of(Program p) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "core: %d x %d products a cycle, codes of %d bits, weights of %d, sums of %d, %d places"
            .formatted(
                p.core().lanes(),
                p.core().lanes(),
                p.core().codeBits(),
                p.core().weightBits(),
                p.sumBits(),
                p.core().places()));
    p.memories()
        .forEach((name, words) -> lines.add("memory %-9s %,9d words".formatted(name, words)));
    lines.add("memory %-9s %,9d lines".formatted("weights", p.weights().size()));
    lines.add(
        "input  %s at %d, %s"
            .formatted(plain(p.input().name()), p.input().address(), shape(p.input())));
    p.outputs()
        .forEach(o ->
            lines.add(
                "output %s at %d, %s, a code is %s"
                    .formatted(plain(o.name()), o.address(), shape(o), o.scale())));
    lines.add("");
    lines.add(
        "   at | kind    | for          | cycles     | products | tile | source -> target | what");
    int all = (1 << p.methods().size()) - 1;
    List<CycleCount.Line> counted = CycleCount.of(p, all).lines();
    IntStream.range(0, counted.size()).forEach(i -> lines.add(line(p, i, counted.get(i))));
    return lines.stream().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n"));
  }

  /** A name on one line: names are the model's, which may hold anything. */
  private static String plain(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static String shape(Program.Port port) {
    return "[%d,%d,%d]".formatted(port.channels(), port.rows(), port.columns());
  }

  private static String line(Program p, int index, CycleCount.Line l) {
    Instruction i = l.instruction();
    double products =
        100.0 * i.multiplyAdds() / ((double) l.cycles() * p.core().lanes() * p.core().lanes());
    return String.format(
        Locale.ROOT,
        "%5d | %-7s | %-12s | %,10d | %7.1f%% | %4d | %6d -> %6d | %s %s",
        index,
        i.kind().name().toLowerCase(Locale.ROOT),
        methods(p, i.get(Field.METHODS)),
        l.cycles(),
        products,
        i.get(Field.TILE_ROWS),
        i.get(i.kind() == Kind.SWEEP ? Field.RESIDUAL : Field.SOURCE),
        i.get(Field.TARGET),
        plain(i.name()),
        i.flags().stream()
            .map(f -> f.name().toLowerCase(Locale.ROOT))
            .sorted()
            .collect(Collectors.joining(" ")));
  }

  private static String methods(Program p, int bits) {
    return bits == (1 << p.methods().size()) - 1
        ? "all"
        : IntStream.range(0, p.methods().size())
            .filter(m -> (bits >> m & 1) != 0)
            .mapToObj(p.methods()::get)
            .collect(Collectors.joining(","));
  }
}
