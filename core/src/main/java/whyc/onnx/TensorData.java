package whyc.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Tensors as ONNX stores them: little-endian bytes, or lists of numbers. */
final class TensorData {
  private TensorData() {}

  private static final Map<Integer, ElementType> ELEMENTS =
      Map.ofEntries(
          Map.entry(TensorProto.DataType.FLOAT_VALUE, ElementType.FLOAT32),
          Map.entry(TensorProto.DataType.DOUBLE_VALUE, ElementType.FLOAT64),
          Map.entry(TensorProto.DataType.FLOAT16_VALUE, ElementType.FLOAT16),
          Map.entry(TensorProto.DataType.INT8_VALUE, ElementType.INT8),
          Map.entry(TensorProto.DataType.UINT8_VALUE, ElementType.UINT8),
          Map.entry(TensorProto.DataType.INT16_VALUE, ElementType.INT16),
          Map.entry(TensorProto.DataType.UINT16_VALUE, ElementType.UINT16),
          Map.entry(TensorProto.DataType.INT32_VALUE, ElementType.INT32),
          Map.entry(TensorProto.DataType.UINT32_VALUE, ElementType.UINT32),
          Map.entry(TensorProto.DataType.INT64_VALUE, ElementType.INT64),
          Map.entry(TensorProto.DataType.UINT64_VALUE, ElementType.UINT64),
          Map.entry(TensorProto.DataType.BOOL_VALUE, ElementType.BOOL));

  /** The element type of an ONNX data type code. */
  static ElementType element(int dataType) {
    ElementType element = ELEMENTS.get(dataType);
    if (element == null) {
      TensorProto.DataType named = TensorProto.DataType.forNumber(dataType);
      throw new RefusedArgument(
          "element types are "
              + ELEMENTS.values().stream().sorted().toList()
              + ", got "
              + (named == null ? dataType : named));
    }
    return element;
  }

  /** The ONNX data type code of an element type. */
  static int dataType(ElementType element) {
    return ELEMENTS.entrySet().stream()
        .filter(e -> e.getValue() == element)
        .mapToInt(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Reads a tensor whose values stand in the file itself or in a file beside it. */
  static Tensor read(TensorProto proto, ExternalData external) {
    if (proto.hasSegment()) {
      throw new RefusedArgument("a tensor wants to be in one piece, got a segment");
    }
    Shape shape = shape(proto.getDimsList());
    TensorType type = new TensorType(element(proto.getDataType()), shape);
    Limits.decoded(type);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return decode(type, external.read(proto, type.bytes()));
    }
    if (proto.hasRawData()) {
      return decode(type, proto.getRawData().asReadOnlyByteBuffer());
    }
    return listed(type, proto);
  }

  private static Shape shape(List<Long> dims) {
    for (long d : dims) {
      if (d < 1 || d > Shape.MAX_SIZE) {
        throw new RefusedArgument(
            "a tensor wants extents of at least 1 and at most " + Shape.MAX_SIZE + ", got " + dims);
      }
    }
    return new Shape(dims.stream().map(Math::toIntExact).toList());
  }

  private static Tensor decode(TensorType type, ByteBuffer bytes) {
    if (bytes.remaining() != type.bytes()) {
      throw new RefusedArgument(
          "a tensor " + type + " wants " + type.bytes() + " bytes, got " + bytes.remaining());
    }
    ByteBuffer b = bytes.order(ByteOrder.LITTLE_ENDIAN);
    int n = type.shape().size();
    return switch (type.element()) {
      case FLOAT32 -> Tensor.of(type.shape(), b.asFloatBuffer());
      case FLOAT64 -> {
        double[] values = new double[n];
        b.asDoubleBuffer().get(values);
        yield Tensor.of(type.shape(), values);
      }
      case INT8, UINT8, BOOL -> {
        byte[] values = new byte[n];
        b.get(values);
        yield Tensor.ofBytes(type.element(), type.shape(), values);
      }
      case FLOAT16 -> {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
          values[i] = Float.float16ToFloat(b.getShort());
        }
        yield Tensor.of(type, values);
      }
      case INT16, UINT16, INT32, UINT32, INT64, UINT64 -> {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
          values[i] =
              switch (type.element()) {
                case INT16 -> b.getShort();
                case UINT16 -> b.getShort() & 0xffff;
                case INT32 -> b.getInt();
                case UINT32 -> b.getInt() & 0xffffffffL;
                default -> b.getLong();
              };
        }
        yield Tensor.of(type, values);
      }
    };
  }

  private static Tensor listed(TensorType type, TensorProto proto) {
    int n = type.shape().size();
    List<? extends Number> list =
        switch (type.element()) {
          case FLOAT32 -> proto.getFloatDataList();
          case FLOAT64 -> proto.getDoubleDataList();
          case INT64 -> proto.getInt64DataList();
          case UINT32, UINT64 -> proto.getUint64DataList();
          default -> proto.getInt32DataList();
        };
    if (list.size() != n) {
      throw new RefusedArgument("a tensor " + type + " wants " + n + " values, got " + list.size());
    }
    if (type.element() == ElementType.INT64 || type.element() == ElementType.UINT64) {
      return Tensor.of(type, list.stream().mapToLong(Number::longValue).toArray());
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] =
          type.element() == ElementType.FLOAT16
              ? Float.float16ToFloat(list.get(i).shortValue())
              : list.get(i).doubleValue();
    }
    return Tensor.of(type, values);
  }

  /** A tensor as ONNX stores it, in little-endian bytes. */
  static TensorProto write(String name, Tensor tensor) {
    int n = tensor.size();
    ByteBuffer b =
        ByteBuffer.allocate(Math.toIntExact(tensor.type().bytes())).order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.element()) {
      case FLOAT32 -> b.asFloatBuffer().put(tensor.floats());
      case FLOAT64 -> b.asDoubleBuffer().put(tensor.doubles());
      case INT8, UINT8, BOOL -> b.put(tensor.bytes()).clear();
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) {
          b.putShort(2 * i, Float.floatToFloat16((float) tensor.at(i)));
        }
      }
      case INT16, UINT16 -> {
        for (int i = 0; i < n; i++) {
          b.putShort(2 * i, (short) tensor.longs()[i]);
        }
      }
      case INT32, UINT32 -> {
        for (int i = 0; i < n; i++) {
          b.putInt(4 * i, (int) tensor.longs()[i]);
        }
      }
      case INT64, UINT64 -> b.asLongBuffer().put(tensor.longs());
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(dataType(tensor.element()))
        .addAllDims(tensor.shape().dims().stream().map(Integer::longValue).toList())
        .setRawData(ByteString.copyFrom(b.rewind()))
        .build();
  }
}
