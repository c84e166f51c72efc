package whyc.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.ensemble.AveragingCombiner;
import org.tribuo.regression.rtree.CARTRegressionTrainer;
import org.tribuo.regression.rtree.impurity.MeanSquaredError;

/**
 * A number predicted from others, after examples: a forest of regression trees (Breiman 2001), and
 * how far it is off on average where an example was left out.
 */
final class Surrogate {
  /** Fewer say nothing. */
  static final int LEAST = 6;

  private static final int TREES = 60;
  private static final int DEPTH = 6;
  private static final float FEATURES = 0.6f;
  private static final String OUTPUT = "y";

  /** It would tell of each tree. It is held here, as one that nobody holds forgets its level. */
  private static final Logger QUIET = Logger.getLogger("org.tribuo");

  static {
    QUIET.setLevel(Level.WARNING);
  }

  private final Model<Regressor> forest;
  private final double error;

  private Surrogate(Model<Regressor> forest, double error) {
    this.forest = forest;
    this.error = error;
  }

  /**
   * Learns.
   *
   * @param inputs of the examples, all of one length
   * @return nothing where there are too few
   */
  static Optional<Surrogate> of(List<double[]> inputs, double[] outputs, long seed) {
    if (inputs.size() < LEAST) {
      return Optional.empty();
    }
    return Optional.of(new Surrogate(forest(inputs, outputs, seed), left(inputs, outputs, seed)));
  }

  private static Model<Regressor> forest(List<double[]> inputs, double[] outputs, long seed) {
    RegressionFactory factory = new RegressionFactory();
    MutableDataset<Regressor> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("search", factory), factory);
    for (int i = 0; i < outputs.length; i++) {
      data.add(example(inputs.get(i), outputs[i]));
    }
    CARTRegressionTrainer tree =
        new CARTRegressionTrainer(DEPTH, 2, 0, FEATURES, false, new MeanSquaredError(), seed);
    return new RandomForestTrainer<>(tree, new AveragingCombiner(), TREES, seed).train(data);
  }

  private static ArrayExample<Regressor> example(double[] input, double output) {
    String[] names = new String[input.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = "x" + i;
    }
    return new ArrayExample<>(new Regressor(OUTPUT, output), names, input.clone());
  }

  /** Mean distance from the truth on examples that a forest did not see, by turns of a third. */
  private static double left(List<double[]> inputs, double[] outputs, long seed) {
    int turns = 3;
    double sum = 0;
    for (int turn = 0; turn < turns; turn++) {
      List<double[]> seen = new ArrayList<>();
      List<Double> known = new ArrayList<>();
      for (int i = 0; i < outputs.length; i++) {
        if (i % turns != turn) {
          seen.add(inputs.get(i));
          known.add(outputs[i]);
        }
      }
      double[] values = known.stream().mapToDouble(v -> v).toArray();
      Model<Regressor> part = forest(seen, values, seed);
      for (int i = turn; i < outputs.length; i += turns) {
        sum += Math.abs(predict(part, inputs.get(i)) - outputs[i]);
      }
    }
    return sum / outputs.length;
  }

  private static double predict(Model<Regressor> forest, double[] input) {
    return forest.predict(example(input, 0)).getOutput().getValues()[0];
  }

  double predict(double[] input) {
    return predict(forest, input);
  }

  /** Mean distance from the truth on what it did not see. */
  double error() {
    return error;
  }
}
