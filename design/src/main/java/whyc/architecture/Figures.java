package whyc.architecture;

/**
 * What a candidate is worth.
 *
 * @param accuracy share of images in the right class, in bytes with its circuits
 * @param exactAccuracy the same of the network in bytes with exact products and all channels
 * @param energyPicojoules of an image's prediction on the accelerator
 * @param latencyMilliseconds of an image's prediction
 * @param faithfulness of its heat maps, -1 to 1: see {@link whyc.assign.Network#faithfulness}; 0
 *     where it was not asked for
 * @param memoryBytes of weights, and of the largest layer's input and output
 * @param images that accuracies were measured on
 */
public record Figures(
    double accuracy,
    double exactAccuracy,
    double energyPicojoules,
    double latencyMilliseconds,
    double faithfulness,
    double memoryBytes,
    int images) {}
