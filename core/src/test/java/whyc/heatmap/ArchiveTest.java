package whyc.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.tensor.Shape;

class ArchiveTest {
  @TempDir private Path folder;

  private static MapRecord record(String name, Random random) {
    TiledMap map = RandomMaps.map(random);
    boolean plane = map.grid().channels() == 1 && random.nextBoolean();
    return new MapRecord(name, Map.of("method", "gradcam", "image", "cät 猫.jpg"), plane, map);
  }

  /** Small records, so that every byte and every bit of them can be tried. */
  private static List<MapRecord> small(int count) {
    Random random = new Random(7);
    List<MapRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Grid grid = new Grid(1 + i % 2, 5, 6, 4);
      TiledMap map = TiledMap.quantized(grid, RandomMaps.values(random, grid), 4 + i);
      records.add(new MapRecord("m/" + i, Map.of("k", "v" + i), false, map));
    }
    return records;
  }

  private static byte[] bytes(List<MapRecord> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    records.forEach(r -> out.writeBytes(r.bytes()));
    return out.toByteArray();
  }

  /** What an archive gives back. */
  private record Contents(List<MapRecord> records, List<Damage> damages) {
    static Contents of(InputStream in) throws IOException {
      ArchiveReader reader = new ArchiveReader(in);
      List<MapRecord> records = new ArrayList<>();
      List<Damage> damages = new ArrayList<>();
      for (var item = reader.next(); item.isPresent(); item = reader.next()) {
        switch (item.get()) {
          case ArchiveReader.Item.Whole w -> {
            try {
              records.add(w.record().read());
            } catch (FormatException e) {
              damages.add(new Damage(-1, e.getMessage(), false));
            }
          }
          case ArchiveReader.Item.Skipped s -> damages.add(s.damage());
        }
      }
      return new Contents(records, damages);
    }

    static Contents of(byte[] bytes) throws IOException {
      return of(new ByteArrayInputStream(bytes));
    }
  }

  /** A stream that gives a byte at a time, as a slow network may. */
  private static InputStream dripping(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int at, int count) {
        return super.read(into, at, Math.min(count, 1));
      }
    };
  }

  /**
   * One record of one 8-bit number, 1 x 1, with the sums of another program (Python, bit by bit).
   */
  @Test
  void aRecordByHand() {
    TiledMap map = TiledMap.quantized(new Grid(1, 1, 1, 2), new float[] {255}, 8);
    byte[] bytes = new MapRecord("a", Map.of("k", "v"), true, map).bytes();
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes).hasSize(44 + 1 + 6 + 2).startsWith(0x89, 'H', 'B', 'F', 1, 8, 8, 2);
    assertThat(List.of(b.getInt(8), b.getInt(12), b.getInt(16))).containsExactly(1, 1, 1);
    assertThat(b.getFloat(20)).isEqualTo(1f);
    assertThat(List.of(b.getInt(24), b.getInt(28))).containsExactly(1 | 6 << 16, 2);
    byte[] text = {'a', 1, 0, 'k', 1, 0, 'v'};
    assertThat(Arrays.copyOfRange(bytes, 44, 51)).isEqualTo(text);
    assertThat(Arrays.copyOfRange(bytes, 51, 53)).isEqualTo(new byte[] {1, (byte) 255});
    assertThat(b.getInt(32)).isEqualTo(castagnoli(text));
    assertThat(b.getInt(36)).isEqualTo(castagnoli(new byte[] {1, (byte) 255}));
    assertThat(b.getInt(40)).isEqualTo(castagnoli(Arrays.copyOf(bytes, 40)));
  }

  /** RFC 3720 bit by bit; the check value of "123456789" is e3069283. */
  private static int castagnoli(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 255;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
      }
    }
    return ~crc;
  }

  @Test
  void theChecksumIsThatOfTheStandard() {
    assertThat(castagnoli("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .isEqualTo(0xe3069283);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsWrittenIsReadBack(long seed) throws IOException {
    Random random = new Random(seed);
    List<MapRecord> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      records.add(record("n" + i, random));
    }
    byte[] bytes = bytes(records);
    assertThat(Contents.of(bytes)).isEqualTo(new Contents(records, List.of()));
    assertThat(Contents.of(dripping(bytes)).records()).isEqualTo(records);
    assertThat(bytes(records)).isEqualTo(bytes);
  }

  @Test
  void aPlaneKeepsItsTwoAxes() {
    TiledMap map = TiledMap.exact(new Grid(1, 2, 3, 4), new float[6]);
    assertThat(new MapRecord("a", Map.of(), true, map).tensor().shape()).isEqualTo(Shape.of(2, 3));
    assertThat(new MapRecord("a", Map.of(), false, map).tensor().shape())
        .isEqualTo(Shape.of(1, 2, 3));
  }

  @Test
  void anArchiveThatIsCutGivesAllBeforeTheCut() throws IOException {
    List<MapRecord> records = small(3);
    byte[] whole = bytes(records);
    int first = records.get(0).bytes().length;
    int second = first + records.get(1).bytes().length;
    Path file = folder.resolve("cut.hbf");
    for (int length = 0; length < whole.length; length++) {
      int kept = length < first ? 0 : length < second ? 1 : 2;
      int end = new int[] {0, first, second}[kept];
      byte[] cut = Arrays.copyOf(whole, length);
      Contents c = Contents.of(cut);
      assertThat(c.records()).isEqualTo(records.subList(0, kept));
      assertThat(c.damages()).hasSize(length == end ? 0 : 1);
      c.damages().forEach(d -> assertThat(d.cut()).isTrue());
      Files.write(file, cut);
      try (ArchiveFile archive = ArchiveFile.append(file)) {
        assertThat(archive.slots()).hasSize(kept);
        for (MapRecord r : records.subList(kept, 3)) {
          archive.append(r);
        }
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }

  @Test
  void noFlippedBitPassesAndAllOtherRecordsAreFound() throws IOException {
    List<MapRecord> records = small(3);
    byte[] whole = bytes(records);
    int first = records.get(0).bytes().length;
    int second = first + records.get(1).bytes().length;
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      int hit = bit / 8 < first ? 0 : bit / 8 < second ? 1 : 2;
      List<MapRecord> others = new ArrayList<>(records);
      others.remove(hit);
      Contents c = Contents.of(flipped);
      assertThat(c.records()).isEqualTo(others);
      assertThat(c.damages()).hasSize(1);
      assertThat(c.damages().getFirst().at()).isEqualTo(new int[] {0, first, second}[hit]);
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void recordsAroundLostOrForeignBytesAreFound(long seed) throws IOException {
    Random random = new Random(seed);
    List<MapRecord> records = small(4);
    byte[] whole = bytes(records);
    int first = records.getFirst().bytes().length;
    int second = first + records.get(1).bytes().length;
    for (int n = 0; n < 200; n++) {
      int from = first + random.nextInt(second - first);
      int lost = random.nextInt(second - from);
      byte[] foreign = new byte[random.nextInt(100) + 1];
      random.nextBytes(foreign);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(whole, 0, from);
      out.writeBytes(foreign);
      out.write(whole, from + lost, whole.length - from - lost);
      Contents c = Contents.of(out.toByteArray());
      List<MapRecord> others = new ArrayList<>(records);
      others.remove(1);
      if (from == first && lost == 0) {
        others = records;
      }
      assertThat(c.records()).isEqualTo(others);
      assertThat(c.damages()).hasSize(1);
    }
  }

  /** Wherever a record may say what it likes, with sums that fit: read or refused, soon. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void damagedRecordsWithRightSumsAreReadOrRefusedInLittleMemory(long seed) {
    Random random = new Random(seed);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int n = 0; n < 500; n++) {
      byte[] bytes = record("n", random).bytes();
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(bytes.length > 60 && random.nextBoolean() ? 60 : bytes.length);
        bytes[at] = (byte) random.nextInt();
      }
      repairSums(bytes);
      long before = threads.getCurrentThreadAllocatedBytes();
      Assertions.assertTimeout(Duration.ofSeconds(20), () -> Contents.of(bytes));
      // A map of 2^26 numbers may follow from half a megabyte of bits, not from so few bytes.
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 26);
    }
  }

  static void repairSums(byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int text = Short.toUnsignedInt(b.getShort(24)) + Short.toUnsignedInt(b.getShort(26));
    int map = b.getInt(28);
    if (map >= 0 && 44L + text + map <= bytes.length) {
      b.putInt(32, Head.sum(bytes, 44, text));
      b.putInt(36, Head.sum(bytes, 44 + text, map));
    }
    b.putInt(40, Head.sum(bytes, 0, 40));
  }

  /** A head that claims the most there can be must not make anybody reserve it. */
  @Test
  void lengthsAreNotBelieved() throws IOException {
    Grid grid = new Grid(1, 1 << 13, 1 << 13, 2);
    byte[] bytes = new byte[Head.BYTES + 100];
    int most = (int) Sections.maxBytes(grid, 32);
    new Head(grid, new Coding.SinglePrecision(), false, true, 1024, 65535, most, 0, 0).write(bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(Contents.of(bytes).damages()).hasSize(1);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    assertThat(44L + 1024 + 65535 + most).isLessThanOrEqualTo(ArchiveReader.MAX_RECORD_BYTES);
  }

  /** Heads within heads, each of which claims all that follows: 200 GB to sum up. */
  @Test
  void headsWithinHeadsDoNotMakeReadingSlow() {
    byte[] bytes = new byte[44 * 100_000];
    Grid grid = new Grid(1, 4096, 4096, 2);
    byte[] head = new byte[Head.BYTES];
    for (int at = 0; at < bytes.length; at += 44) {
      int rest = Math.max(1, bytes.length - at - 44 - 1);
      int most = (int) Math.min(rest, Sections.maxBytes(grid, 16));
      Coding coding = new Coding.FixedPoint(16, false, 1);
      // The name is the first byte of the next head; only the long sum is wrong.
      int name = Head.sum(Head.MAGIC, 0, 1);
      new Head(grid, coding, false, true, 1, 0, most, name, 0).write(head);
      System.arraycopy(head, 0, bytes, at, 44);
    }
    Contents c = Assertions.assertTimeout(Duration.ofSeconds(10), () -> Contents.of(bytes));
    assertThat(c.records()).isEmpty();
    assertThat(c.damages()).hasSize(1);
  }

  @Test
  void whatIsNoArchiveIsRefusedAndNotAppendedTo() throws IOException {
    byte[] noise = new byte[1000];
    new Random(1).nextBytes(noise);
    Path file = folder.resolve("noise");
    for (int length : new int[] {1, 3, 43, 44, 1000}) {
      byte[] some = Arrays.copyOf(noise, length);
      assertThat(Contents.of(some).records()).isEmpty();
      assertThat(Contents.of(some).damages()).hasSize(1);
      Files.write(file, some);
      assertThatThrownBy(() -> ArchiveFile.append(file))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith("noise: damaged at byte 0: a record wants");
      assertThat(Files.readAllBytes(file)).isEqualTo(some);
    }
  }

  @Test
  void damageBeforeTheEndIsNotAppendedTo() throws IOException {
    byte[] whole = bytes(small(3));
    whole[small(3).getFirst().bytes().length + 10] ^= 1;
    Path file = folder.resolve("damaged");
    Files.write(file, whole);
    assertThatThrownBy(() -> ArchiveFile.append(file)).isInstanceOf(FormatException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void appendedTwiceIsPackedOnceAndUndoneIsAsBefore() throws IOException {
    List<MapRecord> records = small(4);
    Path file = folder.resolve("twice.hbf");
    for (MapRecord r : records) {
      try (ArchiveFile archive = ArchiveFile.append(file)) {
        archive.append(r);
      }
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes(records));
    try (ArchiveFile archive = ArchiveFile.append(file)) {
      archive.append(records.getFirst());
      archive.append(records.getLast());
      assertThatThrownBy(() -> ArchiveFile.append(file)).hasMessageContaining("somebody else");
      archive.undo();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes(records));
  }

  @Test
  void recordsAreReadByName() throws IOException {
    List<MapRecord> records = small(4);
    Path file = folder.resolve("named.hbf");
    Files.write(file, bytes(records));
    try (ArchiveFile archive = ArchiveFile.open(file)) {
      for (MapRecord r : records) {
        ArchiveFile.Slot slot = archive.find(r.name()).orElseThrow();
        assertThat(archive.read(slot).read()).isEqualTo(r);
        assertThat(archive.read(slot).metadata()).isEqualTo(r.metadata());
      }
      assertThat(archive.find("m")).isEmpty();
      assertThat(archive.damage()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a", "a/", "a//b", "../a", "a/..", "a/./b", "a\\b", "a\nb", "\ud800"})
  void namesThatAreNoPathsAreRefused(String name) {
    TiledMap map = TiledMap.exact(new Grid(1, 1, 1, 2), new float[1]);
    assertThatThrownBy(() -> new MapRecord(name, Map.of(), true, map).bytes())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a map wants a name");
  }

  @Test
  void whatIsTooLongIsRefused() {
    TiledMap map = TiledMap.exact(new Grid(1, 1, 1, 2), new float[1]);
    assertThatThrownBy(() -> new MapRecord("é".repeat(513), Map.of(), true, map).bytes())
        .hasMessageContaining("1 to 1024 bytes");
    Map<String, String> much = Map.of("k", "v".repeat(65531));
    assertThatThrownBy(() -> new MapRecord("a", much, true, map).bytes())
        .hasMessageContaining("at most 65535 bytes");
    assertThatThrownBy(() ->
            new MapRecord("a", Map.of(), true, TiledMap.exact(new Grid(2, 1, 1, 2), new float[2])))
        .hasMessageContaining("wants one channel, got 2");
  }
}
