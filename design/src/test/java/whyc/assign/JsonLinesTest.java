package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** What stops, strangers and second searches do to a log. */
final class JsonLinesTest {
  private static final String HEAD = "{\"search\":\"a\"}\n";

  @TempDir private Path folder;
  private final List<Integer> read = new ArrayList<>();
  private Path file = Path.of("");

  @BeforeEach
  void placed() {
    file = folder.resolve("log.jsonl");
  }

  private JsonLines open() throws IOException {
    read.clear();
    return JsonLines.open(
        file, "a", "other things", n -> read.add(n.required("number").intValue()));
  }

  private static ObjectNode line(int number) {
    return new ObjectMapper().createObjectNode().put("number", number);
  }

  @Test
  void linesComeBackInTheirOrder() throws IOException {
    try (JsonLines lines = open()) {
      lines.add(line(3));
      lines.add(line(1));
    }
    try (JsonLines lines = open()) {
      assertThat(read).containsExactly(3, 1);
      assertThat(lines.damaged()).isEmpty();
    }
  }

  /** Whatever the byte that a stop came at, what was whole stays, and goes on. */
  @Test
  void aLogThatWasCutAnywhereGoesOn() throws IOException {
    try (JsonLines lines = open()) {
      lines.add(line(1));
      lines.add(line(2));
    }
    byte[] whole = Files.readAllBytes(file);
    for (int cut = 0; cut <= whole.length; cut++) {
      Files.write(file, java.util.Arrays.copyOf(whole, cut));
      try (JsonLines lines = open()) {
        lines.add(line(3));
      }
      try (JsonLines lines = open()) {
        assertThat(read).as("cut at %d", cut).endsWith(3).doesNotHaveDuplicates();
        assertThat(lines.damaged()).as("cut at %d", cut).isEmpty();
      }
    }
    assertThat(read).containsExactly(1, 2, 3);
  }

  /** A stop while the file is written anew would lose it: it stays the same file. */
  @Test
  void openingALogThatWasCutWritesNothingAnew() throws IOException {
    open().close();
    Files.writeString(file, HEAD + "{\"number\":1}\nno json\n{\"num");
    Path same = Files.createLink(folder.resolve("same"), file);
    open().close();
    assertThat(Files.readString(same)).isEqualTo(HEAD + "{\"number\":1}\nno json\n");
  }

  @Test
  void aBadLineStaysAndIsToldAboutAndTheOthersAreRead() throws IOException {
    open().close();
    Files.writeString(
        file,
        "{\"number\":1}\n\u0000\u0001\n[]\n{\"number\":\"x\"}\n{\"number\":2}\n",
        StandardOpenOption.APPEND);
    Files.write(file, new byte[] {(byte) 0xff, '\n'}, StandardOpenOption.APPEND);
    String before = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    try (JsonLines lines = open()) {
      assertThat(read).containsExactly(1, 2);
      assertThat(lines.damaged()).hasSize(4);
      assertThat(lines.damaged().getFirst())
          .isEqualTo(
              file
                  + ": line 3 is none that a search writes; it stays, and what it said is done again");
    }
    assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
        .isEqualTo(before);
  }

  @Test
  void aFileOfAnotherSearchOrOfSomethingElseIsRefusedAndStays() throws IOException {
    for (String other : List.of("{\"search\":\"b\"}\n", "a diary", "{\"search\":\"ab\"}\n{}\n")) {
      Files.writeString(file, other);
      assertThatThrownBy(this::open)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("log.jsonl")
          .hasMessageContaining("this file is of other things");
      assertThat(Files.readString(file)).isEqualTo(other);
    }
  }

  @Test
  void aSecondSearchInThisProcessIsRefused() throws IOException {
    JsonLines first = open();
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessage(
            file + ": a search must have this file to itself, and another one is at work on it");
    first.add(line(1));
    first.close();
    open().close();
    assertThat(read).containsExactly(1);
  }

  /** Opens a log in a process of its own, and says whether it could. */
  static final class Second {
    private Second() {}

    public static void main(String[] arguments) throws IOException {
      try (JsonLines lines = JsonLines.open(Path.of(arguments[0]), "a", "x", n -> {})) {
        lines.add(line(7));
        System.out.println("opened");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String second() throws IOException, InterruptedException {
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Second.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(p.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(p.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return said.strip();
  }

  @Test
  void aSecondProcessIsRefusedUntilTheFirstIsDone() throws Exception {
    try (JsonLines first = open()) {
      first.add(line(1));
      assertThat(second()).contains("another one is at work on it");
      first.add(line(2));
    }
    assertThat(second()).isEqualTo("opened");
    open().close();
    assertThat(read).containsExactly(1, 2, 7);
  }
}
