package whyc.architecture;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Optional;

/** PyTorch, through DJL: on a graphics processor where DJL finds one. */
public final class Torch {
  private Torch() {}

  private static final class Loaded {
    static final Optional<String> OBSTACLE = load();

    /** One thread for each network: several train beside each other, and sums keep their order. */
    private static Optional<String> load() {
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("ai.djl.pytorch.num_threads", "1");
      System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
      try {
        Engine.getEngine("PyTorch");
        return Optional.empty();
      } catch (EngineException
          | IllegalArgumentException
          | IllegalStateException
          | LinkageError e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        return Optional.of("PyTorch's library cannot be loaded: " + cause.getMessage());
      }
    }
  }

  /** Why nothing can be trained here, if so. */
  public static Optional<String> obstacle() {
    return Loaded.OBSTACLE;
  }

  /** What trains: {@code cpu()} or {@code gpu(0)}. */
  public static String device() {
    return Engine.getEngine("PyTorch").defaultDevice().toString();
  }

  /**
   * Gradients of a number with respect to all arrays that want one. DJL's own collector serves one
   * thread of a process at a time; PyTorch itself serves each.
   */
  static void backward(NDArray number) {
    NDArray one = number.getManager().ones(number.getShape(), number.getDataType());
    JniUtils.backward((PtNDArray) number, (PtNDArray) one, false, false);
  }

  /** Whether what this thread computes from now on can be differentiated. */
  static void record(boolean gradients) {
    JniUtils.setGradMode(gradients);
  }
}
