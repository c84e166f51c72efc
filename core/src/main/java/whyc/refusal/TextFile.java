package whyc.refusal;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Text that users give in a file: UTF-8, or refused by the file's name. */
public final class TextFile {
  private TextFile() {}

  /** All of it. */
  public static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new RefusedArgument(file + ": a text file must be UTF-8, got bytes that are none", e);
    }
  }

  /** Its lines, without their ends. */
  public static List<String> lines(Path file) throws IOException {
    return read(file).lines().toList();
  }
}
