package whyc.refusal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file could not be read or written, in words that go behind its name. */
public final class FileFault {
  private FileFault() {}

  /** The JDK's own message is often the file's name alone; this one never has it. */
  public static String reason(IOException e) {
    return switch (e) {
      case FileSystemException f when f.getReason() != null -> String.valueOf(f.getReason());
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "access is denied";
      case FileAlreadyExistsException _ -> "this name is taken";
      case DirectoryNotEmptyException _ -> "the folder is not empty";
      case NotDirectoryException _ -> "this is no folder";
      case FileSystemLoopException _ -> "links lead in a circle";
      case FileSystemException f -> f.getClass().getSimpleName();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
