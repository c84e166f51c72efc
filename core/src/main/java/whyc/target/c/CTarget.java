package whyc.target.c;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cost;
import whyc.op.Primitive;
import whyc.schedule.Schedule;
import whyc.schedule.Step;
import whyc.tensor.ElementType;

/**
 * Writes graphs as C99: {@code NAME.h}, {@code NAME.c}, {@code NAME_weights.h}. One function, one
 * static arena of the size that the schedule predicts, no allocation, of the library no more than
 * {@code memcpy}, {@code memset} and {@code math.h}.
 *
 * <p>Reals are computed in their own precision where the interpreter takes doubles, and sums in
 * another order. Integers have the interpreter's bits.
 */
public final class CTarget {
  private final Graph graph;
  private final Signature signature;
  private final List<String> notes;
  private final Packing packing;
  private final Schedule schedule;
  private final long arenaBytes;

  private CTarget(Graph graph, Signature signature, List<String> notes) {
    this.graph = graph;
    this.signature = signature;
    this.notes = notes;
    this.packing = Packing.of(graph);
    this.schedule = Schedule.of(graph, new ArenaStorage(graph, packing, scratch()));
    this.arenaBytes = schedule.extents().getOrDefault(ArenaStorage.ARENA, 0L);
  }

  /**
   * Compiles a graph, as it is typed.
   *
   * @param name becomes the function's and the files', as far as C takes it
   * @param notes lines that the header begins with
   * @throws TargetException for a graph with something that C cannot take
   */
  public static CProgram compile(Graph graph, String name, List<String> notes) {
    Graph lowered = Lowering.of(graph);
    lowered.nodes().forEach(CTarget::check);
    return new CTarget(lowered, Signature.of(name, lowered), List.copyOf(notes)).program();
  }

  private static void check(Node n) {
    if (n.type().element() == ElementType.FLOAT16) {
      throw TargetException.at(n, "floats of 32 or 64 bits", n.type().toString());
    }
  }

  /** Working memory by step, computed once for each: a schedule asks for every order it tries. */
  private java.util.function.ToLongFunction<Step> scratch() {
    Map<Step, Long> known = new HashMap<>();
    Weights weights = new Weights(graph);
    Kernels kernels = new Kernels(weights);
    return step ->
        known.computeIfAbsent(
            step, s -> new StepCode(graph, s, packing, weights, kernels).scratchBytes());
  }

  private CProgram program() {
    Weights weights = new Weights(graph);
    Kernels kernels = new Kernels(weights);
    String function = function(weights, kernels);
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put(signature.name() + ".h", new Header(signature, notes, facts(weights)).text());
    files.put(signature.name() + ".c", source(kernels, function));
    files.put(
        signature.name() + "_weights.h",
        "/* What %s reads and never writes. */\n\n%s".formatted(signature.name(), weights.text()));
    return new CProgram(signature.name(), files, schedule, arenaBytes, weights.bytes());
  }

  private Header.Facts facts(Weights weights) {
    long multiplyAdds = 0;
    long elementary = 0;
    boolean[] varies = graph.dependingOnInputs();
    for (int i = 0; i < varies.length; i++) {
      Node n = graph.nodes().get(i);
      if (varies[i] && n.op() instanceof Primitive p) {
        Cost cost = p.cost(n.operands().stream().map(graph::type).toList());
        multiplyAdds += cost.multiplyAdds();
        elementary += cost.elementary();
      }
    }
    return new Header.Facts(arenaBytes, weights.bytes(), multiplyAdds, elementary);
  }

  private String source(Kernels kernels, String function) {
    return """
    #ifndef KERNEL
    #include "%1$s.h"

    #include <math.h>
    #include <string.h>

    #include "%1$s_weights.h"

    %2$s%3$s#endif

    %4$s
    %5$s
    #ifndef KIND_WITHIN
    %6$s#endif
    """
        .formatted(
            signature.name(),
            arenaBytes == 0 ? "" : arena(),
            kernels.prelude(signature.name(), signature.steps()),
            kernels.text(),
            function,
            entry());
  }

  /** What a caller calls: the steps, compiled for the processor that is there. */
  private String entry() {
    return """
    %1$s {
    #ifdef KIND_ASKED
      if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma")) {
        %2$s_avx512(%3$s);
        return;
      }
      if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        %2$s_avx2(%3$s);
        return;
      }
    #endif
      %2$s(%3$s);
    }
    """
        .formatted(signature.declaration(), signature.steps(), signature.arguments());
  }

  /** Nothing where a program only tells what is known. */
  private String arena() {
    return """
    #if defined(__GNUC__)
    __attribute__((aligned(64)))
    #endif
    static union {
      double widest;
      int64_t longest;
      unsigned char bytes[%s];
    } arena;

    #define AT(type, offset) ((type *)(void *)(arena.bytes + (offset)))

    """
        .formatted(signature.macro("ARENA_BYTES"));
  }

  private String function(Weights weights, Kernels kernels) {
    Source out = new Source(0);
    out.open("KERNEL " + signature.declaration(signature.steps()));
    signature.inputs().forEach(p -> out.line(take(p, kernels)));
    int number = 0;
    for (Step step : schedule.steps()) {
      StepCode code = new StepCode(graph, step, packing, weights, kernels);
      out.line("");
      out.line("/* %d: %s */".formatted(number++, Signature.shown(code.comment())));
      code.write(out, schedule);
    }
    out.line("");
    signature.outputs().forEach(p -> out.line(give(p, weights, kernels)));
    out.close();
    return out.toString();
  }

  private String take(Signature.Parameter p, Kernels kernels) {
    long offset = schedule.slot(p.value()).offset();
    return packing
        .bits(p.value())
        .map(b ->
            "%s(AT(uint8_t, %d), 0, %s, %d);"
                .formatted(kernels.pack(b), offset, p.name(), p.type().shape().size()))
        .orElseGet(
            () -> "memcpy(AT(void, %d), %s, %d);".formatted(offset, p.name(), p.type().bytes()));
  }

  private String give(Signature.Parameter p, Weights weights, Kernels kernels) {
    if (graph.node(p.value()).op() instanceof whyc.op.Constant) {
      return "memcpy(%s, %s, %d);".formatted(p.name(), weights.array(p.value()), p.type().bytes());
    }
    long offset = schedule.slot(p.value()).offset();
    return packing
        .bits(p.value())
        .map(b ->
            "%s(%s, AT(uint8_t, %d), 0, %d);"
                .formatted(kernels.unpack(b), p.name(), offset, p.type().shape().size()))
        .orElseGet(
            () -> "memcpy(%s, AT(void, %d), %d);".formatted(p.name(), offset, p.type().bytes()));
  }
}
