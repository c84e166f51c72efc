package whyc.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.accelerator.ManyCore;

/**
 * How a layer is cut into pieces: a rectangle of the output by a range of its channels by a range
 * of its groups. Pieces of the same channels follow each other, so that weights are read once.
 *
 * @param height and {@code width} of a piece's part of the output
 */
record Mapping(int groups, int outputs, int height, int width) {

  /** The pieces of a layer, all of it, each value once. */
  List<Piece> pieces(Loops l) {
    List<Piece> pieces = new ArrayList<>();
    for (Piece.Range g : cut(l.groups(), groups)) {
      for (Piece.Range o : cut(l.outputChannels(), outputs)) {
        for (Piece.Range rows : cut(l.output().height(), height)) {
          for (Piece.Range columns : cut(l.output().width(), width)) {
            pieces.add(new Piece(g, o, rows, columns));
          }
        }
      }
    }
    return pieces;
  }

  private static List<Piece.Range> cut(int extent, int size) {
    return IntStream.iterate(0, from -> from < extent, from -> from + size)
        .mapToObj(from -> new Piece.Range(from, Math.min(extent, from + size)))
        .toList();
  }

  /**
   * The cut that is estimated to take the least time.
   *
   * <pre>{@code
   * cycles = max(work / cores + wait, inputs / memory)
   *     work: products that are not zero, over what the lanes do in a cycle
   *     wait: what cores lose at the end, a part of a piece
   * }</pre>
   *
   * Weights come in once, whatever the cut.
   *
   * @param density share of the input's values that are not zero, 0 to 1
   */
  static Mapping best(ManyCore machine, ZeroFreeCore core, Loops l, double density) {
    Estimate estimate = new Estimate(machine, core, l, core.skipsZeros() ? density : 1);
    return candidates(core, l)
        .filter(m -> core.sumBytes(m.first(l)) * 2 <= machine.core().sums().bytes())
        .min(Comparator.comparingDouble(estimate::cycles))
        .orElseGet(() -> new Mapping(1, Math.min(core.multipliers(), l.outputChannels()), 1, 1));
  }

  private Piece first(Loops l) {
    return new Piece(
        new Piece.Range(0, Math.min(groups, l.groups())),
        new Piece.Range(0, Math.min(outputs, l.outputChannels())),
        new Piece.Range(0, Math.min(height, l.output().height())),
        new Piece.Range(0, Math.min(width, l.output().width())));
  }

  private static Stream<Mapping> candidates(ZeroFreeCore core, Loops l) {
    List<Mapping> all = new ArrayList<>();
    for (int g : halves(l.groups(), 1)) {
      for (int o : halves(l.outputChannels(), core.multipliers())) {
        for (int h : halves(l.output().height(), 1)) {
          for (int w : halves(l.output().width(), Math.min(core.tileSide(), l.output().width()))) {
            all.add(new Mapping(g, o, h, w));
          }
        }
      }
    }
    return all.stream();
  }

  /** An extent, its half, and so on, no less than the least that is worth it. */
  private static List<Integer> halves(int extent, int least) {
    List<Integer> sizes = new ArrayList<>(List.of(extent));
    for (int n = 2; Math.ceilDiv(extent, n) >= least && n <= extent && n <= 1024; n *= 2) {
      sizes.add(Math.ceilDiv(extent, n));
    }
    return sizes;
  }

  private record Estimate(ManyCore machine, ZeroFreeCore core, Loops l, double density) {
    double cycles(Mapping m) {
      double parts =
          Math.ceilDiv(l.output().height(), m.height)
              * (double) Math.ceilDiv(l.output().width(), m.width);
      double ranges = Math.ceilDiv(l.outputChannels(), m.outputs);
      double pieces = parts * ranges * Math.ceilDiv(l.groups(), m.groups);
      ZeroFreeCore.Shares s = core.shares(Math.min(m.outputs, l.outputChannels()));
      double taps =
          density
              * l.multiplyAdds()
              / l.outputChannels()
              / (parts * Math.ceilDiv(l.groups(), m.groups));
      double places = core.tileSide() * (double) core.tileSide();
      double tiles =
          l.inputs()
              * halo(m)
              / (parts * Math.ceilDiv(l.groups(), m.groups))
              / places
              * (1 - Math.pow(1 - density, places));
      // A tile takes a cycle at least, whatever it holds.
      double piece = (taps * s.passes() + 0.5 * tiles) / s.decoders();
      // Parts of the image differ in zeros, ranges of channels do not.
      double whole =
          parts == 1
              ? piece * Math.ceil(pieces / machine.cores())
              : piece * (pieces / machine.cores() + 2);
      double inputs = density * l.inputs() * core.valueBits() / 8 * ranges * halo(m);
      double inside = inputs / machine.onChipBytesPerCycle();
      double drained = core.drainCycles(m.first(l)) * Math.ceil(pieces / machine.cores());
      // What bounds the time decides; of what does not, less is better all the same.
      double most = Math.max(Math.max(whole, drained), inside);
      return most + 0.1 * whole + 0.3 * inside + 0.02 * drained;
    }

    /** How often an input is read, because windows overlap and tiles are read whole. */
    private double halo(Mapping m) {
      return halo(m.height, l.rows()) * halo(m.width, l.columns());
    }

    private double halo(int outputs, Loops.Axis axis) {
      double reach = axis.dilation() * (axis.taps() - 1.0);
      double used = axis.scatters() ? outputs / (double) axis.stride() : outputs * axis.stride();
      double more = axis.scatters() ? reach / axis.stride() : reach;
      int side = core.tileSide();
      double tiles = Math.ceil(used / side) + (more > 0 ? 2 : 0);
      double read = Math.min(axis.inputs(), tiles * side);
      return Math.max(1, read / Math.min(used, axis.inputs()));
    }
  }
}
