package whyc.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights beside the model come into the file, wherever in the model they are named. */
final class ExternalDataTest {
  @TempDir private Path folder;

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** Two bytes of the file, from an offset on. */
  private static TensorProto outside(int offset, long... dims) {
    TensorProto.Builder t =
        TensorProto.newBuilder()
            .setName("w" + offset)
            .setDataType(TensorProto.DataType.INT8.getNumber())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", "w.bin"))
            .addExternalData(entry("offset", String.valueOf(offset)));
    Arrays.stream(dims).forEach(t::addDims);
    return t.build();
  }

  private static AttributeProto tensor(TensorProto t) {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(t)
        .build();
  }

  private static AttributeProto branch(String name, GraphProto g) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(g)
        .build();
  }

  private static NodeProto constant(int offset) {
    return NodeProto.newBuilder()
        .setOpType("Constant")
        .addAttribute(tensor(outside(offset, 2)))
        .build();
  }

  private static GraphProto.Builder graph(int initializer, NodeProto... nodes) {
    return GraphProto.newBuilder()
        .addInitializer(outside(initializer, 2))
        .addAllNode(Arrays.asList(nodes));
  }

  /** One more place for a weight with each number. */
  private static ModelProto everywhere() {
    GraphProto inner = graph(4, constant(6)).build();
    NodeProto nested =
        NodeProto.newBuilder().setOpType("If").addAttribute(branch("then_branch", inner)).build();
    NodeProto branches =
        NodeProto.newBuilder()
            .setOpType("If")
            .addAttribute(branch("then_branch", graph(8, nested).build()))
            .addAttribute(branch("else_branch", graph(10).build()))
            .build();
    NodeProto lists =
        NodeProto.newBuilder()
            .setOpType("Custom")
            .setDomain("other")
            .addAttribute(AttributeProto.newBuilder().setName("ts").addTensors(outside(12, 2)))
            .addAttribute(AttributeProto.newBuilder().setName("gs").addGraphs(graph(14)))
            .build();
    return ModelProto.newBuilder()
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph(0, constant(2), branches, lists))
        .addFunctions(FunctionProto.newBuilder().setName("f").addNode(constant(16)).addNode(nested))
        .build();
  }

  private OnnxModel written(ModelProto proto) throws IOException {
    return OnnxModel.read(Files.write(folder.resolve("m.onnx"), proto.toByteArray()));
  }

  @Test
  void weightsInBranchesAndFunctionsComeIntoTheFileAsWell() throws IOException {
    byte[] bytes = new byte[18];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + i);
    }
    Files.write(folder.resolve("w.bin"), bytes);
    OnnxModel m = written(everywhere());
    String whole = m.embedded(m.proto()).toString();
    assertThat(whole).doesNotContain("EXTERNAL").doesNotContain("w.bin");
    for (int at = 0; at < bytes.length; at += 2) {
      assertThat(whole)
          .contains("raw_data: \"%c%c\"".formatted((char) bytes[at], (char) bytes[at + 1]));
    }
    assertThat(ExternalData.isUsed(m.proto())).isTrue();
    assertThat(ExternalData.bytes(m.proto())).isEqualTo(2 * 11);
  }

  @Test
  void aModelWithItsWeightsInABranchAloneIsSeenToUseOthersFiles() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[] {1, 2});
    NodeProto branches =
        NodeProto.newBuilder()
            .setOpType("If")
            .addAttribute(branch("then_branch", graph(0).build()))
            .build();
    OnnxModel m =
        written(
            ModelProto.newBuilder()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(GraphProto.newBuilder().addNode(branches))
                .build());
    assertThat(ExternalData.isUsed(m.proto())).isTrue();
    assertThat(ExternalData.isUsed(m.embedded(m.proto()))).isFalse();
  }

  /** Nobody has read a branch that is never taken: what stands in it is as foreign as before. */
  @Test
  void aBranchThatNamesWhatIsNoTensorIsRefusedWithTheModelsName() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[] {1, 2});
    for (TensorProto bad :
        new TensorProto[] {
          outside(0, 1L << 40),
          outside(0, -1),
          outside(0, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
          outside(0, 2).toBuilder().setDataType(99).build(),
          outside(7, 2)
        }) {
      GraphProto g = GraphProto.newBuilder().addInitializer(bad).build();
      NodeProto branches =
          NodeProto.newBuilder().setOpType("If").addAttribute(branch("then_branch", g)).build();
      OnnxModel m =
          written(
              ModelProto.newBuilder()
                  .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                  .setGraph(GraphProto.newBuilder().addNode(branches))
                  .build());
      assertThatThrownBy(() -> m.embedded(m.proto()))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("m.onnx: ");
    }
  }
}
