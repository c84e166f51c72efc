package whyc.engine.ort;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whyc.engine.Engine;
import whyc.engine.Memory;
import whyc.engine.Program;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxWriter;
import whyc.op.Value;
import whyc.pass.LowerForOnnx;
import whyc.refusal.RefusedArgument;

/**
 * Runs graphs in ONNX Runtime: the model's own nodes as its file has them, and the added lines
 * behind them. All sessions share one pool of threads, since pools that spin beside each other take
 * each other's time; but where the process used ONNX Runtime before, which then has no such pool,
 * each session has its own threads.
 */
public final class OrtEngine implements Engine {
  private static @Nullable Started shared;

  private final Started process;
  private final Options options;

  /** The one environment that a process has. */
  private record Started(OrtEnvironment environment, boolean sharesThreads) {}

  /**
   * How sessions run.
   *
   * @param threads threads of the shared pool; the first engine of a process decides
   * @param arena whether memory of a run is kept for the next one: faster, and larger than the peak
   */
  public record Options(int threads, boolean arena) {
    public Options {
      if (threads < 1 || threads > 1024) {
        throw new RefusedArgument("threads want to be 1 to 1024, got " + threads);
      }
    }
  }

  private OrtEngine(Started process, Options options) {
    this.process = process;
    this.options = options;
  }

  /** Loads the runtime's library, which takes its time once a process. */
  public static void load() {
    new OrtEnvironment.ThreadingOptions().close();
  }

  public static OrtEngine create(Options options) {
    return new OrtEngine(started(options), options);
  }

  /** One environment a process: a second engine shares the first one's threads. */
  private static synchronized Started started(Options options) {
    if (shared == null) {
      try {
        shared = start(options);
        shared.environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime does not start: " + e.getMessage(), e);
      }
    }
    return shared;
  }

  private static Started start(Options options) throws OrtException {
    try (OrtEnvironment.ThreadingOptions threading = new OrtEnvironment.ThreadingOptions()) {
      threading.setGlobalIntraOpNumThreads(options.threads());
      threading.setGlobalInterOpNumThreads(1);
      return new Started(
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "whyc", threading),
          true);
    } catch (IllegalStateException e) {
      // Somebody else in this process has made it, and threads cannot be shared any more.
      return new Started(OrtEnvironment.getEnvironment(), false);
    }
  }

  @Override
  public Program compile(Model model, Graph graph) {
    Graph lowered = new LowerForOnnx().apply(graph);
    Set<String> own = model.graph().outputs().keySet();
    if (!lowered.outputs().keySet().containsAll(own)) {
      return program(model.file().embedded(OnnxWriter.select(model, lowered)));
    }
    SequencedMap<String, Value> added = new LinkedHashMap<>(lowered.outputs());
    own.forEach(added::remove);
    return program(model.file().embedded(OnnxWriter.append(model, lowered, added, Map.of())));
  }

  /** A program from an ONNX model, which is handed over in memory that is given back at once. */
  public Program program(ModelProto onnx) {
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer bytes = arena.allocate(onnx.getSerializedSize()).asByteBuffer();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      onnx.writeTo(out);
      out.flush();
      return program(bytes.flip());
    } catch (IOException e) {
      throw new RefusedArgument("a model is too large to be handed over: " + e.getMessage(), e);
    }
  }

  /** A program from the bytes of an ONNX model, in a direct buffer. */
  public Program program(ByteBuffer onnx) {
    try (OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
      if (process.sharesThreads) {
        session.disablePerSessionThreads();
      } else {
        session.setIntraOpNumThreads(options.threads());
      }
      session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session.setCPUArenaAllocator(options.arena());
      session.setMemoryPatternOptimization(options.arena());
      return new OrtProgram(process.environment, process.environment.createSession(onnx, session));
    } catch (OrtException e) {
      throw new RefusedArgument("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  @Override
  public Memory predictMemory(Model model, List<Graph> programs, int batch) {
    return OrtMemory.predict(model, programs, batch);
  }

  @Override
  public String name() {
    return "ONNX Runtime " + process.environment.getVersion();
  }

  /** The environment belongs to the process; programs are closed one by one. */
  @Override
  public void close() {}
}
