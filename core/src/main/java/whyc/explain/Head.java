package whyc.explain;

import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Sigmoid;
import whyc.op.Softmax;
import whyc.op.Squeeze;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * The end of a classifier: where its class scores are.
 *
 * <p>A softmax couples the classes and saturates, so the score that is differentiated is the one
 * before it; likewise before the sigmoid of a single output, which is read as two classes with the
 * scores {@code -z} and {@code z}.
 *
 * @param scores [n,classes]
 * @param cut the activation that was left out, if one was
 * @param binary whether the model has a single output for two classes
 */
public record Head(Value scores, Optional<String> cut, boolean binary) {
  /** The output by which programs hold the scores beside the model's own outputs. */
  public static final String SCORES = "whyc_scores";

  /** Finds the scores behind an output and appends what brings them into the form [n,classes]. */
  public static Head of(Builder b, Value output, Question.Score score) {
    Value at = output;
    Optional<String> cut = Optional.empty();
    if (score == Question.Score.LOGIT) {
      Optional<Value> activation = finalActivation(b, output);
      if (activation.isPresent()) {
        cut = Optional.of(b.node(activation.get()).op().name());
        at = b.node(activation.get()).operands().getFirst();
      }
    }
    Value rows = rows(b, at);
    boolean binary = b.shape(rows).dim(1) == 1;
    return new Head(binary ? b.concat(1, java.util.List.of(b.neg(rows), rows)) : rows, cut, binary);
  }

  /** The softmax or sigmoid that the output is a mere reshaping of. */
  private static Optional<Value> finalActivation(Builder b, Value output) {
    Value at = output;
    while (true) {
      Node n = b.node(at);
      switch (n.op()) {
        case Softmax s -> {
          return Optional.of(at);
        }
        case Sigmoid s -> {
          return Optional.of(at);
        }
        case Reshape r -> at = n.operands().getFirst();
        case ReshapeAs r -> at = n.operands().getFirst();
        case Squeeze s -> at = n.operands().getFirst();
        case Unsqueeze u -> at = n.operands().getFirst();
        default -> {
          return Optional.empty();
        }
      }
    }
  }

  /** [n,c,1,1], [n,c] or [n] as [n,classes]. */
  private static Value rows(Builder b, Value v) {
    Shape s = b.shape(v);
    if (s.rank() == 1) {
      return b.unsqueeze(v, 1);
    }
    if (s.rank() < 2 || s.product(2, s.rank()) != 1) {
      throw new RefusedArgument("an output wants class scores [n,classes], got " + b.type(v));
    }
    return b.squeeze(v, IntStream.range(2, s.rank()).toArray());
  }

  int classes(Builder b) {
    return b.shape(scores).dim(1);
  }
}
