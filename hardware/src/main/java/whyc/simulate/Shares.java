package whyc.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.accelerator.ManyCore;
import whyc.op.Value;
import whyc.tensor.ElementType;

/** Cuts tasks into the shares of cores, by the zeros of each image. */
final class Shares {
  private final ManyCore machine;
  private final Workload workload;
  private final List<Trace> frames;
  private final ZeroFreeCore core;
  private final Map<Key, List<Share>> known = new HashMap<>();
  private final Map<Value, Map<Integer, Long>> bytes = new HashMap<>();

  private record Key(int frame, int task) {}

  Shares(ManyCore machine, Workload workload, List<Trace> frames) {
    this.machine = machine;
    this.workload = workload;
    this.frames = frames;
    this.core = new ZeroFreeCore(machine.core(), machine.format().bits());
  }

  /** The shares of a task, in the order in which they are given out. */
  List<Share> of(int frame, Task task) {
    return known.computeIfAbsent(
        new Key(frame, task.index()),
        any ->
            task.layer().isPresent()
                ? multiplying(frame, task, task.layer().orElseThrow())
                : elementwise(task));
  }

  /** Bytes of a tensor outside the cores. */
  long bytes(int frame, Value tensor) {
    return bytes
        .computeIfAbsent(tensor, any -> new HashMap<>())
        .computeIfAbsent(frame, any -> size(frame, tensor));
  }

  /** Bytes of a tensor that come in with a share of a task. */
  long read(int frame, Task task, Share s, Value tensor) {
    boolean isFetched = task.layer().filter(l -> l.input().equals(tensor)).isPresent();
    return isFetched ? s.fetched() : written(frame, s, tensor);
  }

  /** Bytes of a tensor that go out with a share. */
  long written(int frame, Share s, Value tensor) {
    return (long) Math.ceil(bytes(frame, tensor) * s.part());
  }

  private long size(int frame, Value tensor) {
    int bits = workload.bits(tensor, machine.format().bits());
    boolean isImage = workload.graph().type(tensor).shape().rank() == 4;
    boolean isDecision = bits < Byte.SIZE;
    Occupancy o = frames.get(frame).tensor(tensor);
    return machine.scheduler().compresses() && isImage && !isDecision
        ? new ZeroFreeCore(machine.core(), bits).bytes(o)
        : Math.ceilDiv((long) workload.graph().type(tensor).shape().size() * bits, Byte.SIZE);
  }

  private List<Share> multiplying(int frame, Task task, Layer layer) {
    Loops l = layer.loops();
    Occupancy input = frames.get(frame).input(layer);
    Mapping mapping = Mapping.best(machine, core, l, 1 - input.sparsity());
    List<Piece> pieces = mapping.pieces(l);
    long whole = pieces.stream().mapToLong(Piece::size).sum();
    double inputScale = inputScale(frame, layer, input);
    List<Share> shares = new ArrayList<>();
    for (Piece p : pieces) {
      PieceWork work = new Tiles(core, l, p, input).work();
      double part = p.size() / (double) whole;
      long post = Math.ceilDiv((long) (task.elements() * part), machine.core().postProcessing());
      shares.add(
          new Share(
              Optional.of(p),
              work,
              Math.max(core.drainCycles(p), post),
              part,
              (long) Math.ceil(work.fetchedBytes() * inputScale),
              Math.toIntExact(p.groups().from() * (long) l.outputChannels() + p.outputs().from()),
              weightBytes(l, p)));
    }
    return shares;
  }

  /** The piece of a share, to be begun at some time. */
  CoreTiming.Job job(int frame, Layer layer, Share s, long release) {
    Occupancy input = frames.get(frame).input(layer);
    return new CoreTiming.Job(layer.loops(), s.piece().orElseThrow(), input, release, s.drain());
  }

  /** Fetched tiles are compressed; where tensors are not, their bytes are those of dense ones. */
  private double inputScale(int frame, Layer layer, Occupancy input) {
    long compressed = core.bytes(input);
    return compressed == 0 ? 0 : bytes(frame, layer.input()) / (double) compressed;
  }

  private long weightBytes(Loops l, Piece p) {
    long weights =
        (long) p.groups().size() * l.inputChannels() * p.outputs().size() * l.window().area();
    return Math.ceilDiv(weights * machine.format().bits(), Byte.SIZE);
  }

  private List<Share> elementwise(Task task) {
    int number = Math.toIntExact(Math.clamp(task.elements(), 1, machine.cores()));
    long each = Math.ceilDiv(task.elements(), number);
    long cycles = Math.ceilDiv(each, machine.core().postProcessing());
    double part = 1.0 / number;
    return IntStream.range(0, number)
        .mapToObj(i ->
            new Share(Optional.empty(), new PieceWork(1, 0, 0, 0, 0, 0), cycles, part, 0, i, 0))
        .toList();
  }

  /** Cycles of a task, all its cores together. */
  long work(int frame, Task task) {
    return of(frame, task).stream()
        .mapToLong(s -> Math.max(s.drain(), s.work().cycles() / s.work().decoders()))
        .sum();
  }

  /**
   * The most that a task will need before its input is there. What a gate has closed in the forward
   * pass stays zero in the backward pass, so the bits of the inference bound the gradient; layers
   * of the inference are taken to be as full as those of the image before.
   */
  long bound(int frame, Task task) {
    if (task.layer().isEmpty() || !core.skipsZeros()) {
      return work(frame, task);
    }
    Layer layer = task.layer().orElseThrow();
    Optional<Double> gate = gate(frame, layer.input());
    double density =
        gate.isPresent()
            ? gate.get()
            : frame > 0 && task.phase() == Layer.Phase.INFERENCE
                ? 1 - frames.get(frame - 1).input(layer).sparsity()
                : 1;
    return (long) (density * layer.loops().multiplyAdds() / machine.core().multiplyAdds());
  }

  /** The share of open gates behind which a gradient was made. */
  private Optional<Double> gate(int frame, Value gradient) {
    return workload
        .maker(gradient)
        .flatMap(maker ->
            maker.reads().stream()
                .filter(v -> workload.graph().type(v).element() == ElementType.BOOL)
                .filter(v ->
                    workload
                        .graph()
                        .type(v)
                        .shape()
                        .equals(workload.graph().type(gradient).shape()))
                .findFirst())
        .map(v -> 1 - frames.get(frame).tensor(v).sparsity());
  }

  ZeroFreeCore core() {
    return core;
  }
}
