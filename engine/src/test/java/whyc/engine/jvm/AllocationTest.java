package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.OperatorSamples;
import whyc.engine.jvm.code.Lanes;
import whyc.pass.Expand;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Kernels allocate nothing, whatever the primitive. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Runs until nothing is allocated any more, or for as many seconds. */
  private static final int SECONDS = 30;

  /**
   * Vectors are objects until their code is compiled. From then on a hundred runs must do without a
   * byte.
   */
  private static void expectNoAllocation(PlanRun run) {
    long deadline = System.nanoTime() + SECONDS * 1_000_000_000L;
    long bytes;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        run.run();
      }
      bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    } while (bytes > 0 && System.nanoTime() < deadline);
    assertThat(bytes).as(run.plan.listing()).isZero();
  }

  @ParameterizedTest
  @MethodSource("primitives")
  void noKernelAllocates(String name) {
    OperatorSamples.Case c = OperatorSamples.draw(name, 1);
    expectNoAllocation(PlanRun.of(new Expand().apply(c.graph()), Lanes.preferred(), c.inputs()));
  }

  static java.util.stream.Stream<String> primitives() {
    return OperatorSamples.names().stream();
  }

  @Test
  void noTransformerAllocates() {
    TensorType type = TensorType.of(ElementType.FLOAT32, 1, 3, 20, 20);
    Tensor image =
        Tensor.of(type, new SplittableRandom(5).doubles(type.shape().size(), -1, 1).toArray());
    VisionTransformer model = new VisionTransformer(20, 5, 40, 2, 2, 11);
    expectNoAllocation(
        PlanRun.of(
            Lowering.of(model.graph(1).withBatch(1)), Lanes.preferred(), Map.of("image", image)));
  }
}
