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
      Files.writeString(b.folder().resolve("index.html"), "page");
      assertThat(target).doesNotExist();
      b.complete();
    }
    assertThat(names()).containsExactly("out");
  }

  @Test
  void whatIsGivenUpIsRemoved() throws IOException {
    try (Bundle b = Bundle.create(folder.resolve("out"), false)) {
      Files.writeString(b.folder().resolve("index.html"), "page");
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void theOldStaysUntilTheNewIsComplete() throws IOException {
    Path target = written("index.html", "front/01.txt");
    Files.writeString(target.resolve("index.html"), "old");
    try (Bundle b = Bundle.create(target, true)) {
      Files.writeString(b.folder().resolve("index.html"), "new");
      assertThat(target.resolve("index.html")).hasContent("old");
      b.complete();
    }
    assertThat(target.resolve("index.html")).hasContent("new");
    assertThat(names()).containsExactly("out");
  }

  private Path written(String... files) throws IOException {
    Path target = folder.resolve("out");
    try (Bundle b = Bundle.create(target, false)) {
      for (String f : files) {
        Path file = b.folder().resolve(f);
        Files.createDirectories(file.getParent());
        Files.writeString(file, f);
      }
      b.complete();
    }
    return target;
  }

  @Test
  void theListNamesEveryFileButItself() throws IOException {
    Path target = written("b/d.txt", "b/c.txt", "a b.txt", "two\nlines\\.txt");
    assertThat(Files.readAllLines(target.resolve("whyc-files.txt")))
        .hasSize(5)
        .endsWith("a b.txt", "b/c.txt", "b/d.txt", "two\\nlines\\\\.txt");
    Bundle.check(target, true);
  }

  @Test
  void aForeignFileKeepsAFolderEvenBesideAPageOfOurs() throws IOException {
    Path target = written("index.html");
    Files.createDirectory(target.resolve("sub"));
    Path notes = Files.writeString(target.resolve("sub/notes.txt"), "years of work");
    assertThatThrownBy(() -> Bundle.create(target, true))
        .hasMessageContaining("hold what whyc wrote alone, got one with sub/notes.txt");
    assertThat(notes).hasContent("years of work");
  }

  @Test
  void aFolderWithoutAListIsNotReplacedUnlessItIsEmpty() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Bundle.check(target, true);
    Files.writeString(target.resolve("index.html"), "<meta name=\"generator\" content=\"whyc 1\">");
    assertThatThrownBy(() -> Bundle.check(target, true)).hasMessageContaining("index.html");
  }

  /** Between the first look and the end there may be hours. */
  @Test
  void aFileThatCameMeanwhileIsNotLost() throws IOException {
    Path target = written("index.html");
    try (Bundle b = Bundle.create(target, true)) {
      Files.writeString(b.folder().resolve("index.html"), "new");
      Files.writeString(target.resolve("notes.txt"), "years of work");
      assertThatThrownBy(b::complete).hasMessageContaining("were put there meanwhile");
    }
    assertThat(target.resolve("index.html")).hasContent("new");
    Path old = folder.resolve(names().getFirst());
    assertThat(old.resolve("notes.txt")).hasContent("years of work");
    assertThat(old.resolve("index.html")).doesNotExist();
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
