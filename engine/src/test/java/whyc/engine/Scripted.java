package whyc.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import whyc.tensor.Tensor;

/** A program that answers by a function, and takes its time. */
class Scripted implements Program {
  private final String name;
  private final long nanos;
  private final UnaryOperator<Tensor> answer;
  final AtomicInteger runs = new AtomicInteger();
  volatile boolean closed;

  Scripted(String name, int milliseconds, UnaryOperator<Tensor> answer) {
    this.name = name;
    this.nanos = milliseconds * 1_000_000L;
    this.answer = answer;
  }

  @Override
  public SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs) {
    if (closed) {
      throw new AssertionError(name + " was closed");
    }
    runs.incrementAndGet();
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new java.util.concurrent.CancellationException(name + " was interrupted");
      }
    }
    Tensor result = answer.apply(inputs.values().iterator().next());
    SequencedMap<String, Tensor> results = new LinkedHashMap<>();
    outputs.forEach(o -> results.put(o, result));
    return results;
  }

  @Override
  public String engine() {
    return name;
  }

  @Override
  public void close() {
    closed = true;
  }
}
