package whyc.rtl;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Turns a placed iCE40 design into the bits that the chip is loaded with. */
public record Icepack(Path program) {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  public static Optional<Icepack> find() {
    return Tool.ICEPACK.find().map(Icepack::new);
  }

  /**
   * Packs.
   *
   * @param bits of {@link NextpnrIce40}
   * @param bitstream a file that is written
   * @throws ToolException if they are none
   */
  public void pack(Path bits, Path bitstream) {
    List<String> words =
        List.of(
            program.toString(),
            bits.toAbsolutePath().toString(),
            bitstream.toAbsolutePath().toString());
    new Command(words, Path.of("").toAbsolutePath(), LIMIT).run();
  }
}
