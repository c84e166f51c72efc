package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.MaxPool;
import whyc.op.MaxPoolGradient;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Primitive;
import whyc.op.Value;

/**
 * Stored switches are given up again: {@code route(switches(x), dy) = maxPoolGradient(x,
 * maxPool(x), dy)}. For targets without kernels for switches, where a graph has them already; every
 * bit stays. Not applied to switches that are given.
 */
final class SwitchesAsGradients extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    if (!(op instanceof MaxPoolRoute route)) {
      return Optional.empty();
    }
    Node switches = b.node(operands.getFirst());
    if (!(switches.op() instanceof MaxPoolSwitches s) || !s.window().equals(route.window())) {
      return Optional.empty();
    }
    Value x = switches.operands().getFirst();
    Value y = b.emit(new MaxPool(s.window()), x);
    return Optional.of(b.emit(new MaxPoolGradient(s.window()), x, y, operands.getLast()));
  }
}
