package whyc.target.c;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The header of a program: what a stranger has to know of it, and the function. */
record Header(Signature signature, List<String> notes, Facts facts) {
  /** Figures of a program. */
  record Facts(long arenaBytes, long weightBytes, long multiplyAdds, long elementary) {}

  String text() {
    return """
    /*
    %1$s *
     * Input, row-major:
    %2$s *
     * Outputs, row-major:
    %3$s *
     * Memory: %4$s bytes of arena, static; %5$s bytes of weights, constant; no allocation.
     * Work for one call: %6$s multiplications with an addition, %7$s other operations.
     * Not for two threads at once: all calls share the arena.
     *
     *   cc -O3 -c %8$s.c        any C99 compiler with int of 32 bits; link with -lm
     */
    #ifndef %9$s
    #define %9$s

    #include <stdint.h>

    enum { %10$s = %11$d };

    #ifdef __cplusplus
    extern "C" {
    #endif

    %12$s;

    #ifdef __cplusplus
    }
    #endif

    #endif
    """
        .formatted(
            notes.stream()
                .map(n -> " * " + Signature.shown(n) + "\n")
                .collect(Collectors.joining()),
            described(signature.inputs()),
            described(signature.outputs()),
            counted(facts.arenaBytes),
            counted(facts.weightBytes),
            counted(facts.multiplyAdds),
            counted(facts.elementary),
            signature.name(),
            signature.macro("H"),
            signature.macro("ARENA_BYTES"),
            facts.arenaBytes,
            signature.declaration());
  }

  private static String described(List<Signature.Parameter> parameters) {
    return parameters.stream()
        .map(p -> " *   " + p.description() + "\n")
        .collect(Collectors.joining());
  }

  private static String counted(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
