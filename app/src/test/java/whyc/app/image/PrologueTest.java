package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.Program;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Builder;
import whyc.onnx.Model;
import whyc.onnx.OnnxCheck;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxPrologue;
import whyc.onnx.OnnxWriter;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Pictures prepared inside an ONNX file are those that {@link Preprocessing} prepares. */
final class PrologueTest {
  private static final OrtEngine ENGINE = OrtEngine.create(new OrtEngine.Options(1, false));

  private static Stream<Arguments> cases() {
    List<int[]> sizes =
        List.of(
            new int[] {1, 1},
            new int[] {7, 5},
            new int[] {1, 300},
            new int[] {224, 224},
            new int[] {64, 64},
            new int[] {500, 333},
            new int[] {333, 500},
            new int[] {448, 448},
            new int[] {225, 223});
    return sizes.stream()
        .flatMap(
            s -> Stream.of(OnnxPrologue.Resize.values()).map(r -> Arguments.of(s[0], s[1], r)));
  }

  @ParameterizedTest(name = "{0} x {1}, {2}")
  @MethodSource("cases")
  void theGraphPreparesWhatThePreprocessingPrepares(int w, int h, OnnxPrologue.Resize resize) {
    for (Preprocessing p :
        List.of(
            Preprocessing.named("imagenet", 224, 224),
            Preprocessing.named("caffe", 31, 64).withCropFraction(0.875),
            Preprocessing.named("tf", 64, 31).withLayout(Preprocessing.Layout.NHWC),
            Preprocessing.named("unit", 28, 28).withChannels(OnnxPrologue.Channels.GREY))) {
      agrees(p.withResize(resize), w, h);
    }
  }

  private static void agrees(Preprocessing p, int w, int h) {
    boolean grey = p.channels() == OnnxPrologue.Channels.GREY;
    Picture[] pictures = {random(w, h, grey, 1), random(w, h, grey, 2)};
    float[] got = inGraph(p, pictures);
    int size = got.length / pictures.length;
    double level = p.scale() / p.std().stream().mapToDouble(d -> d).max().orElseThrow();
    for (int i = 0; i < pictures.length; i++) {
      float[] expected = p.apply(pictures[i]);
      float[] row = Arrays.copyOfRange(got, i * size, (i + 1) * size);
      double worst =
          IntStream.range(0, size)
              .mapToDouble(k -> Math.abs(row[k] - expected[k]))
              .max()
              .orElseThrow();
      assertThat(worst / level).as("grey levels, %s", p).isLessThan(1e-3);
    }
  }

  @Test
  void aPictureOfTheInputsSizeKeepsItsBytes() {
    Preprocessing p = Preprocessing.named("raw", 224, 224);
    Picture picture = random(224, 224, false, 3);
    assertThat(inGraph(p, picture)).containsExactly(p.apply(picture));
  }

  private static float[] inGraph(Preprocessing p, Picture... pictures) {
    Model model = identity(p);
    ModelProto written = p.prologue().prepend(model, model.file().proto());
    OnnxCheck.check("identity", written);
    int count = p.channels().count();
    int w = pictures[0].width();
    int h = pictures[0].height();
    byte[] bytes = new byte[pictures.length * w * h * count];
    for (int i = 0; i < bytes.length; i++) {
      byte[] rgb = pictures[i / (w * h * count)].bytes();
      bytes[i] = rgb[i % (w * h * count) * (3 / count)];
    }
    Tensor image = Tensor.ofBytes(ElementType.UINT8, Shape.of(pictures.length, h, w, count), bytes);
    try (Program program = ENGINE.program(written)) {
      return program.run(Map.of("image", image), Set.of("same")).firstEntry().getValue().floats();
    }
  }

  /** A model that gives back its input. */
  private static Model identity(Preprocessing p) {
    int c = p.channels().count();
    Shape shape =
        p.layout() == Preprocessing.Layout.NHWC
            ? Shape.of(1, p.height(), p.width(), c)
            : Shape.of(1, c, p.height(), p.width());
    Builder b = new Builder();
    Value x = b.emit(new Input("data", new TensorType(ElementType.FLOAT32, shape)), List.of());
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("same", b.shift(x, 0));
    byte[] onnx = OnnxWriter.write(b.finish(outputs), true).toByteArray();
    return Model.read(OnnxModel.parse("identity", onnx), Optional.empty());
  }

  private static Picture random(int w, int h, boolean grey, long seed) {
    byte[] rgb = new byte[3 * w * h];
    new Random(seed).nextBytes(rgb);
    for (int i = 0; grey && i < rgb.length; i++) {
      rgb[i] = rgb[i - i % 3];
    }
    return Picture.of(w, h, rgb);
  }
}
