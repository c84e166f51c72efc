package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import whyc.app.image.Picture;
import whyc.app.image.PictureReader;
import whyc.app.image.Placement;
import whyc.app.image.Preprocessing;
import whyc.refusal.FileFault;
import whyc.tensor.ElementType;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Reads images for a model: pictures, or tensors that are prepared already. */
final class Samples {
  private Samples() {}

  static boolean isTensor(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
  }

  /** An image file, decoded but not yet prepared for a model. */
  sealed interface Source {
    Path file();
  }

  record PictureSource(Path file, PictureReader.Reading reading) implements Source {}

  record TensorSource(Path file, Tensor tensor) implements Source {}

  static Source read(Path file) {
    return isTensor(file)
        ? new TensorSource(file, tensor(file))
        : new PictureSource(file, PictureReader.read(file));
  }

  static Tensor tensor(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new Refusal(file + ": a .npy file wants to be a file, got a folder");
      }
      return Npy.read(file);
    } catch (NoSuchFileException e) {
      throw new Refusal(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new Refusal(file + ": the file cannot be read: " + FileFault.reason(e), e);
    }
  }

  /** A picture, prepared. */
  static Sample of(PictureSource source, Preprocessing preprocessing, InputForm form) {
    Picture picture = source.reading.picture();
    return new Sample(
        source.file,
        OptionalInt.empty(),
        Tensor.of(form.sample(), preprocessing.apply(picture)),
        picture,
        preprocessing.placement(picture.width(), picture.height()),
        source.reading.format(),
        source.reading.notes());
  }

  /** The samples of a tensor: one for [c,h,w], n for [n,c,h,w]. */
  static List<Sample> of(TensorSource source, InputForm form) {
    Tensor t = source.tensor;
    Shape s = t.shape();
    Path file = source.file;
    if (t.element() != ElementType.FLOAT32 && t.element() != form.element()) {
      throw new Refusal("%s: an input wants float32, got %s".formatted(file, t.type()));
    }
    Shape sample = s.rank() == 4 ? new Shape(s.dims().subList(1, 4)) : s;
    Shape first = Shape.of(form.channels(), form.height(), form.width());
    Shape own = form.sample();
    if ((s.rank() != 3 && s.rank() != 4) || (!sample.equals(first) && !sample.equals(own))) {
      throw new Refusal(
          "%s: an input wants [n,%d,%d,%d] or [%2$d,%3$d,%4$d], got %s"
              .formatted(file, form.channels(), form.height(), form.width(), s));
    }
    int n = s.rank() == 4 ? s.dim(0) : 1;
    float[] all = t.floats();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] values = Arrays.copyOfRange(all, i * form.size(), (i + 1) * form.size());
      check(file, values, i);
      float[] planes = sample.equals(own) ? form.channelsFirst(values) : values;
      Picture picture = Picture.ofTensor(planes, form.channels(), form.height(), form.width());
      samples.add(
          new Sample(
              file,
              n > 1 ? OptionalInt.of(i) : OptionalInt.empty(),
              Tensor.of(own, sample.equals(own) ? values : form.ownOrder(values)),
              picture,
              Placement.whole(form.width(), form.height()),
              "NPY",
              List.of("drawn from the smallest to the largest number of the tensor")));
    }
    return samples;
  }

  private static void check(Path file, float[] values, int sample) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new Refusal(
            "%s: an input wants finite numbers, got %s at position %d of sample %d"
                .formatted(file, values[i], i, sample));
      }
    }
  }
}
