package whyc.op;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import whyc.tensor.Tensor;

/** The operators' samples, for contracts that targets owe. */
public final class AllSamples {
  private AllSamples() {}

  /**
   * An operator with operands.
   *
   * @param shared which of them are the same for all images, as weights are
   */
  public record Drawn(String name, Op op, List<Tensor> operands, List<Boolean> shared) {}

  public static List<Drawn> draw(long seed) {
    return Samples.all().stream()
        .map(s -> {
          List<Tensor> operands = s.draw(new Random(seed), s.batch());
          return new Drawn(
              s.toString(),
              s.op(),
              operands,
              IntStream.range(0, operands.size())
                  .mapToObj(k -> !s.operands().get(k).batched())
                  .toList());
        })
        .toList();
  }
}
