package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

final class PackCommandTest {
  @TempDir private Path folder;
  private Path bundle;
  private Path archive;

  /** What {@code explain} writes for two methods of one image, and a bit of another. */
  @BeforeEach
  void writeBundle() throws IOException {
    bundle = folder.resolve("results");
    archive = folder.resolve("maps.hbf");
    for (String method : new String[] {"cat/gradcam", "cat/saliency", "dog/gradcam"}) {
      Path file = bundle.resolve(method).resolve("attribution.npy");
      Files.createDirectories(file.getParent());
      if (method.endsWith("saliency")) {
        Called.tensor(file, 3, 20, 30);
      } else {
        Called.tensor(file, 7, 9);
      }
    }
    Files.writeString(
        bundle.resolve("cat/manifest.json"),
        """
        {"whyc": "1", "model": {"file": "m.onnx", "sha256": "ab"}, "input": {"file": "cat.jpg"},
         "methods": [{"method": "gradcam", "folder": "gradcam", "class": 3, "label": "tabby",
                      "layer": {"name": "conv_5"}}]}
        """);
  }

  private Called pack(Object... more) {
    Object[] arguments = {"pack", bundle, "-o", archive};
    Object[] all = Arrays.copyOf(arguments, 4 + more.length);
    System.arraycopy(more, 0, all, 4, more.length);
    return Called.with(all);
  }

  private static float[] floats(Path file) throws IOException {
    return Npy.read(file).floats();
  }

  @Test
  void whatIsNoArchiveIsSaidInOneSentence() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello, hello, hello");
    Called c = Called.with("pack", "--list", text);
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.out()).isEmpty();
    assertThat(c.err())
        .isEqualTo(
            "whyc: %s: an archive of heat maps must have records, and none is in this file%n"
                .formatted(text));
  }

  @Test
  void aLosslessArchiveGivesTheSameFiles() throws IOException {
    Called packed = pack("--lossless");
    assertThat(packed.status()).as(packed.err()).isZero();
    assertThat(packed.out()).contains("cat/gradcam", "3 maps", "float32");
    Path out = folder.resolve("out");
    Called unpacked = Called.with("unpack", archive, "-o", out);
    assertThat(unpacked.status()).as(unpacked.err()).isZero();
    for (String name : new String[] {"cat/gradcam", "cat/saliency", "dog/gradcam"}) {
      assertThat(out.resolve(name + ".npy"))
          .hasSameBinaryContentAs(bundle.resolve(name).resolve("attribution.npy"));
    }
    JsonNode list = Called.json(out.resolve("maps.json"));
    assertThat(list.get("maps")).hasSize(3);
    JsonNode metadata = list.at("/maps/0/metadata");
    assertThat(metadata.get("image").asString()).isEqualTo("cat.jpg");
    assertThat(metadata.get("model_sha256").asString()).isEqualTo("ab");
    assertThat(metadata.get("class").asString()).isEqualTo("3");
    assertThat(metadata.get("layer").asString()).isEqualTo("conv_5");
    assertThat(list.at("/maps/1/metadata").has("method")).isFalse();
    Path again = folder.resolve("again.hbf");
    assertThat(Called.with("pack", out, "-o", again, "--lossless").status()).isZero();
    assertThat(Called.with("pack", "--list", again, "--json").json().at("/maps/2/name").asString())
        .isEqualTo("dog/gradcam");
  }

  @Test
  void fewerBitsTakeLessAndStayNear() throws IOException {
    assertThat(pack("--bits", 6, "--tile", 4).status()).isZero();
    Path out = folder.resolve("out");
    assertThat(Called.with("unpack", archive, "-o", out, "--only", "cat").status()).isZero();
    assertThat(out.resolve("dog")).doesNotExist();
    float[] given = floats(bundle.resolve("cat/saliency/attribution.npy"));
    float[] read = floats(out.resolve("cat/saliency.npy"));
    float largest = 0;
    for (float v : given) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < given.length; i++) {
      assertThat(Math.abs(given[i] - read[i])).isLessThanOrEqualTo(0.501f * largest / 31);
    }
    JsonNode listed = Called.with("pack", "--list", archive, "--json").json();
    assertThat(listed.at("/maps/1/coding").asString()).isEqualTo("s6");
    assertThat(listed.at("/maps/1/tile").asInt()).isEqualTo(4);
    assertThat(listed.get("bytes").asLong()).isEqualTo(Files.size(archive));
    assertThat(listed.at("/maps/1/bytes").asLong()).isLessThan(1800 * 6 / 8 + 300);
  }

  @Test
  void appendedIsAsPackedAtOnce() throws IOException {
    assertThat(pack().status()).isZero();
    Path appended = folder.resolve("appended.hbf");
    for (String method : new String[] {"cat/gradcam", "cat/saliency", "dog/gradcam"}) {
      Path file = bundle.resolve(method).resolve("attribution.npy");
      Called c = Called.with("pack", file, "-o", appended, "--append");
      assertThat(c.status()).as(c.err()).isZero();
    }
    // A file by itself takes the name that its folder would give it where there is a manifest.
    JsonNode listed = Called.with("pack", "--list", appended, "--json").json();
    assertThat(listed.at("/maps/0/name").asString()).isEqualTo("cat/gradcam");
    assertThat(listed.at("/maps/2/name").asString()).isEqualTo("gradcam");
    byte[] atOnce = Files.readAllBytes(archive);
    byte[] oneByOne = Files.readAllBytes(appended);
    int same = (int) (listed.at("/maps/0/bytes").asLong() + listed.at("/maps/1/bytes").asLong());
    assertThat(Arrays.copyOf(oneByOne, same)).isEqualTo(Arrays.copyOf(atOnce, same));
  }

  @Test
  void aRefusedMapLeavesAnArchiveAsItWas() throws IOException {
    assertThat(pack().status()).isZero();
    byte[] before = Files.readAllBytes(archive);
    Path good = Called.tensor(folder.resolve("a.npy"), 5, 5);
    Path bad = folder.resolve("b.npy");
    float[] values = new float[25];
    values[7] = Float.NaN;
    Files.write(bad, Npy.write(Tensor.of(Shape.of(5, 5), values)));
    Called c = Called.with("pack", good, bad, "-o", archive, "--append");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err())
        .isEqualTo(
            "whyc: %s: a heat map wants finite numbers, got NaN at [0, 1, 2]\n".formatted(bad));
    assertThat(Files.readAllBytes(archive)).isEqualTo(before);
    Path fresh = folder.resolve("fresh.hbf");
    assertThat(Called.with("pack", good, bad, "-o", fresh, "--append").status()).isEqualTo(1);
    assertThat(fresh).doesNotExist();
    assertThat(Called.names(folder)).containsExactly("a.npy", "b.npy", "maps.hbf", "results");
  }

  @Test
  void aCutArchiveIsToldOfRecoveredAndAppendedTo() throws IOException {
    assertThat(pack().status()).isZero();
    byte[] whole = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(whole, whole.length - 5));
    Called listed = Called.with("pack", "--list", archive);
    assertThat(listed.status()).isEqualTo(1);
    assertThat(listed.out()).contains("cat/saliency", "2 maps").doesNotContain("dog");
    assertThat(listed.err()).contains("a record wants", "--recover");
    Path out = folder.resolve("out");
    Called strict = Called.with("unpack", archive, "-o", out);
    assertThat(strict.status()).isEqualTo(1);
    assertThat(strict.err()).contains("2 whole maps stand before that");
    assertThat(out).doesNotExist();
    Called lenient = Called.with("unpack", archive, "-o", out, "--recover");
    assertThat(lenient.status()).isZero();
    assertThat(lenient.err()).contains("warning");
    assertThat(out.resolve("cat/saliency.npy")).exists();
    Path dog =
        Files.copy(
            bundle.resolve("dog/gradcam/attribution.npy"), folder.resolve("attribution.npy"));
    Called appended = Called.with("pack", dog, "-o", archive, "--append");
    assertThat(appended.status()).as(appended.err()).isZero();
    assertThat(appended.err()).contains("its 2 whole maps are kept");
    assertThat(Called.with("pack", "--list", archive).status()).isZero();
  }

  @Test
  void whatCannotBePackedIsRefused() throws IOException {
    assertThat(pack().status()).isZero();
    assertThat(pack().err()).contains("--overwrite");
    assertThat(pack("--append").err()).contains("holds a map called \"cat/gradcam\" already");
    Called coarse = pack("--bits", 3);
    assertThat(coarse.status()).isEqualTo(2);
    assertThat(coarse.err()).isEqualTo("whyc: --bits wants 4 to 16, got 3; see whyc pack --help\n");
    assertThat(pack("--bits", 8, "--lossless").err()).contains("exclude each other");
    assertThat(pack("--tile", 5).err()).contains("--tile wants 2, 4 or 8, got 5");
    assertThat(Called.with("pack").status()).isEqualTo(2);
    Path other = folder.resolve("o.hbf");
    Path cube = Called.tensor(folder.resolve("cube.npy"), 2, 3, 4, 5);
    assertThat(Called.with("pack", cube, "-o", other).err())
        .endsWith("pack wants a map [h,w] or [c,h,w], got [2,3,4,5]\n");
    assertThat(Called.with("pack", cube, cube, "-o", other).err()).contains("a name for each map");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(Called.with("pack", empty, "-o", other).err()).contains("this folder has none");
    assertThat(Called.with("pack", folder.resolve("no.npy"), "-o", other).status()).isEqualTo(1);
    assertThat(Called.with("unpack", archive, "-o", other, "--only", "ca").err())
        .contains("there is no ca among its 3 whole maps");
    assertThat(Called.with("unpack", cube, "-o", other).err()).contains("damaged at byte 0");
    assertThat(other).doesNotExist();
  }
}
