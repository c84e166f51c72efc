package whyc.engine.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import whyc.engine.Program;

/** ONNX Runtime as somebody uses it who knows nothing of whyc. */
public final class StockRuntime {
  private StockRuntime() {}

  public static Program load(byte[] onnx, OrtSession.SessionOptions.OptLevel level) {
    try (OrtSession.SessionOptions options = options(level)) {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      return new OrtProgram(environment, environment.createSession(onnx, options));
    } catch (OrtException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static OrtSession.SessionOptions options(OrtSession.SessionOptions.OptLevel level)
      throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setOptimizationLevel(level);
    return options;
  }
}
