package whyc.op;

import java.util.List;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * An operator that is a short program of others. Its type, its meaning, its derivative and its cost
 * are those of the program.
 */
public non-sealed interface Composite extends Op {

  /** Appends the program and returns its result. */
  Value expand(Emit g, List<Value> operands);

  @Override
  default TensorType infer(List<TensorType> operands) {
    Emit g = new Tape();
    List<Value> inputs = new java.util.ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      inputs.add(g.emit(new Input("operand" + i, operands.get(i)), List.of()));
    }
    try {
      return g.type(expand(g, inputs));
    } catch (IndexOutOfBoundsException e) {
      throw Refuse.operands(this, "other axes or more operands", operands);
    } catch (IllegalArgumentException e) {
      throw String.valueOf(e.getMessage()).startsWith(name())
          ? e
          : new IllegalArgumentException(name() + ": " + e.getMessage(), e);
    }
  }

  /** Types of a program in the making, for composites that are asked for theirs. */
  final class Tape implements Emit {
    private final List<TensorType> types = new java.util.ArrayList<>();
    private final List<java.util.Optional<Tensor>> constants = new java.util.ArrayList<>();

    @Override
    public Value emit(Op op, List<Value> operands) {
      types.add(op.infer(operands.stream().map(this::type).toList()));
      constants.add(
          op instanceof Constant c ? java.util.Optional.of(c.value()) : java.util.Optional.empty());
      return new Value(types.size() - 1);
    }

    @Override
    public TensorType type(Value value) {
      return types.get(value.index());
    }

    @Override
    public java.util.Optional<Tensor> constant(Value value) {
      return constants.get(value.index());
    }
  }
}
