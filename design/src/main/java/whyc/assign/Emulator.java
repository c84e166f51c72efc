package whyc.assign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import whyc.engine.Program;
import whyc.engine.jvm.JvmEngine;
import whyc.explain.Head;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.pass.MaskOperands;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Runs graphs on all images of a data set, on several threads: each runs the whole graph on batches
 * of its own.
 */
final class Emulator implements AutoCloseable {
  /** Images of a run: enough to fill kernels, few enough to stay in the caches. */
  private static final int BATCH = 16;

  private final Model model;
  private final Optional<String> classInput;
  private final List<JvmEngine> engines;
  private final ExecutorService threads;

  /**
   * An emulator.
   *
   * @param classInput the input that takes the class to explain, where there is one
   */
  Emulator(Model model, Optional<String> classInput, int threads) {
    this.model = model;
    this.classInput = classInput;
    this.engines =
        IntStream.range(0, threads)
            .mapToObj(i -> JvmEngine.create(JvmEngine.Options.of(1)))
            .toList();
    this.threads = Executors.newFixedThreadPool(threads);
  }

  /** One batch of a data set, and where its results go. */
  private record Batch(int from, int count, Map<String, Tensor> inputs) {}

  /** What becomes of the results of a batch. */
  interface Sink {
    void accept(int from, int count, Map<String, Tensor> results);
  }

  /** The results of a graph for all images, batch by batch, in any order, one at a time. */
  void run(Graph graph, DataSet data, Sink sink) {
    Graph masked = new MaskOperands().apply(graph);
    int size = model.dynamicBatch() ? Math.min(BATCH, data.size()) : 1;
    Set<String> outputs = new LinkedHashSet<>(graph.outputs().keySet());
    AtomicInteger next = new AtomicInteger();
    Consumer<JvmEngine> work =
        engine -> {
          try (Program p = engine.compile(model, masked)) {
            for (int from = next.getAndAdd(size);
                from < data.size() && !Thread.currentThread().isInterrupted();
                from = next.getAndAdd(size)) {
              Batch b = batch(data, from, size);
              Map<String, Tensor> results = p.run(b.inputs, outputs);
              synchronized (sink) {
                sink.accept(b.from, b.count, results);
              }
            }
          }
        };
    await(
        engines.stream()
            .map(engine ->
                threads.submit(
                    (Callable<Void>)
                        () -> {
                          work.accept(engine);
                          return null;
                        }))
            .toList());
  }

  private static void await(List<Future<Void>> running) {
    try {
      for (Future<Void> f : running) {
        f.get();
      }
    } catch (InterruptedException e) {
      running.forEach(f -> f.cancel(true));
      Thread.currentThread().interrupt();
      throw new java.util.concurrent.CancellationException("the emulation was interrupted");
    } catch (ExecutionException e) {
      running.forEach(f -> f.cancel(true));
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
  }

  /** The last batch is filled up with its last image, so that all have one size. */
  private Batch batch(DataSet data, int from, int size) {
    int count = Math.min(size, data.size() - from);
    int each = data.sample().size();
    float[] x = new float[size * each];
    long[] labels = new long[size];
    for (int i = 0; i < size; i++) {
      int image = from + Math.min(i, count - 1);
      System.arraycopy(data.images().get(image), 0, x, i * each, each);
      labels[i] = data.labels().get(image);
    }
    List<Integer> dims = new ArrayList<>(List.of(size));
    dims.addAll(data.sample().dims());
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put(model.input(), Tensor.of(new Shape(dims), x).cast(model.inputType().element()));
    classInput.ifPresent(name ->
        inputs.put(name, Tensor.of(new TensorType(ElementType.INT64, Shape.of(size)), labels)));
    return new Batch(from, count, inputs);
  }

  /** Scores, and maps where the graph has them. */
  Answers answers(Graph graph, DataSet data) {
    List<float[]> scores = new ArrayList<>(Collections.nCopies(data.size(), new float[0]));
    boolean hasMaps = graph.outputs().containsKey(Network.MAP);
    List<Tensor> maps =
        new ArrayList<>(
            Collections.nCopies(hasMaps ? data.size() : 0, Tensor.scalar(ElementType.FLOAT32, 0)));
    run(
        graph,
        data,
        (from, count, results) -> {
          for (int i = 0; i < count; i++) {
            scores.set(from + i, part(of(results, Head.SCORES), i).floats());
            if (hasMaps) {
              maps.set(from + i, part(of(results, Network.MAP), i));
            }
          }
        });
    return new Answers(scores, maps);
  }

  private static Tensor of(Map<String, Tensor> results, String name) {
    return Optional.ofNullable(results.get(name)).orElseThrow();
  }

  /** One image of a batch. */
  private static Tensor part(Tensor batch, int i) {
    List<Integer> dims = batch.shape().dims().subList(1, batch.shape().rank());
    Shape shape = new Shape(dims);
    return Tensor.of(
        shape, Arrays.copyOfRange(batch.floats(), i * shape.size(), (i + 1) * shape.size()));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    engines.forEach(JvmEngine::close);
  }
}
