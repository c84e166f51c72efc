package whyc.app.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import whyc.files.Unfinished;
import whyc.refusal.FileFault;

/** A file that appears whole or not at all. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a place that is taken.
   *
   * @param sources what is read to make the file, none of which is ever replaced
   */
  static void check(Path file, boolean overwrite, List<Path> sources) throws IOException {
    if (Files.isDirectory(file)) {
      throw new Refusal(
          file + ": the result wants to be a file, and a folder of this name is there");
    }
    for (Path source : sources) {
      if (Files.exists(file) && Files.exists(source) && Files.isSameFile(file, source)) {
        throw new Refusal(
            file + ": the result wants a file of its own, got the one it is made from");
      }
    }
    if (Files.exists(file) && !overwrite) {
      throw new Refusal(file + ": this file exists; --overwrite replaces it");
    }
  }

  /** What goes into a file. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  static void write(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null) {
      throw new Refusal(file + ": the result wants to be a file");
    }
    Files.createDirectories(parent);
    Path growing =
        target.resolveSibling(
            ".%s.%d.tmp".formatted(target.getFileName(), ProcessHandle.current().pid()));
    Unfinished.begin(growing, file);
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(growing))) {
        content.writeTo(out);
      }
      try {
        Files.move(growing, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(growing, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(file + ": the file cannot be written: " + FileFault.reason(e), e);
    } finally {
      Files.deleteIfExists(growing);
      Unfinished.end(growing);
    }
  }
}
