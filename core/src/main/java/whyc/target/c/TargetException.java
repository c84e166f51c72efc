package whyc.target.c;

import java.io.Serial;
import whyc.graph.Node;
import whyc.refusal.RefusedArgument;

/** A graph that C cannot take; the message says which node, the rule, what came. */
public final class TargetException extends RefusedArgument {
  @Serial private static final long serialVersionUID = 1L;

  TargetException(String sentence) {
    super(sentence);
  }

  /** Of one line of a graph. */
  static TargetException at(Node n, String rule, String came) {
    String where = n.label().isEmpty() ? "" : " (node \"%s\")".formatted(n.label());
    return new TargetException(
        "%s in C wants %s, got %s%s".formatted(n.op().name(), rule, came, where));
  }
}
