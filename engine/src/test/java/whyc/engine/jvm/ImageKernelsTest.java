package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Concat;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Op;
import whyc.op.Pad;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceSum;
import whyc.op.Slice;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Kernels on images against the interpreter, in an arena that holds no number before the run, for
 * every width of vectors. Images are drawn of sizes that fill neither vectors nor tiles.
 */
class ImageKernelsTest {
  private static final int[] CHANNELS = {1, 3, 7, 8, 15, 16, 17, 31, 33, 65};

  /** Sums of some hundred products of numbers about 1, each rounded to 24 bits. */
  private static final double TOLERANCE = 2e-5;

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 60)
        : LongStream.of(Long.getLong("seed"));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void depthwiseConvolutions(long seed) {
    Case c = new Case(seed);
    Window w = c.window();
    Value y = c.emit(new Conv(w, c.channels), c.x, c.weight(c.channels, 1, w));
    c.check(c.withTail(y));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void transposedDepthwiseConvolutions(long seed) {
    Case c = new Case(seed);
    Window w = c.window();
    c.check(c.withTail(c.transposed(w, c.channels, c.weight(c.channels, 1, w))));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void transposedConvolutionsOfAnyStride(long seed) {
    Case c = new Case(seed);
    Window w = c.window();
    Value weight = c.weight(c.channels, c.pick(CHANNELS), w);
    c.checkValues(c.withTail(c.transposed(w, 1, weight)));
  }

  /** The derivative of a first layer: all phases in one vector. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void narrowTransposedConvolutions(long seed) {
    Case c = new Case(seed);
    Window w = c.window();
    Window strided =
        new Window(w.height(), w.width(), 2, 2, w.top(), w.left(), w.bottom(), w.right(), 1, 1);
    Value weight = c.weight(c.channels, c.random.nextInt(1, 5), w);
    c.check(c.transposed(strided, 1, weight));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void convolutionsInGroups(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int groups = random.nextInt(2, 9);
    Case c = new Case(seed, groups * random.nextInt(1, 9));
    Window w = c.window();
    int outputs = groups * c.pick(1, 2, 3, 4, 8, 16);
    Value y = c.emit(new Conv(w, groups), c.x, c.weight(outputs, c.channels / groups, w));
    c.check(c.withTail(y));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void transposedConvolutionsInGroups(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int groups = random.nextInt(2, 9);
    Case c = new Case(seed, groups * random.nextInt(1, 9));
    Window w = c.window();
    Value weight = c.weight(c.channels, c.pick(1, 2, 3, 4, 8, 16), w);
    c.check(c.withTail(c.transposed(w, groups, weight)));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void sumPools(long seed) {
    Case c = new Case(seed);
    c.check(c.withTail(c.emit(new SumPool(c.window()), c.x)));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void maxPools(long seed) {
    Case c = new Case(seed);
    Window w = c.window();
    Value y = c.withTail(c.emit(new MaxPool(w), c.x));
    // With this much padding some windows may see nothing else.
    if (w.dilationY() + w.dilationX() > 2
        || Math.max(w.top(), w.bottom()) >= w.height()
        || Math.max(w.left(), w.right()) >= w.width()) {
      c.checkValues(y);
    } else {
      c.check(y);
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void cotangentsOfMaxPoolsFindTheirPlaces(long seed) {
    Case c = new Case(seed);
    Window w = c.window();
    Value switches = c.emit(new MaxPoolSwitches(w), c.x);
    Shape pooled = c.b.shape(switches);
    Value dy = c.input("dy", pooled.dims().stream().mapToInt(d -> d).toArray());
    c.check(c.withTail(c.emit(new MaxPoolRoute(w, c.height, c.width), switches, dy)));
  }

  @ParameterizedTest
  @EnumSource(Lanes.class)
  void aMaxPoolOfNaNIsNaN(Lanes lanes) {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3, 4, 4)));
    Value y = b.emit(new MaxPool(Window.of(2, 2, 2)), x);
    Value switches = b.emit(new MaxPoolSwitches(Window.of(2, 2, 2)), x);
    float[] image = new float[48];
    image[1] = Float.NaN;
    image[5] = Float.NaN;
    image[20] = Float.NEGATIVE_INFINITY;
    new Run(b.finish(outputs(y, switches)), lanes)
        .check(Map.of("x", Tensor.of(Shape.of(1, 3, 4, 4), image)));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void slices(long seed) {
    Case c = new Case(seed);
    int axis = c.random.nextInt(1, 4);
    int extent = c.b.shape(c.x).dim(axis);
    int start = c.random.nextInt(extent);
    int end = c.random.nextInt(start + 1, extent + 1);
    boolean backwards = axis > 1 && c.random.nextBoolean();
    int step = axis == 1 ? 1 : c.random.nextInt(1, 4);
    Slice slice =
        backwards ? new Slice(axis, end - 1, start - 1, -step) : new Slice(axis, start, end, step);
    c.check(c.withTail(c.emit(slice, c.x)));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void zerosAround(long seed) {
    Case c = new Case(seed);
    Pad pad =
        new Pad(
            List.of(0, c.pick(0, 1, 8, 16), c.pick(0, 1, 3), c.pick(0, 1, 3)),
            List.of(0, c.pick(0, 1, 8, 17), c.pick(0, 1, 3), c.pick(0, 1, 3)),
            0);
    c.check(c.withTail(c.emit(pad, c.x)));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void channelsSideBySide(long seed) {
    Case c = new Case(seed);
    List<Value> parts = new ArrayList<>(List.of(c.x));
    int count = c.random.nextInt(1, 6);
    for (int i = 0; i < count; i++) {
      parts.add(c.input("part" + i, c.images, c.pick(CHANNELS), c.height, c.width));
    }
    c.check(c.withTail(c.b.emit(new Concat(1), parts)));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void folds(long seed) {
    Case c = new Case(seed);
    List<Integer> axes =
        List.of(List.of(1), List.of(2), List.of(3), List.of(2, 3)).get(c.random.nextInt(4));
    Op op =
        List.<Op>of(new ReduceSum(axes), new ReduceMean(axes), new ReduceMax(axes))
            .get(c.random.nextInt(3));
    c.check(c.withTail(c.emit(op, c.x)));
  }

  /** A matrix product in the middle wants its operand row by row. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void layoutsChange(long seed) {
    Case c = new Case(seed);
    Value pooled = c.emit(new MaxPool(Window.of(1, 1, 1)), c.x);
    Value plain = c.b.transpose(pooled, 0, 1, 3, 2);
    c.checkValues(c.emit(new MaxPool(Window.of(1, 1, 1)), plain));
  }

  /** The derivative of slices by 2 and 3 in one line, for which no five axes are needed. */
  @Test
  void spreadRowsAndColumnsAreOneLine() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3, 7, 5)));
    Value rows = b.emit(Pad.after(5, 3, 1), b.unsqueeze(x, 3));
    rows = b.reshape(rows, 1, 3, 14, 5);
    Value columns = b.emit(Pad.after(5, 4, 2), b.unsqueeze(rows, 4));
    Graph g = b.finish(outputs(b.reshape(columns, 1, 3, 14, 15)));
    Graph after = Lowering.of(g);
    assertThat(after.nodes().stream().filter(n -> n.op() instanceof ConvTranspose)).hasSize(1);
    Tensor image = draw(Shape.of(1, 3, 7, 5), new SplittableRandom(1));
    assertThat(Interpreter.run(after, Map.of("x", image)))
        .isEqualTo(Interpreter.run(g, Map.of("x", image)));
  }

  private static SequencedMap<String, Value> outputs(Value... values) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    for (Value v : values) {
      outputs.put("y" + outputs.size(), v);
    }
    return outputs;
  }

  /** Quarters between -2 and 2, so that pools meet equal values. */
  private static Tensor draw(Shape shape, SplittableRandom random) {
    float[] x = new float[shape.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(-8, 9) / 4f;
    }
    return Tensor.of(shape, x);
  }

  /** A graph in the making, on an image drawn from a seed. */
  private static final class Case {
    final SplittableRandom random;
    final Builder b = new Builder();
    final Map<String, Tensor> inputs = new LinkedHashMap<>();
    final int images;
    final int channels;
    final int height;
    final int width;
    final Value x;

    Case(long seed) {
      this(seed, new SplittableRandom(~seed).nextInt(CHANNELS.length), CHANNELS);
    }

    private Case(long seed, int index, int[] channels) {
      this(seed, channels[index]);
    }

    Case(long seed, int channels) {
      this.random = new SplittableRandom(seed);
      this.images = random.nextInt(1, 3);
      this.channels = channels;
      this.height = random.nextInt(1, 18);
      this.width = random.nextInt(1, 34);
      this.x = input("x", images, channels, height, width);
    }

    int pick(int... from) {
      return from[random.nextInt(from.length)];
    }

    Value input(String name, int... dims) {
      inputs.put(name, draw(Shape.of(dims), random));
      return b.emit(new Input(name, TensorType.of(ElementType.FLOAT32, dims)));
    }

    Value emit(Op op, Value... operands) {
      return b.emit(op, operands);
    }

    Value weight(int outputs, int inputs, Window w) {
      return b.constant(draw(Shape.of(outputs, inputs, w.height(), w.width()), random));
    }

    /** A window that fits the image, with padding that differs on each side. */
    Window window() {
      while (true) {
        Window w =
            new Window(
                pick(1, 2, 3, 3, 5, 9),
                pick(1, 2, 3, 3, 5, 9),
                random.nextInt(1, 4),
                random.nextInt(1, 4),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                pick(1, 1, 2),
                pick(1, 1, 2));
        if (w.outputHeight(height) > 0 && w.outputWidth(width) > 0) {
          return w;
        }
      }
    }

    /** Of any extra rows and columns less than a stride. */
    Value transposed(Window w, int groups, Value weight) {
      int extraHeight = random.nextInt(w.strideY());
      int extraWidth = random.nextInt(w.strideX());
      try {
        return b.emit(new ConvTranspose(w, groups, extraHeight, extraWidth), x, weight);
      } catch (IllegalArgumentException e) {
        Window unpadded = w.padded(0, 0, 0, 0);
        return b.emit(new ConvTranspose(unpadded, groups, extraHeight, extraWidth), x, weight);
      }
    }

    /** Followed by a number for each channel, which does not keep zeros, and a relu. */
    Value withTail(Value y) {
      if (random.nextBoolean()) {
        return y;
      }
      Value bias = b.constant(draw(Shape.of(1, b.shape(y).dim(1), 1, 1), random));
      return b.emit(new whyc.op.Relu(), b.add(b.add(y, bias), b.scalar(0.5, y)));
    }

    /** No step may fall back, and each must give what the interpreter gives. */
    void check(Value y) {
      Graph g = b.finish(outputs(y));
      for (Lanes lanes : Lanes.values()) {
        Run run = new Run(g, lanes);
        assertThat(run.plan.listing()).doesNotContain("reference").doesNotContain("move");
        run.check(inputs);
      }
    }

    void checkValues(Value y) {
      Graph g = b.finish(outputs(y));
      Stream.of(Lanes.values()).forEach(lanes -> new Run(g, lanes).check(inputs));
    }
  }

  /** A plan, step by step. */
  private static final class Run {
    final Plan plan;
    private final Banks banks;
    private final Wired wired;

    Run(Graph graph, Lanes lanes) {
      Weights weights = new Weights();
      this.plan = Plan.of(graph, lanes, weights, 1);
      this.wired = plan.wire();
      this.banks = plan.allocate(weights.data());
      Arrays.fill(banks.values(), Float.NaN);
      Arrays.fill(banks.bits(), (short) 0x5555);
    }

    void check(Map<String, Tensor> inputs) {
      Graph g = plan.arrangement().graph();
      SequencedMap<String, Value> all = new LinkedHashMap<>();
      IntStream.range(0, g.nodes().size())
          .mapToObj(Value::new)
          .forEach(v -> all.put(v.toString(), v));
      Map<String, Tensor> expected = Interpreter.run(g.withOutputs(all), inputs);
      inputs.forEach((name, tensor) -> wired.input(name).write(banks, tensor));
      List<Kernel> kernels = plan.kernels();
      for (int i = 0; i < kernels.size(); i++) {
        Step step = plan.schedule().steps().get(i);
        run(kernels.get(i));
        for (Value v : step.results()) {
          compare(v, expected.get(v.toString()));
        }
      }
    }

    /** The units in two parts, the second first: they may run in any order. */
    private void run(Kernel k) {
      k.begin(banks);
      k.run(banks, k.units() / 2, k.units());
      k.run(banks, 0, k.units() / 2);
      k.followers().forEach(this::run);
    }

    private void compare(Value v, Tensor expected) {
      Located at = plan.value(v);
      Tensor computed = at.read(banks);
      String what = plan.arrangement().graph().node(v) + ", " + plan.arrangement().lanes();
      for (int i = 0; i < expected.size(); i++) {
        double want = expected.at(i);
        double got = computed.at(i);
        boolean same =
            got == want
                || Double.isNaN(got) && Double.isNaN(want)
                || Math.abs(got - want) <= TOLERANCE * (1 + Math.abs(want));
        assertThat(same).as("%s at %d: %s, not %s", what, i, got, want).isTrue();
      }
      if (at.layout() instanceof Layout.Image image && at.bank() == Arrangement.Bank.VALUES) {
        boolean[] element = new boolean[image.size()];
        IntStream.range(0, expected.size()).forEach(i -> element[image.at(i)] = true);
        for (int i = 0; i < element.length; i++) {
          assertThat(element[i] || banks.values()[at.offset() + i] == 0)
              .as("%s: what lies around %d", what, i)
              .isTrue();
        }
      }
    }
  }
}
