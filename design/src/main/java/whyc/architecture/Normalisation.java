package whyc.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a network reads for a byte: {@code (u8 / 255 - mean) / deviation}.
 *
 * @param mean of each channel over the training pictures, 0 to 1
 * @param deviation of each channel, above 0
 */
public record Normalisation(List<Double> mean, List<Double> deviation) {
  /** Below this a channel is a constant, and dividing by it would make noise of rounding. */
  private static final double LEAST = 1e-3;

  public Normalisation {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }

  /** Of the pixels of some pictures. */
  static Normalisation of(Pictures pictures) {
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < pictures.channels(); c++) {
      double sum = 0;
      double squares = 0;
      int count = 0;
      for (int i = c; i < pictures.pixels().length; i += pictures.channels()) {
        double v = Byte.toUnsignedInt(pictures.pixels()[i]) / 255.0;
        sum += v;
        squares += v * v;
        count++;
      }
      double mean = sum / count;
      means.add(rounded(mean));
      deviations.add(rounded(Math.max(LEAST, Math.sqrt(squares / count - mean * mean))));
    }
    return new Normalisation(means, deviations);
  }

  /** Four digits: they stand in files, where others read them. */
  private static double rounded(double x) {
    return Math.round(x * 1e4) / 1e4;
  }

  float of(byte value, int channel) {
    return (float)
        ((Byte.toUnsignedInt(value) / 255.0 - mean.get(channel)) / deviation.get(channel));
  }

  /** For each channel the prepared number of every byte. */
  float[][] table() {
    float[][] table = new float[mean.size()][256];
    for (int c = 0; c < table.length; c++) {
      for (int u8 = 0; u8 < 256; u8++) {
        table[c][u8] = of((byte) u8, c);
      }
    }
    return table;
  }

  /** What a black picture becomes. */
  List<Double> black() {
    List<Double> black = new ArrayList<>();
    for (int c = 0; c < mean.size(); c++) {
      black.add(-mean.get(c) / deviation.get(c));
    }
    return black;
  }

  static String joined(List<Double> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
