package whyc.assign;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.measure.Fidelity;

/**
 * A network, the circuits that its layers may have, what these cost, and the images that tell what
 * they spoil. Measuring is deterministic, so nothing is measured twice.
 */
public final class Problem {
  private final Network network;
  private final List<Circuit> circuits;
  private final Energies energies;
  private final DataSet data;
  private final Fidelity fidelity;
  private final EvaluationLog log;
  private final Answers exact;

  private Problem(
      Network network,
      List<Circuit> circuits,
      Energies energies,
      DataSet data,
      Fidelity fidelity,
      EvaluationLog log) {
    this.network = network;
    this.circuits = circuits;
    this.energies = energies;
    this.data = data;
    this.fidelity = fidelity;
    this.log = log;
    this.exact = answers(Assignment.uniform(network.layers().size(), 0), data);
  }

  /**
   * A problem.
   *
   * @param circuits approximate ones, and the exact one, which is put first
   * @param data images that are measured on
   */
  public static Problem of(
      Network network,
      whyc.accelerator.MultiPod machine,
      List<Circuit> circuits,
      DataSet data,
      Fidelity fidelity,
      EvaluationLog log) {
    Circuit exact =
        circuits.stream()
            .filter(Circuit::isExact)
            .findFirst()
            .orElseGet(() -> Circuit.of(machine.exact()));
    List<Circuit> all =
        Stream.concat(Stream.of(exact), circuits.stream().filter(c -> !c.isExact())).toList();
    return new Problem(network, all, Energies.of(machine, network, all), data, fidelity, log);
  }

  public Network network() {
    return network;
  }

  /** The exact one first. */
  public List<Circuit> circuits() {
    return circuits;
  }

  public Energies energies() {
    return energies;
  }

  /** How many layers are assigned. */
  public int layers() {
    return network.layers().size();
  }

  /** How many images are measured on. */
  public int images() {
    return data.size();
  }

  List<Integer> labels() {
    return data.labels();
  }

  Answers exactAnswers() {
    return exact;
  }

  /** The positions of the circuits by the mean size of their errors, the exact one first. */
  List<Integer> byError() {
    return IntStream.range(0, circuits.size())
        .boxed()
        .sorted(Comparator.comparingDouble(c -> circuits.get(c).meanAbsoluteError()))
        .toList();
  }

  public List<Circuit> circuits(Assignment a) {
    return a.choices().stream().map(circuits::get).toList();
  }

  private Answers answers(Assignment a, DataSet some) {
    return network.answers(circuits(a), some);
  }

  /** An assignment, measured on all images. */
  public Evaluation measure(Assignment a) {
    return measure(a, data.size());
  }

  /** An assignment, measured on the first images. */
  Evaluation measure(Assignment a, int images) {
    Measured known = log.find(a, images).orElseGet(() -> emulate(a, images));
    return new Evaluation(a, energies.picojoules(a), known);
  }

  private Measured emulate(Assignment a, int images) {
    long start = System.nanoTime();
    Answers now = answers(a, data.part(0, images));
    Measured m =
        now.against(
            exact.first(images),
            data.labels().subList(0, images),
            fidelity,
            (System.nanoTime() - start) * 1e-9);
    log.add(a, m);
    return m;
  }

  /** The network with an assignment's circuits. */
  public whyc.pass.quantize.Quantized apply(Assignment a) {
    return network.with(circuits(a));
  }

  /** All exact, as it was measured. */
  public Evaluation reference() {
    return measure(Assignment.uniform(layers(), 0));
  }
}
