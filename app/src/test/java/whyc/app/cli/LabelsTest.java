package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelsTest {
  @TempDir private Path folder;

  private Labels read(String text) throws IOException {
    return Labels.read(Files.writeString(folder.resolve("labels"), text));
  }

  @Test
  void oneNameALine() throws IOException {
    Labels l = read("ant\nbee\r\n\ndog\n");
    assertThat(l.of(1)).isEqualTo("bee");
    assertThat(l.of(2)).isEqualTo("class 2");
    assertThat(l.of(3)).isEqualTo("dog");
  }

  @Test
  void indicesWithTabs() throws IOException {
    Labels l = read("index\twnid\tname\n7\tn01514668\tcock, rooster\n3\tcat\tfelis\n");
    assertThat(l.of(7)).isEqualTo("cock, rooster");
    assertThat(l.of(3)).isEqualTo("cat");
    assertThat(l.index("Rooster")).isEqualTo(7);
    assertThatThrownBy(() -> read("1\ta\nb\n")).hasMessageContaining("line 2");
  }

  @Test
  void twoClassesOfOneNameAreToldApartByNumber() throws IOException {
    Labels l = read("crane\ncrane\n");
    assertThatThrownBy(() -> l.index("crane")).hasMessageContaining("[0, 1]");
  }

  @Test
  void namesThatAModelCarries() {
    assertThat(Labels.of(Map.of("whyc.labels", "a\nb")).orElseThrow().of(1)).isEqualTo("b");
    assertThat(Labels.of(Map.of("names", "{0: 'tench', 1: \"cat's\"}")).orElseThrow().of(1))
        .isEqualTo("cat's");
    assertThat(Labels.of(Map.of("model_info labels", "red_fox dog")).orElseThrow().of(0))
        .isEqualTo("red fox");
    assertThat(Labels.of(Map.of())).isEmpty();
  }
}
