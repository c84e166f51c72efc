package whyc.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleTest {
  private static final String MARKED = HtmlReport.GENERATOR + " 1\">";

  @TempDir private Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void nothingIsSeenBeforeItIsComplete() throws IOException {
    Path target = folder.resolve("out");
    try (Bundle b = Bundle.create(target, false)) {
      Files.writeString(b.folder().resolve("index.html"), MARKED);
      assertThat(target).doesNotExist();
      b.complete();
    }
    assertThat(names()).containsExactly("out");
  }

  @Test
  void whatIsGivenUpIsRemoved() throws IOException {
    try (Bundle b = Bundle.create(folder.resolve("out"), false)) {
      Files.writeString(b.folder().resolve("index.html"), MARKED);
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void theOldStaysUntilTheNewIsComplete() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("index.html"), MARKED + "old");
    try (Bundle b = Bundle.create(target, true)) {
      Files.writeString(b.folder().resolve("index.html"), MARKED + "new");
      assertThat(target.resolve("index.html")).hasContent(MARKED + "old");
      b.complete();
    }
    assertThat(target.resolve("index.html")).hasContent(MARKED + "new");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path target = Files.writeString(folder.resolve("out"), "text");
    assertThatThrownBy(() -> Bundle.create(target, true)).hasMessageContaining("file of this name");
  }

  @Test
  void theNextFreeNameIsFound() throws IOException {
    Path name = folder.resolve("demo");
    assertThat(Bundle.free(name)).isEqualTo(name);
    Files.createDirectory(name);
    Files.createDirectory(folder.resolve("demo-2"));
    assertThat(Bundle.free(name).getFileName()).hasToString("demo-3");
  }
}
