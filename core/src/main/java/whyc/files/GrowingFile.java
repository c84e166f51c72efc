package whyc.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is read anywhere and, by one program at a time, written at its end. */
public final class GrowingFile implements Closeable {
  private final Path file;
  private final FileChannel channel;

  private GrowingFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens a file that is not written. */
  public static GrowingFile toRead(Path file) throws IOException {
    return new GrowingFile(file, FileChannel.open(file, StandardOpenOption.READ));
  }

  /**
   * Opens a file for this program alone; it is made where there is none.
   *
   * @param taken what is said of the file where another program has it
   */
  public static GrowingFile toAppend(Path file, String taken) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    try {
      lock(channel, file + ": " + taken);
      return new GrowingFile(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The lock goes with the channel. */
  private static FileLock lock(FileChannel channel, String taken) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException(taken, e);
    }
    throw new IOException(taken);
  }

  public long size() throws IOException {
    return channel.size();
  }

  /** So many bytes from a place on. */
  public byte[] read(long at, int count) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(count);
    while (b.hasRemaining()) {
      if (channel.read(b, at + b.position()) < 0) {
        throw new IOException(file + ": this file became shorter while it was read");
      }
    }
    return b.array();
  }

  /** Makes a place the end. */
  public void cut(long end) throws IOException {
    channel.truncate(end);
  }

  /** Writes bytes at a place that becomes the end; where they do not go in whole, none stay. */
  public void write(long end, byte[] bytes) throws IOException {
    channel.truncate(end);
    ByteBuffer b = ByteBuffer.wrap(bytes);
    try {
      while (b.hasRemaining()) {
        channel.write(b, end + b.position());
      }
    } catch (IOException e) {
      channel.truncate(end);
      throw e;
    }
  }

  /** What was written is on the disk then. */
  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
