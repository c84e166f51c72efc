package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import whyc.engine.OperatorSamples;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.pass.Expand;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Kernels allocate nothing, whatever the primitive. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Of this process's processor time: what a slow machine may take to compile all kernels. */
  private static final double SECONDS = 150;

  /**
   * Vectors are objects until their code is compiled. From then on a hundred runs must do without a
   * byte: plans run in turns, and those that have done so run no more.
   */
  private static void expectNoAllocation(List<PlanRun> plans) {
    double end = Allocations.spent() + SECONDS;
    List<PlanRun> left = new ArrayList<>(plans);
    while (!left.isEmpty() && Allocations.spent() < end) {
      left.removeIf(AllocationTest::runsWithoutAllocation);
    }
    assertThat(left.stream().map(r -> r.plan.listing())).isEmpty();
  }

  private static boolean runsWithoutAllocation(PlanRun run) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      run.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() == before;
  }

  @Test
  void noKernelAllocates() {
    List<PlanRun> plans = new ArrayList<>();
    for (String name : OperatorSamples.names()) {
      OperatorSamples.Case c = OperatorSamples.draw(name, 1);
      plans.add(PlanRun.of(new Expand().apply(c.graph()), Lanes.preferred(), c.inputs()));
    }
    expectNoAllocation(plans);
  }

  @Test
  void noTransformerAllocates() {
    TensorType type = TensorType.of(ElementType.FLOAT32, 1, 3, 20, 20);
    Tensor image =
        Tensor.of(type, new SplittableRandom(5).doubles(type.shape().size(), -1, 1).toArray());
    VisionTransformer model = new VisionTransformer(20, 5, 40, 2, 2, 11);
    Graph graph = Lowering.of(model.graph(1).withBatch(1));
    expectNoAllocation(List.of(PlanRun.of(graph, Lanes.preferred(), Map.of("image", image))));
  }
}
