package whyc.op;

import java.util.List;

/**
 * Where a derivative is asked for: the line's operands and result, and the cotangent of that
 * result.
 */
public record Site(List<Value> operands, Value result, Value cotangent) {
  public Value operand(int i) {
    return operands.get(i);
  }
}
