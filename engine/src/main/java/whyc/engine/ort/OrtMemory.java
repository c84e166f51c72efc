package whyc.engine.ort;

import java.util.List;
import whyc.engine.Memory;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.pass.LowerForOnnx;
import whyc.schedule.Footprint;

/**
 * What a process with ONNX Runtime holds, from the footprint of a program.
 *
 * <p>The runtime's own bookkeeping is not open to us, so the form is ours and the numbers are
 * fitted: to the peak resident size of twelve processes (saliency and integrated gradients of
 * ResNet-8, -18, -34 and -50, SqueezeNet 1.1, MobileNetV2) with ONNX Runtime 1.28.0, JDK 25, Linux,
 * a young generation of 32 MB and a fixed threshold for mapped memory as the launcher sets them.
 * {@code whyc bench memory} repeats the measurement.
 */
final class OrtMemory {
  private OrtMemory() {}

  private static final double MEGABYTE = 1 << 20;

  /** The Java process with the runtime loaded, and the model in its file's bytes and as read. */
  private static final double PROCESS = 70 * MEGABYTE;

  private static final double PER_FILE_BYTE = 2;

  /** A session while it is prepared: intermediate results of folding live until the end. */
  private static final double SESSION = 33 * MEGABYTE;

  private static final double PER_FOLDED_BYTE = 0.43;
  private static final double PER_WEIGHT_BYTE_COMPILING = 1.9;

  /** A session that is ready holds weights in the order of its kernels. */
  private static final double PER_WEIGHT_BYTE_RUNNING = 1;

  /** Values, their copies in another order of channels, and the rounding up of the arena. */
  private static final double PER_VALUE_BYTE = 2.5;

  static Memory predict(Model model, List<Graph> programs, int batch) {
    double held = PROCESS + PER_FILE_BYTE * model.file().proto().getSerializedSize();
    double compiling = held;
    double values = 0;
    for (Graph program : programs) {
      Graph lowered = new LowerForOnnx().apply(program);
      Footprint f = Footprint.of(model.dynamicBatch() ? lowered.withBatch(batch) : lowered);
      compiling =
          Math.max(
              compiling,
              held
                  + SESSION
                  + PER_FOLDED_BYTE * f.foldedBytes()
                  + PER_WEIGHT_BYTE_COMPILING * f.weightBytes());
      held += SESSION + PER_WEIGHT_BYTE_RUNNING * f.weightBytes();
      values += PER_VALUE_BYTE * f.peakBytes();
    }
    return new Memory((long) compiling, (long) (held + values));
  }
}
