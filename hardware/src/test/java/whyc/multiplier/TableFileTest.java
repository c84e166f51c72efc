package whyc.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truth tables in files. */
final class TableFileTest {
  private static final OperandForm SIGNED = OperandForm.signed(8);
  private static final OperandForm SMALL = OperandForm.unsigned(4);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "bam8s-h1-v3, bin",
    "drum8u-4, bin",
    "cut8s-a2-b0, csv",
    "exact4u, csv",
    "exact5s, bin",
    "mitchell9u, bin",
    "drum10s-4, csv"
  })
  void whatIsWrittenIsReadAgain(String name, String format) throws IOException {
    Design design = Design.parse(name);
    Path file = folder.resolve("table." + format);
    Files.write(file, TableFile.write(file, design.multiplier()));
    assertThat(TableFile.read(file, design.form())).isEqualTo(design.multiplier());
  }

  /** -1 * 2 stands at 255*256 + 2: -2 is fe ff. */
  @Test
  void bytesStandWhereTheFormatSays() {
    byte[] bytes = TableFile.write(Path.of("t.bin"), Design.parse("cut8s-a0-b1").multiplier());
    assertThat(bytes).hasSize(131072);
    int at = 2 * (255 * 256 + 2);
    assertThat(bytes[at]).isEqualTo((byte) 0xfe);
    assertThat(bytes[at + 1]).isEqualTo((byte) 0xff);
    at = 2 * (2 * 256 + 255); // 2 * (-1 & ~1) = -4
    assertThat(bytes[at]).isEqualTo((byte) 0xfc);
  }

  @Test
  void aGridHasRowsAndColumnsInTheOrderOfCodes() throws IOException {
    OperandForm form = OperandForm.signed(4);
    String grid =
        IntStream.range(0, 16)
            .mapToObj(a ->
                IntStream.range(0, 16)
                    .mapToObj(b -> Integer.toString(form.value(a) * (form.value(b) & ~1)))
                    .collect(Collectors.joining(",")))
            .collect(Collectors.joining("\n"));
    Path file = Files.writeString(folder.resolve("grid.csv"), grid);
    assertThat(TableFile.read(file, form)).isEqualTo(Design.parse("cut4s-a0-b1").multiplier());
  }

  @Test
  void aTableOfTheWrongSizeIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("short.bin"), new byte[65536]);
    refused(
        file,
        SIGNED,
        "short.bin: a table of signed operands of 8 bits wants 65536 integers of 16 bits (131072 bytes), got 65536 bytes");
    refused(Files.write(folder.resolve("x.txt"), new byte[3]), SIGNED, "ends in .bin or .csv");
  }

  @Test
  void aTableOfTheOtherSignIsRefused() throws IOException {
    Path file = folder.resolve("t.bin");
    Files.write(file, TableFile.write(file, Design.parse("drum8u-4").multiplier()));
    refused(file, SIGNED, "reads like products of unsigned operands of 8 bits");
    Files.write(file, TableFile.write(file, Design.parse("exact8s").multiplier()));
    refused(file, OperandForm.unsigned(8), "reads like products of signed operands of 8 bits");
    Files.write(file, TableFile.write(file, Design.parse("exact9s").multiplier()));
    refused(file, OperandForm.unsigned(9), "wants to be 0 to 262143, got -256 (entry 768)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,0,0\\n0,0,1 | a table wants each pair once, got 0 * 0 again in line 2",
        "0,16,0 | unsigned operands of 4 bits want to be 0 to 15, got 16 in line 1",
        "a,b,product\\n1,1,256 | wants to be 0 to 255, got 256 (line 2)",
        "1,1,-1 | got -1 (line 1)",
        "1,x,1 | a table wants whole numbers, got \"x\" in line 1",
        "1,1,1.5 | got \"1.5\" in line 1",
        "1,1,99999999999999999999 | got \"99999999999999999999\" in line 1",
        "1,2 | or 16 lines of 16 products, got line 1 of 2",
        "0,0,0\\n0,2,0 | wants 256 products, got 2; none for 0 * 1",
      })
  void linesThatAreNoTableAreRefused(String text, String sentence) throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), text.replace("\\n", "\n"));
    refused(file, SMALL, sentence);
  }

  private static void refused(Path file, OperandForm form, String sentence) {
    assertThatThrownBy(() -> TableFile.read(file, form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(sentence);
  }
}
