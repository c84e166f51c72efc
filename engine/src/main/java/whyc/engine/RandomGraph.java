package whyc.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.*;
import whyc.pass.Expand;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A small graph of odd shapes, drawn from a seed: what networks are made of, in every order, on
 * images whose extents fill neither vectors nor tiles, and often the derivative of all that. What
 * engines agree on for very many of these they will agree on for the next network.
 *
 * @param inputs a tensor for each input of the graph
 */
public record RandomGraph(long seed, Graph graph, Map<String, Tensor> inputs) {

  /** Elements of a value at most. */
  private static final int MAX_ELEMENTS = 6_000;

  /** Multiplications and elementary operations of the lines that are kept, each line at most. */
  private static final long MAX_WORK = 120_000;

  public static RandomGraph of(long seed) {
    Drawing d = new Drawing(seed);
    Graph graph = d.graph();
    return new RandomGraph(seed, graph, Collections.unmodifiableMap(d.inputs));
  }

  private static final class Drawing {
    private static final int[] CHANNELS = {
      1, 1, 2, 3, 3, 4, 5, 7, 8, 8, 9, 12, 15, 16, 16, 17, 24, 31, 32, 33, 40
    };

    private final SplittableRandom random;
    private final Builder b = new Builder();
    private final SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();

    /** Numbers of two bits behind the point instead of normal ones: pools and ReLUs meet ties. */
    private final boolean coarse;

    private final List<Value> values = new ArrayList<>();

    Drawing(long seed) {
      this.random = new SplittableRandom(seed);
      this.coarse = chance(4);
    }

    private boolean chance(int of) {
      return random.nextInt(of) == 0;
    }

    private int pick(int... from) {
      return from[random.nextInt(from.length)];
    }

    private <T> T pick(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }

    private Tensor numbers(Shape shape, double scale) {
      float[] x = new float[shape.size()];
      for (int i = 0; i < x.length; i++) {
        x[i] = coarse ? random.nextInt(-8, 9) / 4f : (float) (random.nextGaussian() * scale);
      }
      return Tensor.of(shape, x);
    }

    private Value input(Shape shape) {
      String name = "x" + inputs.size();
      inputs.put(name, numbers(shape, 1));
      return b.emit(new Input(name, new TensorType(ElementType.FLOAT32, shape)));
    }

    private Value weight(int fan, int... dims) {
      return b.constant(numbers(Shape.of(dims), 1 / Math.sqrt(fan)));
    }

    Graph graph() {
      Shape image = image();
      values.add(input(image));
      if (chance(3)) {
        values.add(input(chance(2) ? image : broadcasting(image)));
      }
      int lines = random.nextInt(2, 11);
      for (int i = 0; i < lines; i++) {
        attempt(this::line).ifPresent(values::add);
      }
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("y0", values.getLast());
      while (chance(3)) {
        outputs.put("y" + outputs.size(), pick(values));
      }
      Graph g = new Expand().apply(b.finish(outputs));
      return chance(2) ? g : differentiated(g);
    }

    private Shape image() {
      while (true) {
        Shape s =
            Shape.of(
                pick(1, 1, 2, 3), pick(CHANNELS), random.nextInt(1, 14), random.nextInt(1, 14));
        if (s.size() <= MAX_ELEMENTS) {
          return s;
        }
      }
    }

    /** A shape that is repeated to make another. */
    private Shape broadcasting(Shape like) {
      List<Integer> dims = new ArrayList<>();
      for (int d : like.dims()) {
        dims.add(chance(2) ? 1 : d);
      }
      int dropped = chance(3) ? random.nextInt(dims.size() + 1) : 0;
      return new Shape(dims.subList(dropped, dims.size()));
    }

    /** A line, unless its operands do not fit each other or it is too much work. */
    private Optional<Value> attempt(Supplier<Value> line) {
      int before = b.size();
      try {
        Value v = line.get();
        for (int i = before; i < b.size(); i++) {
          refuseLarge(new Value(i));
        }
        return Optional.of(v);
      } catch (IllegalArgumentException | ArithmeticException e) {
        return Optional.empty();
      }
    }

    private void refuseLarge(Value v) {
      Op op = b.node(v).op();
      long work =
          op instanceof Primitive p
              ? work(p.cost(b.node(v).operands().stream().map(b::type).toList()))
              : 0;
      if (b.shape(v).size() > MAX_ELEMENTS || work > MAX_WORK) {
        throw new IllegalArgumentException("a random graph wants little work, got " + b.node(v));
      }
    }

    private static long work(Cost c) {
      return c.multiplyAdds() + c.elementary();
    }

    private Value line() {
      Value x = chance(2) ? values.getLast() : pick(values);
      Shape s = b.shape(x);
      if (s.rank() != 4) {
        return s.rank() >= 1 && chance(3) ? rows(x, s) : elementwise(x, s);
      }
      return switch (random.nextInt(16)) {
        case 0, 1, 2 -> after(convolution(x, s));
        case 3 -> after(transposed(x, s));
        case 4 -> pool(x, s);
        case 5 -> b.add(x, pick(values));
        case 6 -> joined(x, s);
        case 7 -> moved(x, s);
        case 8 -> reduced(x, s);
        case 9 -> normalized(x, s);
        case 10 -> head(x, s);
        case 11 -> excited(x, s);
        default -> elementwise(x, s);
      };
    }

    /** What follows a convolution in networks. */
    private Value after(Value y) {
      int channels = b.shape(y).dim(1);
      if (chance(3)) {
        y = b.mul(y, weight(1, 1, channels, 1, 1));
      }
      if (!chance(3)) {
        y = b.add(y, weight(1, 1, channels, 1, 1));
      }
      return chance(2) ? activation(y) : y;
    }

    private Value activation(Value x) {
      return switch (random.nextInt(10)) {
        case 0 -> b.emit(new Clip(0, 6), x);
        case 1 -> b.emit(new LeakyRelu(0.125), x);
        case 2 -> b.emit(new HardSwish(), x);
        case 3 -> b.emit(new Swish(1), x);
        case 4 -> b.emit(new Gelu(false), x);
        case 5 -> b.tanh(x);
        default -> b.relu(x);
      };
    }

    private Window window(int height, int width) {
      int h = pick(1, 1, 2, 3, 3, 3, 4, 5);
      int w = chance(3) ? pick(1, 2, 3, 5) : h;
      int strideY = pick(1, 1, 1, 2, 2, 3);
      int strideX = chance(3) ? pick(1, 2, 3) : strideY;
      int dilation = pick(1, 1, 1, 1, 2);
      int pad = pick(0, 0, 1, 2);
      boolean same = !chance(3);
      Window x =
          new Window(
              h,
              w,
              strideY,
              strideX,
              same ? Math.min(pad, h / 2) : pick(0, 1, 2, 4),
              same ? Math.min(pad, w / 2) : pick(0, 1, 2, 4),
              same ? Math.min(pad, h / 2) : pick(-1, 0, 1, 2),
              same ? Math.min(pad, w / 2) : pick(-1, 0, 1, 2),
              dilation,
              chance(4) ? pick(1, 2) : dilation);
      return x.outputHeight(height) > 0 && x.outputWidth(width) > 0
          ? x
          : new Window(1, 1, strideY, strideX, 0, 0, 0, 0, 1, 1);
    }

    private Value convolution(Value x, Shape s) {
      Window w = window(s.dim(2), s.dim(3));
      int channels = s.dim(1);
      int groups = groups(channels);
      int outputs = groups == channels && !chance(4) ? groups : groups * outputs(groups);
      Value weight =
          weight(w.area() * channels / groups, outputs, channels / groups, w.height(), w.width());
      return b.emit(new Conv(w, groups), x, weight);
    }

    private int groups(int channels) {
      return switch (random.nextInt(5)) {
        case 0 -> channels;
        case 1 -> pick(IntStream.rangeClosed(1, channels).filter(g -> channels % g == 0).toArray());
        default -> 1;
      };
    }

    private int outputs(int groups) {
      return groups == 1 ? pick(CHANNELS) : pick(1, 2, 3, 4, 8);
    }

    private Value transposed(Value x, Shape s) {
      Window w = window(s.dim(2), s.dim(3));
      int channels = s.dim(1);
      int groups = groups(channels);
      int outputs = groups == channels ? 1 : outputs(groups);
      Value weight = weight(w.area() * channels / groups, channels, outputs, w.height(), w.width());
      Op op =
          new ConvTranspose(w, groups, random.nextInt(w.strideY()), random.nextInt(w.strideX()));
      return b.emit(op, x, weight);
    }

    private Value pool(Value x, Shape s) {
      Window w = window(s.dim(2), s.dim(3));
      return switch (random.nextInt(3)) {
        case 0 -> b.scale(b.emit(new SumPool(w), x), 1.0 / w.area());
        // A window that sees nothing but padding gives minus infinity.
        default -> b.max(b.emit(new MaxPool(w), x), b.scalar(-8, x));
      };
    }

    private Value joined(Value x, Shape s) {
      int axis = pick(1, 1, 1, 2, 3, 0);
      List<Value> parts = new ArrayList<>(List.of(x));
      while (parts.size() < 2 || chance(3)) {
        Shape other = s.with(axis, axis == 0 ? 1 : pick(1, 2, 3, 8, 16, 17));
        parts.add(
            fitting(s, axis)
                .filter(v -> !chance(3))
                .orElseGet(() -> b.constant(numbers(other, 1))));
      }
      if (chance(2)) {
        Collections.reverse(parts);
      }
      return b.concat(axis, parts);
    }

    private Optional<Value> fitting(Shape s, int axis) {
      List<Value> fit =
          values.stream()
              .filter(v -> b.shape(v).rank() == 4 && b.shape(v).with(axis, s.dim(axis)).equals(s))
              .toList();
      return fit.isEmpty() ? Optional.empty() : Optional.of(pick(fit));
    }

    private Value moved(Value x, Shape s) {
      int axis = random.nextInt(4);
      int extent = s.dim(axis);
      return switch (random.nextInt(7)) {
        case 0 -> {
          int start = random.nextInt(extent);
          yield b.slice(x, axis, start, random.nextInt(start + 1, extent + 1), pick(1, 1, 2, 3));
        }
        case 1 -> b.slice(x, axis, extent - 1, -1, -pick(1, 2));
        case 2 ->
            b.emit(
                new Pad(
                    List.of(0, pick(0, 0, 1, 8), pick(0, 1, 2), pick(0, 1)),
                    List.of(0, pick(0, 0, 3, 8), pick(0, 1), pick(0, 1, 2)),
                    pick(0, 0, 1)),
                x);
        case 3 -> b.transpose(x, permutation());
        case 4 -> {
          int groups =
              pick(IntStream.rangeClosed(1, s.dim(1)).filter(g -> s.dim(1) % g == 0).toArray());
          Value split = b.reshape(x, s.dim(0), groups, s.dim(1) / groups, s.dim(2), s.dim(3));
          yield b.reshape(
              b.transpose(split, 0, 2, 1, 3, 4), s.dim(0), s.dim(1), s.dim(2), s.dim(3));
        }
        case 5 -> {
          long[] indices = random.longs(pick(1, 2, 5), 0, extent).toArray();
          yield b.gather(x, b.constant(Tensor.of(Shape.of(indices.length), indices)), axis);
        }
        default -> resized(x, s, pick(2, 3));
      };
    }

    private Value resized(Value x, Shape s, int axis) {
      Sampling.Coordinates coordinates =
          pick(
              List.of(
                  Sampling.Coordinates.HALF_PIXEL,
                  Sampling.Coordinates.ALIGN_CORNERS,
                  Sampling.Coordinates.ASYMMETRIC));
      Sampling sampling = Sampling.of(coordinates, s.dim(axis), pick(1, 2, 5, 9));
      Resample.Kernel kernel = pick(List.of(Resample.Kernel.values()));
      Resample.Edge edge = pick(List.of(Resample.Edge.values()));
      return b.emit(new Resample(axis, sampling, kernel, -0.75, chance(2), edge), x);
    }

    private Integer[] permutation() {
      List<Integer> axes = new ArrayList<>(List.of(0, 1, 2, 3));
      Collections.shuffle(axes, java.util.Random.from(random));
      return axes.toArray(Integer[]::new);
    }

    private Value reduced(Value x, Shape s) {
      int[] axes = IntStream.range(0, s.rank()).filter(i -> chance(2)).toArray();
      if (chance(3) || axes.length == 0) {
        axes = new int[] {s.rank() - 2 < 0 ? 0 : s.rank() - 2, s.rank() - 1};
      }
      List<Integer> all = IntStream.of(axes).distinct().boxed().toList();
      Value y =
          switch (random.nextInt(6)) {
            case 0 -> b.emit(new ReduceMax(all), x);
            case 1 -> b.emit(new ReduceProduct(all), b.shift(b.scale(b.tanh(x), 0.0625), 1));
            case 2, 3 -> b.emit(new ReduceMean(all), x);
            default -> b.emit(new ReduceSum(all), x);
          };
      return chance(3) ? b.squeeze(y, axes) : y;
    }

    private Value normalized(Value x, Shape s) {
      int axis = random.nextInt(s.rank());
      return switch (random.nextInt(6)) {
        case 0 -> b.emit(new Softmax(axis), x);
        case 1 -> b.emit(new LogSoftmax(axis), x);
        case 2 -> b.emit(new Standardize(List.of(axis), 0.5), x);
        case 3 -> b.emit(new LocalResponseNorm(pick(3, 5), 0.25, 0.75, 1), x);
        case 4 -> b.emit(new RootMeanSquareNorm(List.of(s.rank() - 1), 0.25), x);
        default -> b.div(x, b.shift(b.sum(b.square(x), axis), 0.5));
      };
    }

    /** A dense layer, or a matrix product within the image. */
    private Value head(Value x, Shape s) {
      return switch (random.nextInt(4)) {
        case 0 -> b.matMul(x, weight(s.dim(3), s.dim(3), pick(1, 3, 8, 17, 33)));
        case 1 -> b.matMul(x, b.transposeMatrix(pick(matrices())));
        default -> {
          Value pooled = chance(2) ? x : b.mean(x, 2, 3);
          Value row = b.reshape(pooled, s.dim(0), -1);
          yield rows(row, b.shape(row));
        }
      };
    }

    private List<Value> matrices() {
      return values.stream().filter(v -> b.shape(v).rank() >= 2).toList();
    }

    private Value rows(Value x, Shape s) {
      int last = s.rank() - 1;
      return switch (random.nextInt(5)) {
        case 0 -> b.emit(new Softmax(random.nextInt(s.rank())), x);
        case 1 -> reduced(x, s);
        case 2 -> b.slice(x, last, 0, random.nextInt(1, s.dim(last) + 1), 1);
        default -> {
          int outputs = pick(1, 2, 5, 10, 16, 17, 31, 40);
          Value y = b.matMul(x, weight(s.dim(last), s.dim(last), outputs));
          y = chance(3) ? y : b.add(y, weight(1, outputs));
          yield chance(2) ? activation(y) : y;
        }
      };
    }

    /** Squeeze and excitation: channels weighted by what is in all of the image. */
    private Value excited(Value x, Shape s) {
      int inner = pick(1, 2, 4, 8);
      Value mean = b.mean(x, 2, 3);
      Window one = Window.of(1, 1, 1);
      Value y = b.emit(new Conv(one, 1), mean, weight(s.dim(1), inner, s.dim(1), 1, 1));
      y = b.emit(new Conv(one, 1), activation(y), weight(inner, s.dim(1), inner, 1, 1));
      return b.mul(x, b.sigmoid(y));
    }

    private Value elementwise(Value x, Shape s) {
      Value other =
          switch (random.nextInt(3)) {
            case 0 -> pick(values);
            case 1 -> b.constant(numbers(s.rank() == 0 ? s : broadcasting(s), 1));
            default -> b.scalar(pick(-2, -1, 1, 3) / 4.0, x);
          };
      return switch (random.nextInt(24)) {
        case 0 -> b.abs(x);
        case 1 -> b.neg(x);
        case 2 -> b.exp(b.tanh(x));
        case 3 -> b.log(b.shift(b.abs(x), 0.25));
        case 4 -> b.sqrt(b.shift(b.square(x), 0.25));
        case 5 -> b.sigmoid(x);
        case 6 -> b.emit(new Softplus(), x);
        case 7 -> b.emit(new Erf(), x);
        case 8 -> b.emit(pick(List.of(new Floor(), new Ceil(), new Round(), new Sign())), x);
        case 9 -> b.emit(pick(List.of(new Sin(), new Cos(), new Atan(), new Asinh())), x);
        case 10 -> b.emit(new Clip(-0.5, pick(1, 2)), x);
        case 11 -> b.add(x, other);
        case 12 -> b.sub(other, x);
        case 13 -> b.mul(x, other);
        case 14 -> b.div(x, b.shift(b.abs(other), 0.5));
        case 15 -> b.max(x, other);
        case 16 -> b.min(other, x);
        case 17 -> b.where(b.greater(x, other), x, b.scale(other, 0.5));
        case 18 -> b.gate(other, x);
        case 19 -> b.cast(b.greater(other, x), ElementType.FLOAT32);
        case 20 -> b.emit(new Pow(), b.shift(b.abs(x), 0.5), b.scalar(pick(-1, 2, 3) / 2.0, x));
        case 21 -> b.emit(new Elu(1), x);
        default -> activation(x);
      };
    }

    /** With the derivative of one output, or of what guided backpropagation makes of it. */
    private Graph differentiated(Graph g) {
      Builder d = Builder.continuing(g);
      Value y = g.outputs().firstEntry().getValue();
      Value seed = chance(2) ? d.constant(numbers(d.shape(y), 1)) : d.expandAs(d.scalar(1, y), y);
      List<Value> by = new ArrayList<>();
      for (int i = 0; i < g.nodes().size(); i++) {
        if (g.nodes().get(i).op() instanceof Input) {
          by.add(new Value(i));
        }
      }
      if (g.outputs().size() > 1) {
        by.add(g.outputs().lastEntry().getValue());
      }
      Gradient gradient =
          chance(4)
              ? Gradient.with(
                  Map.of(
                      Relu.class, (e, at, operand) -> e.gate(at.result(), e.relu(at.cotangent()))))
              : Gradient.exact();
      SequencedMap<String, Value> outputs = new LinkedHashMap<>(g.outputs());
      gradient
          .of(d, y, seed, by)
          .forEach((value, cotangent) -> outputs.put("d" + value.index(), cotangent));
      return new Expand().apply(d.finish(outputs));
    }
  }
}
