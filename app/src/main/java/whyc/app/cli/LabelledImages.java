package whyc.app.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 *   <li>idx, as MNIST has it, also packed by gzip: see {@link IdxImages}
 *   <li>a folder with {@code labels.tsv} in it or above it: on each line the name of a picture, a
 *       tab, its class
 * </ul>
 *
 * A data set is not trusted: pictures are read one after the other, as many as are asked for, and a
 * list names pictures of its own folder alone.
 */
final class LabelledImages {
  private static final int CIFAR_SIDE = 32;
  private static final int CIFAR_PIXELS = CIFAR_SIDE * CIFAR_SIDE;
  private static final int CIFAR_RECORD = 1 + 3 * CIFAR_PIXELS;

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
      IdxImages.each(place, most, reading::add);
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
    long bytes = Files.size(place);
    if (bytes == 0 || bytes % CIFAR_RECORD != 0) {
      throw new Refusal(
          "%s: a CIFAR-10 batch wants records of %d bytes, got %d bytes"
              .formatted(place, CIFAR_RECORD, bytes));
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(place))) {
      byte[] record = in.readNBytes(CIFAR_RECORD);
      while (record.length == CIFAR_RECORD && !isFull()) {
        add(colours(record), record[0] & 0xff, "image " + count);
        record = in.readNBytes(CIFAR_RECORD);
      }
    }
  }

  private static Picture colours(byte[] record) {
    byte[] rgb = new byte[3 * CIFAR_PIXELS];
    for (int p = 0; p < CIFAR_PIXELS; p++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * p + c] = record[1 + c * CIFAR_PIXELS + p];
      }
    }
    return Picture.of(CIFAR_SIDE, CIFAR_SIDE, rgb);
  }

  private void sheet() throws IOException {
    CifarSheet sheet = CifarSheet.read(place);
    for (int i = 0; i < sheet.count() && !isFull(); i++) {
      add(sheet.picture(i), sheet.classes()[i], "row " + i);
    }
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

  private void line(Path list, String[] columns, int number) throws IOException {
    if (columns.length < 2 || !columns[1].matches("\\d{1,7}")) {
      throw new Refusal(
          "%s: a line wants a file, a tab and the number of its class, got \"%s\" (line %d)"
              .formatted(list, String.join("\t", columns), number));
    }
    Path picture = within(list, columns[0], number);
    add(PictureReader.read(picture).picture(), Integer.parseInt(columns[1]), "line " + number);
  }

  /** What a link points to is what is read, so that the link cannot change in between. */
  private Path within(Path list, String name, int number) throws IOException {
    try {
      Path picture = place.resolve(name).normalize();
      if (!Path.of(name).isAbsolute() && picture.startsWith(place.normalize())) {
        Path real = picture.toRealPath();
        if (real.startsWith(place.toRealPath())) {
          return real;
        }
      }
    } catch (InvalidPathException e) {
      // Told below: such a name is none in the folder either.
    }
    throw new Refusal(
        "%s: a line must name a file in %s, got \"%s\" (line %d)"
            .formatted(list, place, name, number));
  }
}
