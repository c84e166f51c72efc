package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads images while others are explained. */
final class Feed {
  private final Deque<Path> files;
  private final Deque<Sample> ready = new ArrayDeque<>();
  private CompletableFuture<Optional<Samples.Source>> next;

  private Feed(List<Path> files) {
    this.files = new ArrayDeque<>(files);
    this.next = ahead();
  }

  /** Refuses files that are not there, before time is spent on others. */
  static void checkExist(List<Path> files) {
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new Refusal(file + ": there is no such file");
      }
    }
  }

  /** Samples that files hold at most: one in a picture, in a tensor what its size allows. */
  static int mostSamples(List<Path> files, InputForm form) {
    return Math.toIntExact(
        files.stream().mapToLong(f -> Samples.isTensor(f) ? inTensor(f, form) : 1).sum());
  }

  private static long inTensor(Path file, InputForm form) {
    try {
      int element = Math.min(Float.BYTES, form.element().bytes());
      return Math.max(1, Files.size(file) / (element * (long) form.size()));
    } catch (IOException e) {
      // Whoever reads it will say so.
      return 1;
    }
  }

  /** Starts to read the first file. */
  static Feed of(List<Path> files) {
    checkExist(files);
    return new Feed(files);
  }

  private CompletableFuture<Optional<Samples.Source>> ahead() {
    Optional<Path> file = Optional.ofNullable(files.poll());
    return CompletableFuture.supplyAsync(() -> file.map(Samples::read));
  }

  private Optional<Samples.Source> take() {
    try {
      Optional<Samples.Source> source = next.join();
      next = ahead();
      return source;
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** All samples that are left, one after the other, read while they are asked for. */
  Iterable<Sample> samples(Preparations preparations, InputForm form) {
    return () ->
        new Iterator<>() {
          private List<Sample> one = Feed.this.next(1, preparations, form);

          @Override
          public boolean hasNext() {
            return !one.isEmpty();
          }

          @Override
          public Sample next() {
            Sample s = one.getFirst();
            one = Feed.this.next(1, preparations, form);
            return s;
          }
        };
  }

  /** Up to n samples; fewer, or none, at the end. */
  List<Sample> next(int n, Preparations preparations, InputForm form) {
    while (ready.size() < n) {
      Optional<Samples.Source> source = take();
      if (source.isEmpty()) {
        break;
      }
      switch (source.get()) {
        case Samples.PictureSource p ->
            ready.add(Samples.of(p, preparations.get().preprocessing(), form));
        case Samples.TensorSource t -> ready.addAll(Samples.of(t, form));
      }
    }
    List<Sample> samples = new ArrayList<>();
    while (samples.size() < n && !ready.isEmpty()) {
      samples.add(ready.poll());
    }
    return samples;
  }
}
