package whyc.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import whyc.app.image.Picture;
import whyc.app.image.PictureReader;
import whyc.assign.DataSet;
import whyc.refusal.TextFile;

/**
 * A data set from files: pictures with their classes, prepared for a model.
 *
 * <ul>
 *   <li>CIFAR-10's binary batches, {@code .bin}: for each image a byte with its class, then 1,024
 *       bytes of red, of green and of blue, by rows
 *   <li>the same as sheets, {@code _batch...png}: see {@link CifarSheet}
 *   <li>idx, as MNIST has it, also packed by gzip: a file {@code ...images...idx3...} with a magic
 *       number 0x803, n, h, w and n*h*w bytes, and beside it {@code ...labels...idx1...} with
 *       0x801, n and n bytes
 *   <li>a folder with {@code labels.tsv} in it or above it: on each line the name of a picture, a
 *       tab, its class
 * </ul>
 */
final class LabelledImages {
  private static final int CIFAR_SIDE = 32;
  private static final int CIFAR_PIXELS = CIFAR_SIDE * CIFAR_SIDE;
  private static final int CIFAR_RECORD = 1 + 3 * CIFAR_PIXELS;
  private static final int IDX_IMAGES = 0x803;
  private static final int IDX_LABELS = 0x801;

  private static final String LIST = "labels.tsv";

  private final Path place;
  private final int most;
  private final Sink sink;
  private int count;

  private LabelledImages(Path place, int most, Sink sink) {
    this.place = place;
    this.most = most;
    this.sink = sink;
  }

  /** Takes a picture with its class. */
  interface Sink {
    /**
     * One of them.
     *
     * @param where it stands, for people
     */
    void add(Picture picture, int label, String where);
  }

  /**
   * Reads a data set.
   *
   * @param most images that are read, the first ones
   * @param classes of the model
   */
  static DataSet read(Path place, int most, Preparations preparations, InputForm form, int classes)
      throws IOException {
    List<float[]> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    each(
        place,
        most,
        (picture, label, where) -> {
          if (label >= classes) {
            throw new Refusal(
                "%s: a label wants to be one of the model's %d classes, from 0 on, got %d (%s)"
                    .formatted(place, classes, label, where));
          }
          images.add(preparations.get().preprocessing().apply(picture));
          labels.add(label);
        });
    return new DataSet(name(place), form.sample(), images, labels);
  }

  /**
   * Hands out the pictures of a data set, one at least.
   *
   * @param most that are read, the first ones
   */
  static void each(Path place, int most, Sink sink) throws IOException {
    checkExists(place);
    LabelledImages reading = new LabelledImages(place, most, sink);
    if (Files.isDirectory(place)) {
      reading.folder();
    } else if (name(place).endsWith(".bin")) {
      reading.cifar();
    } else if (CifarSheet.isOne(name(place))) {
      reading.sheet();
    } else if (name(place).contains("idx3")) {
      reading.idx();
    } else {
      throw new Refusal(
          "%s: a data set wants to be a CIFAR-10 batch (.bin, or a sheet _batch.png), images in idx form (...idx3...) or a folder with labels.tsv"
              .formatted(place));
    }
    if (reading.count == 0) {
      throw new Refusal(place + ": a data set wants images, and has none");
    }
  }

  /** Refuses a data set that is not there: for who has much to do before it is read. */
  static void checkExists(Path place) throws NoSuchFileException {
    if (!Files.exists(place)) {
      throw new NoSuchFileException(place.toString());
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.toAbsolutePath().normalize().getFileName()).toLowerCase(Locale.ROOT);
  }

  private boolean isFull() {
    return count >= most;
  }

  private void add(Picture picture, int label, String where) {
    sink.add(picture, label, where);
    count++;
  }

  private void cifar() throws IOException {
    byte[] all = Files.readAllBytes(place);
    if (all.length == 0 || all.length % CIFAR_RECORD != 0) {
      throw new Refusal(
          "%s: a CIFAR-10 batch wants records of %d bytes, got %d bytes"
              .formatted(place, CIFAR_RECORD, all.length));
    }
    for (int at = 0; at < all.length && !isFull(); at += CIFAR_RECORD) {
      byte[] rgb = new byte[3 * CIFAR_PIXELS];
      for (int p = 0; p < CIFAR_PIXELS; p++) {
        for (int c = 0; c < 3; c++) {
          rgb[3 * p + c] = all[at + 1 + c * CIFAR_PIXELS + p];
        }
      }
      add(Picture.of(CIFAR_SIDE, CIFAR_SIDE, rgb), all[at] & 0xff, "image " + at / CIFAR_RECORD);
    }
  }

  private void sheet() throws IOException {
    CifarSheet sheet = CifarSheet.read(place);
    for (int i = 0; i < sheet.count() && !isFull(); i++) {
      add(sheet.picture(i), sheet.classes()[i], "row " + i);
    }
  }

  private void idx() throws IOException {
    Path beside =
        place.resolveSibling(
            String.valueOf(place.getFileName())
                .replace("images", "labels")
                .replace("idx3", "idx1"));
    if (beside.equals(place) || !Files.exists(beside)) {
      throw new Refusal(
          "%s: images in idx form want their labels beside them, and there is no %s"
              .formatted(place, beside.getFileName()));
    }
    ByteBuffer pixels = idx(place, IDX_IMAGES, 4);
    ByteBuffer classesOf = idx(beside, IDX_LABELS, 2);
    int n = pixels.getInt(4);
    int height = pixels.getInt(8);
    int width = pixels.getInt(12);
    long size = (long) height * width;
    if (n != classesOf.getInt(4)
        || n < 0
        || height < 1
        || width < 1
        || pixels.capacity() != 16 + n * size
        || classesOf.capacity() != 8 + n) {
      throw new Refusal(
          "%s: idx wants as many images as labels and bytes for all, got %d images of %d x %d in %d bytes and %d labels in %d"
              .formatted(
                  place,
                  n,
                  height,
                  width,
                  pixels.capacity(),
                  classesOf.getInt(4),
                  classesOf.capacity()));
    }
    for (int i = 0; i < n && !isFull(); i++) {
      byte[] rgb = new byte[(int) (3 * size)];
      for (int p = 0; p < rgb.length; p++) {
        rgb[p] = pixels.get((int) (16 + i * size + p / 3));
      }
      add(Picture.of(width, height, rgb), classesOf.get(8 + i) & 0xff, "image " + i);
    }
  }

  private static ByteBuffer idx(Path file, int magic, int head) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes =
          name(file).endsWith(".gz") ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
    }
    ByteBuffer b = ByteBuffer.wrap(bytes);
    if (bytes.length < 4 * head || b.getInt(0) != magic) {
      throw new Refusal(
          "%s: idx wants the magic number 0x%x first, got %s"
              .formatted(file, magic, bytes.length < 4 ? "an end" : "0x%x".formatted(b.getInt(0))));
    }
    return b;
  }

  private void folder() throws IOException {
    Path within = place.resolve(LIST);
    Path list = Files.exists(within) ? within : place.resolve("..").resolve(LIST).normalize();
    if (!Files.exists(list)) {
      throw new Refusal(
          place
              + ": a folder of images wants labels.tsv in it or above it, with lines of a file, a tab and its class");
    }
    List<String> lines = TextFile.lines(list);
    for (int i = 0; i < lines.size() && !isFull(); i++) {
      String[] columns = lines.get(i).split("\t", -1);
      boolean isHead = i == 0 && columns.length > 1 && !columns[1].matches("\\d+");
      if (!isHead && !lines.get(i).isBlank()) {
        line(list, columns, i + 1);
      }
    }
  }

  private void line(Path list, String[] columns, int number) {
    if (columns.length < 2 || !columns[1].matches("\\d{1,7}")) {
      throw new Refusal(
          "%s: a line wants a file, a tab and the number of its class, got \"%s\" (line %d)"
              .formatted(list, String.join("\t", columns), number));
    }
    Path picture = place.resolve(columns[0]);
    add(PictureReader.read(picture).picture(), Integer.parseInt(columns[1]), "line " + number);
  }
}
