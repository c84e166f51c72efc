package whyc.engine.jvm.integer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import whyc.engine.OwnJvm;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.Product;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Products of integers allocate nothing. In a JVM of its own: where vectors of several widths went
 * through the same methods before, as in the other tests and nowhere else, the compiler keeps them
 * on the heap.
 */
class IntegerAllocationTest {
  private static final Map<String, Product> CIRCUITS = Circuits.all();

  @Test
  void runningAllocatesNothing() throws Exception {
    assertThat(OwnJvm.output(IntegerAllocationTest.class)).isEqualTo("0");
  }

  /** Prints what a run of all kernels allocates once it is compiled. */
  public static void main(String[] args) {
    SplittableRandom random = new SplittableRandom(1);
    Tensor x = Exactness.draw(random, 1, 16, 15, 17);
    Tensor weight = Exactness.draw(random, 17, 16, 3, 3);
    Tensor b = Exactness.draw(random, 65, 33);
    int[] y = new int[17 * 15 * 17];
    Window window = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
    Runnable[] all =
        Stream.of("exact", "Kulkarni", "Mitchell")
            .map(CIRCUITS::get)
            .flatMap(p -> {
              var c = IntegerConvolution.of(new IntegerConv(window, 1, 3, p), x.type(), weight);
              var m =
                  IntegerMatrixProduct.of(new IntegerMatMul(p), b.type().with(Shape.of(9, 65)), b);
              Workspace forImages = Workspace.of(c.workspace());
              Workspace forRows = Workspace.of(m.workspace());
              return Stream.<Runnable>of(
                  () -> c.run(x.bytes(), 0, y, 0, forImages),
                  () -> m.run(x.bytes(), 0, 9, y, 0, forRows));
            })
            .toArray(Runnable[]::new);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // Code that is not compiled yet boxes its vectors, and the compiler takes its time; a loop that
    // boxes them for good never comes to zero.
    long end = System.nanoTime() + 30_000_000_000L;
    long least = Long.MAX_VALUE;
    while (least > 0 && System.nanoTime() < end) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (Runnable r : all) {
        r.run();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    System.out.println(least);
  }
}
