package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.onnx.OnnxModel;

/** Where a search writes, nothing of somebody else is lost. */
class SearchFolderTest {
  private static final String LOG = "log.jsonl";
  private static final List<String> RESULTS = List.of("model.onnx", "index.html");

  @TempDir private Path folder;

  private void check(Path... sources) throws IOException {
    SearchFolder.check(folder, LOG, RESULTS, List.of(sources));
  }

  @Test
  void newAndEmptyFoldersAreTaken() throws IOException {
    check();
    SearchFolder.check(folder.resolve("new"), LOG, RESULTS, List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"search\":\"x\"}\n", "{\"sea", ""})
  void aFolderWithTheLogOfASearchIsGoneOnWith(String log) throws IOException {
    Files.writeString(folder.resolve(LOG), log);
    Files.writeString(folder.resolve("index.html"), "an earlier page");
    assertThatNoException().isThrownBy(() -> check());
  }

  @Test
  void aFolderOfOtherThingsIsRefused() throws IOException {
    Files.writeString(folder.resolve("index.html"), "somebody's");
    assertThatThrownBy(() -> check()).hasMessageContaining("got a folder of other things");
    Files.writeString(folder.resolve(LOG), "somebody's log");
    assertThatThrownBy(() -> check()).hasMessageContaining("got a folder of other things");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");
    assertThatThrownBy(() -> SearchFolder.check(file, LOG, RESULTS, List.of()))
        .hasMessageContaining("results must go into a folder, got a file");
  }

  @Test
  void whatIsReadIsNoResult() throws IOException {
    Files.writeString(folder.resolve(LOG), "{\"search\":\"x\"}\n");
    Path model = Files.writeString(folder.resolve("model.onnx"), "the input");
    assertThatThrownBy(() -> check(model)).hasMessageContaining("got the one it is made from");
  }

  /** Neither the model nor what stands beside it is touched, nor is the log begun. */
  @Test
  void approximateLeavesTheFolderOfItsModelAlone() throws IOException {
    Path model = folder.resolve("model.onnx");
    Files.move(Networks.plain(folder), model);
    Path page = Files.writeString(folder.resolve("index.html"), "somebody's");
    byte[] before = Files.readAllBytes(model);
    Path none = folder.resolve("none.bin");
    for (Path out : List.of(folder, folder.resolve("../" + folder.getFileName()))) {
      Called c = Called.with("approximate", model, none, "-o", out);
      assertThat(c.status()).isEqualTo(1);
      assertThat(c.err()).contains("got a folder of other things");
    }
    assertThat(Files.readAllBytes(model)).isEqualTo(before);
    assertThat(page).hasContent("somebody's");
    assertThat(Called.names(folder)).containsExactly("index.html", "model.onnx");
  }

  @Test
  void searchLeavesAFolderWithAForeignPageAlone() throws IOException {
    Path page = Files.writeString(folder.resolve("index.html"), "somebody's");
    Called c = Called.with("search", folder.resolve("none"), "-o", folder);
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("got a folder of other things");
    assertThat(page).hasContent("somebody's");
  }

  /** As one that was trained further, and put where the approximate one was. */
  @Test
  void aModelThatNoSearchWroteIsNotReplaced() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("evaluations.jsonl"), "{\"search\":\"x\"}\n");
    Path model = Networks.plain(folder);
    Files.copy(model, out.resolve("model.onnx"));
    Called c = Called.with("approximate", model, folder.resolve("none.bin"), "-o", out);
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("model.onnx: the approximate model must not replace a model");
    assertThat(OnnxModel.read(out.resolve("model.onnx")).metadata()).isEmpty();
  }

  @Test
  void theLogOfAnotherSearchIsRefusedInASentence() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("evaluations.jsonl"), "{\"search\":\"another\"}\n");
    Path images = Files.write(folder.resolve("batch.bin"), new byte[12 * 3073]);
    Called c =
        Called.with("approximate", Networks.plain(folder), images, "--input", "unit", "-o", out);
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err())
        .contains("evaluations.jsonl: a search goes on where the same search was stopped")
        .doesNotContain("inside whyc");
  }
}
