package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import whyc.app.image.Picture;
import whyc.architecture.Pictures;

/**
 * Pictures to train with: a part to learn from, a part to look at while searching, a part that is
 * looked at once.
 *
 * <ul>
 *   <li>a folder with CIFAR-10's {@code data_batch_1.bin} to {@code _5} and {@code test_batch.bin}
 *   <li>the same as sheets: {@code data_batch_1.png} to {@code _5} and {@code test_batch.png}
 *   <li>a folder with {@code train-images...idx3...} and {@code t10k-} or {@code test-images...},
 *       as MNIST and Fashion-MNIST come
 *   <li>whatever {@link LabelledImages} reads, of which a sixth is kept for the test
 * </ul>
 *
 * Grey pictures have one channel. Pictures of several sizes are brought to one.
 *
 * @param training in an order that the seed gives
 */
record TrainingPictures(Pictures training, Pictures validation, Pictures test) {
  /** Share of a data set without a test part that becomes one, and of the rest for validation. */
  private static final int KEPT_BACK = 6;

  /** How a data set is read. */
  record Wish(Path place, Optional<Path> test, int most, int validation, int mostSide, long seed) {}

  static TrainingPictures read(Wish w) throws IOException {
    LabelledImages.checkExists(w.place);
    if (w.test.isPresent()) {
      LabelledImages.checkExists(w.test.get());
    }
    Parts parts = Parts.of(w);
    Reading learned = new Reading(w.place, w.mostSide, w.most);
    for (Path p : parts.training) {
      learned.read(p);
    }
    Optional<Reading> tested = Optional.empty();
    if (!parts.test.isEmpty()) {
      tested = Optional.of(new Reading(w.place, w.mostSide, w.most));
      for (Path p : parts.test) {
        tested.get().read(p);
      }
    }
    return split(w, learned, tested);
  }

  private static TrainingPictures split(Wish w, Reading learned, Optional<Reading> tested) {
    boolean grey = learned.grey && tested.map(t -> t.grey).orElse(true);
    int classes = Math.max(learned.classes, tested.map(t -> t.classes).orElse(0));
    Pictures all = learned.pictures(grey, classes).shuffled(w.seed);
    Pictures test;
    if (tested.isPresent()) {
      test = tested.get().pictures(grey, classes).resized(all.width());
    } else {
      int kept = all.size() / KEPT_BACK;
      refuseFew(w, all, kept);
      test = all.part(all.size() - kept, all.size());
      all = all.part(0, all.size() - kept);
    }
    int looked = Math.min(w.validation, all.size() / KEPT_BACK);
    refuseFew(w, all, looked);
    Pictures training = all.part(looked, all.size());
    if (training.seenClasses() < 2) {
      throw new Refusal(
          "%s: a data set wants pictures of two classes at least, got one".formatted(w.place));
    }
    return new TrainingPictures(training, all.part(0, looked), test);
  }

  private static void refuseFew(Wish w, Pictures all, int part) {
    if (part < 1) {
      throw new Refusal(
          "%s: a data set wants enough pictures to learn from, to look at and to test, got %d"
              .formatted(w.place, all.size()));
    }
  }

  /** The files of a data set. */
  private record Parts(List<Path> training, List<Path> test) {
    static Parts of(Wish w) throws IOException {
      Parts inside = inside(w.place);
      return w.test.isPresent() ? new Parts(inside.training, List.of(w.test.get())) : inside;
    }

    private static Parts inside(Path place) throws IOException {
      if (!Files.isDirectory(place)) {
        return new Parts(List.of(place), List.of());
      }
      List<Path> files;
      try (Stream<Path> listed = Files.list(place)) {
        files = listed.sorted().toList();
      }
      for (String form : List.of("bin", "png")) {
        List<Path> batches = named(files, "data_batch_.*\\." + form);
        if (!batches.isEmpty()) {
          return new Parts(batches, named(files, "test_batch\\." + form));
        }
      }
      List<Path> idx = named(files, "train-images.*idx3.*");
      return idx.isEmpty()
          ? new Parts(List.of(place), List.of())
          : new Parts(idx.subList(0, 1), first(named(files, "(t10k|test)-images.*idx3.*")));
    }

    /** A file may lie there packed and unpacked. */
    private static List<Path> first(List<Path> some) {
      return some.subList(0, Math.min(1, some.size()));
    }

    private static List<Path> named(List<Path> files, String pattern) {
      return files.stream().filter(f -> String.valueOf(f.getFileName()).matches(pattern)).toList();
    }
  }

  /** Pictures as they come. */
  private static final class Reading {
    private final Path place;
    private final int mostSide;
    private final int most;
    private final List<byte[]> pixels = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private boolean grey = true;
    private int classes;
    private int width;
    private int height;

    Reading(Path place, int mostSide, int most) {
      this.place = place;
      this.mostSide = mostSide;
      this.most = most;
    }

    void read(Path from) throws IOException {
      LabelledImages.each(from, most - pixels.size(), this::add);
    }

    private void add(Picture picture, int label, String where) {
      byte[] rgb = picture.toBytes();
      boolean first = pixels.isEmpty();
      boolean square = picture.width() == picture.height() && picture.width() <= mostSide;
      if (first) {
        width = square ? picture.width() : mostSide;
        height = width;
      }
      boolean fits = picture.width() == width && picture.height() == height;
      pixels.add(fits ? rgb : resized(picture, rgb));
      labels.add(label);
      classes = Math.max(classes, label + 1);
      for (int p = 0; grey && p < rgb.length; p += 3) {
        grey = rgb[p] == rgb[p + 1] && rgb[p] == rgb[p + 2];
      }
    }

    private byte[] resized(Picture picture, byte[] rgb) {
      return new Pictures(
              place.toString(), 3, picture.height(), picture.width(), 1, rgb, new int[1])
          .resized(width)
          .pixels();
    }

    Pictures pictures(boolean asGrey, int ofClasses) {
      int channels = asGrey ? 1 : 3;
      int places = width * height;
      byte[] all = new byte[Math.multiplyExact(pixels.size(), places * channels)];
      for (int i = 0; i < pixels.size(); i++) {
        byte[] one = pixels.get(i);
        for (int p = 0; p < places * channels; p++) {
          all[i * places * channels + p] = one[asGrey ? 3 * p : p];
        }
      }
      int[] of = labels.stream().mapToInt(Integer::intValue).toArray();
      return new Pictures(
          String.valueOf(place),
          channels,
          height,
          width,
          ofClasses,
          all,
          Arrays.copyOf(of, of.length));
    }
  }
}
