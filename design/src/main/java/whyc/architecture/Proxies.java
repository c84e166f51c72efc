package whyc.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What can be guessed of a network before any training, from one batch at its first weights
 * (Abdelfattah et al. 2021, section 3.2; the last from Mellor et al. 2021, version 1). More is
 * better for each.
 *
 * <pre>{@code
 * grad_norm   sum over tensors of |dL/dw|
 * snip        sum of |w dL/dw|
 * grasp       sum of -w (H dL/dw)        H g by a difference of two slopes
 * fisher      sum over channels and images of (sum over places of a dL/da)^2 / 2
 * synflow     sum of w dR/dw,            R: sum of the scores of an image of ones with weights |w|
 * jacob_cov   -sum of log(v + k) + 1/(v + k), v: eigenvalues of the correlation of dR/dx of images
 * }</pre>
 */
public final class Proxies {
  /** Images of the batch, at most. */
  static final int IMAGES = 32;

  /** Length of the step of grasp's difference, by the length of the gradient. */
  private static final double STEP = 1e-2;

  /** k of jacob_cov. */
  private static final double SHIFT = 1e-5;

  private final TorchNetwork torch;
  private final Weights weights;
  private final Batches.Batch batch;

  private Proxies(TorchNetwork torch, Weights weights, Batches.Batch batch) {
    this.torch = torch;
    this.weights = weights;
    this.batch = batch;
  }

  /** The names, in the order of the values. */
  public static List<String> names() {
    return List.of("grad_norm", "snip", "grasp", "fisher", "synflow", "jacob_cov");
  }

  /** All of them. Weights stay as they were. */
  static SequencedMap<String, Double> of(TorchNetwork torch, Weights weights, Batches.Batch batch) {
    try {
      return new Proxies(torch, weights, batch).all();
    } finally {
      Torch.record(false);
    }
  }

  private SequencedMap<String, Double> all() {
    List<float[]> slope = torch.slope(weights.copy(), batch).gradients();
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    values.put("grad_norm", gradNorm(slope));
    values.put("snip", snip(slope));
    values.put("grasp", grasp(slope));
    values.put("fisher", fisher());
    values.put("synflow", synflow());
    values.put("jacob_cov", jacobCov());
    return values;
  }

  private static double gradNorm(List<float[]> slope) {
    return slope.stream().mapToDouble(g -> Math.sqrt(squares(g))).sum();
  }

  private static double squares(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return sum;
  }

  private double snip(List<float[]> slope) {
    double sum = 0;
    for (int t = 0; t < slope.size(); t++) {
      float[] g = slope.get(t);
      for (int i = 0; i < g.length; i++) {
        sum += Math.abs(weights.get(t)[i] * g[i]);
      }
    }
    return sum;
  }

  private double grasp(List<float[]> slope) {
    double length = Math.sqrt(slope.stream().mapToDouble(Proxies::squares).sum());
    double step = length > 0 ? STEP / length : 0;
    Weights moved = weights.copy();
    for (int t = 0; t < slope.size(); t++) {
      float[] g = slope.get(t);
      for (int i = 0; i < g.length; i++) {
        moved.get(t)[i] += (float) (step * g[i]);
      }
    }
    List<float[]> ahead = torch.slope(moved, batch).gradients();
    double sum = 0;
    for (int t = 0; t < slope.size(); t++) {
      float[] g = slope.get(t);
      for (int i = 0; i < g.length; i++) {
        sum -= step > 0 ? weights.get(t)[i] * (ahead.get(t)[i] - g[i]) / step : 0;
      }
    }
    return sum;
  }

  /** The gradient of a factor of 1 is the sum over places of activation times gradient. */
  private double fisher() {
    try (NDManager scope = torch.scope()) {
      Torch.record(true);
      int count = batch.targets().length / torch.network().classes();
      List<NDArray> gates = torch.gates(scope, count);
      TorchNetwork.Loaded loaded =
          new TorchNetwork.Loaded(torch.tensors(scope, weights), TorchNetwork.Mode.GATED, gates);
      Torch.backward(torch.entropy(loaded, torch.pictures(scope, batch.x()), batch));
      return gates.stream().mapToDouble(g -> squares(TorchNetwork.gradient(scope, g))).sum() / 2;
    }
  }

  private double synflow() {
    Weights positive = weights.copy();
    positive
        .tensors()
        .forEach(t -> {
          for (int i = 0; i < t.length; i++) {
            t[i] = Math.abs(t[i]);
          }
        });
    try (NDManager scope = torch.scope()) {
      Torch.record(true);
      List<NDArray> tensors = torch.wanting(torch.tensors(scope, positive));
      int side = torch.network().resolution();
      NDArray ones = scope.ones(new Shape(1, torch.network().channels(), side, side));
      TorchNetwork.Loaded loaded =
          new TorchNetwork.Loaded(tensors, TorchNetwork.Mode.TESTING, List.of());
      Torch.backward(torch.logits(loaded, ones).sum());
      List<float[]> slope = torch.gradients(scope, tensors);
      double sum = 0;
      for (int t = 0; t < slope.size(); t++) {
        float[] g = slope.get(t);
        for (int i = 0; i < g.length; i++) {
          sum += (double) positive.get(t)[i] * g[i];
        }
      }
      // Products over all layers: their logarithm orders networks alike, and fits a double.
      return Math.log(Math.max(sum, Double.MIN_NORMAL));
    }
  }

  private double jacobCov() {
    float[] jacobian;
    int count = batch.targets().length / torch.network().classes();
    try (NDManager scope = torch.scope()) {
      Torch.record(true);
      NDArray x = torch.pictures(scope, batch.x()).duplicate();
      x.setRequiresGradient(true);
      TorchNetwork.Loaded loaded =
          new TorchNetwork.Loaded(
              torch.tensors(scope, weights), TorchNetwork.Mode.TRAINING, List.of());
      Torch.backward(torch.logits(loaded, x).sum());
      NDArray gradient = x.getGradient();
      gradient.attach(scope);
      jacobian = new NDList(gradient).singletonOrThrow().toFloatArray();
    }
    return score(correlations(jacobian, count));
  }

  /** Of the rows of a matrix. */
  private static double[][] correlations(float[] matrix, int rows) {
    int columns = matrix.length / rows;
    List<double[]> centred = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      double mean = 0;
      for (int c = 0; c < columns; c++) {
        mean += matrix[r * columns + c] / (double) columns;
      }
      double[] row = new double[columns];
      double squares = 0;
      for (int c = 0; c < columns; c++) {
        row[c] = matrix[r * columns + c] - mean;
        squares += row[c] * row[c];
      }
      double length = Math.sqrt(Math.max(squares, Double.MIN_NORMAL));
      for (int c = 0; c < columns; c++) {
        row[c] /= length;
      }
      centred.add(row);
    }
    double[][] products = new double[rows][rows];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < rows; k++) {
        for (int c = 0; c < columns; c++) {
          products[i][k] += centred.get(i)[c] * centred.get(k)[c];
        }
      }
    }
    return products;
  }

  /**
   * {@code -sum of log(v + k) + 1/(v + k)} over the eigenvalues v of a correlation matrix, without
   * them: by Cholesky's factor L, the first sum is {@code 2 sum of log L[i,i]}, the second the sum
   * of the squares of L's inverse.
   */
  static double score(double[][] correlations) {
    int n = correlations.length;
    double[][] l = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k <= i; k++) {
        double sum = correlations[i][k] + (i == k ? SHIFT : 0);
        for (int j = 0; j < k; j++) {
          sum -= l[i][j] * l[k][j];
        }
        l[i][k] = i == k ? Math.sqrt(Math.max(sum, 1e-12)) : sum / l[k][k];
      }
    }
    double score = 0;
    for (int column = 0; column < n; column++) {
      score -= 2 * Math.log(l[column][column]);
      double[] x = new double[n];
      for (int i = column; i < n; i++) {
        double sum = i == column ? 1 : 0;
        for (int j = column; j < i; j++) {
          sum -= l[i][j] * x[j];
        }
        x[i] = sum / l[i][i];
        score -= x[i] * x[i];
      }
    }
    return score;
  }
}
