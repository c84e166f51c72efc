package whyc.engine.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.LongStream;
import whyc.engine.Program;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** One session of ONNX Runtime. Buffers for inputs stay for the next run of the same shape. */
final class OrtProgram implements Program {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Map<String, Feed> feeds = new HashMap<>();

  OrtProgram(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  /** A tensor of the runtime over a buffer of ours. */
  private record Feed(TensorType type, Buffer buffer, OnnxTensor tensor) {}

  @Override
  public SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs) {
    try {
      Map<String, OnnxTensor> fed = new HashMap<>();
      for (Map.Entry<String, Tensor> e : inputs.entrySet()) {
        fed.put(e.getKey(), feed(e.getKey(), e.getValue()));
      }
      try (OrtSession.Result result = session.run(fed, outputs)) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> e : result) {
          tensors.put(e.getKey(), read(e.getValue()));
        }
        return tensors;
      }
    } catch (OrtException e) {
      throw new RefusedArgument("ONNX Runtime cannot run: " + e.getMessage(), e);
    }
  }

  private OnnxTensor feed(String name, Tensor tensor) throws OrtException {
    Feed feed = feeds.get(name);
    if (feed == null || !feed.type.equals(tensor.type())) {
      if (feed != null) {
        feed.tensor.close();
      }
      feed = create(tensor.type());
      feeds.put(name, feed);
    }
    switch (feed.buffer) {
      case FloatBuffer b -> b.put(0, tensor.floats());
      case LongBuffer b -> b.put(0, tensor.longs());
      case ByteBuffer b -> fill(b, tensor);
      default -> throw new AssertionError();
    }
    return feed.tensor;
  }

  private static void fill(ByteBuffer b, Tensor tensor) {
    switch (tensor.element()) {
      case INT8, UINT8, BOOL -> b.put(0, tensor.bytes());
      case FLOAT64 -> b.asDoubleBuffer().put(tensor.doubles());
      case FLOAT16 -> {
        for (int i = 0; i < tensor.size(); i++) {
          b.putShort(2 * i, Float.floatToFloat16((float) tensor.at(i)));
        }
      }
      case INT32 -> {
        for (int i = 0; i < tensor.size(); i++) {
          b.putInt(4 * i, (int) tensor.at(i));
        }
      }
      default -> throw new RefusedArgument("ONNX Runtime is given no " + tensor.type());
    }
  }

  private Feed create(TensorType type) throws OrtException {
    long[] shape = type.shape().dims().stream().mapToLong(Integer::longValue).toArray();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(type.bytes())).order(ByteOrder.nativeOrder());
    return switch (type.element()) {
      case FLOAT32 -> {
        FloatBuffer floats = bytes.asFloatBuffer();
        yield new Feed(type, floats, OnnxTensor.createTensor(environment, floats, shape));
      }
      case INT64 -> {
        LongBuffer longs = bytes.asLongBuffer();
        yield new Feed(type, longs, OnnxTensor.createTensor(environment, longs, shape));
      }
      default ->
          new Feed(
              type,
              bytes,
              OnnxTensor.createTensor(environment, bytes, shape, javaType(type.element())));
    };
  }

  private static OnnxJavaType javaType(ElementType element) {
    return switch (element) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      case UINT16, UINT32, UINT64 ->
          throw new RefusedArgument("ONNX Runtime's Java API has no " + element);
    };
  }

  private static Tensor read(OnnxValue value) {
    OnnxTensor tensor = (OnnxTensor) value;
    Shape shape =
        new Shape(LongStream.of(tensor.getInfo().getShape()).mapToObj(Math::toIntExact).toList());
    int n = shape.size();
    return switch (tensor.getInfo().type) {
      case FLOAT -> {
        float[] values = new float[n];
        tensor.getFloatBuffer().get(values);
        yield Tensor.of(shape, values);
      }
      case INT64 -> {
        long[] values = new long[n];
        tensor.getLongBuffer().get(values);
        yield Tensor.of(shape, values);
      }
      case DOUBLE -> {
        double[] values = new double[n];
        tensor.getDoubleBuffer().get(values);
        yield Tensor.of(shape, values);
      }
      case INT32 -> {
        int[] values = new int[n];
        tensor.getIntBuffer().get(values);
        yield Tensor.of(
            new TensorType(ElementType.INT32, shape),
            java.util.Arrays.stream(values).asLongStream().toArray());
      }
      case INT8, UINT8, BOOL -> {
        byte[] values = new byte[n];
        tensor.getByteBuffer().get(values);
        yield Tensor.ofBytes(
            switch (tensor.getInfo().type) {
              case INT8 -> ElementType.INT8;
              case UINT8 -> ElementType.UINT8;
              default -> ElementType.BOOL;
            },
            shape,
            values);
      }
      case FLOAT16 -> {
        float[] values = new float[n];
        tensor.getFloatBuffer().get(values);
        yield Tensor.of(shape, values).cast(ElementType.FLOAT16);
      }
      default ->
          throw new RefusedArgument("an output of type " + tensor.getInfo().type + " is not read");
    };
  }

  @Override
  public String engine() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public void close() {
    try {
      feeds.values().forEach(f -> f.tensor.close());
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
    }
  }
}
