package whyc.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is gone, and when. */
final class TemporaryFolderTest {
  @TempDir private Path other;

  @Test
  void itIsGoneWithAllInItAndLinksAreNotFollowed() throws IOException {
    Path kept = Files.writeString(other.resolve("kept"), "text");
    Path path;
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-test-")) {
      path = folder.path();
      Files.writeString(Files.createDirectories(folder.resolve("a").resolve("b")).resolve("c"), "");
      Files.createSymbolicLink(folder.resolve("file"), kept);
      Files.createSymbolicLink(folder.resolve("folder"), other);
    }
    assertThat(path).doesNotExist();
    assertThat(kept).hasContent("text");
  }

  /** The first thing that went wrong is what people want to read. */
  @Test
  void whatWentWrongInItIsWhatIsThrown() {
    assertThatThrownBy(
            () -> {
              try (TemporaryFolder folder = TemporaryFolder.create("whyc-test-")) {
                Files.createDirectories(folder.resolve("a").resolve("b"));
                throw new IllegalStateException("first");
              }
            })
        .hasMessage("first")
        .hasNoSuppressedExceptions();
  }

  @Test
  void whatSomebodyElseRemovedIsNoError() throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-test-")) {
      Tree.remove(folder.path());
    }
    Tree.remove(other.resolve("never"));
  }

  @Test
  void aStopRemovesWhatIsBegunAndLeavesWhatIsEnded() throws IOException {
    Path done = Files.writeString(other.resolve("done"), "");
    Unfinished.begin(done);
    Unfinished.end(done);
    Path half = other.resolve("half");
    Unfinished.begin(half);
    Files.writeString(half, "");
    AtomicBoolean last = new AtomicBoolean();
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-test-")) {
      Files.createDirectories(folder.resolve("a").resolve("b"));
      Unfinished.removeAll(() -> last.set(Files.notExists(folder.path())));
    }
    Unfinished.end(half);
    assertThat(last).isTrue();
    assertThat(half).doesNotExist();
    assertThat(done).exists();
  }
}
