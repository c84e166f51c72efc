package whyc.assign;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.assign.EvaluationLog.Part;
import whyc.measure.Fidelity;
import whyc.tensor.Tensor;

/**
 * A network, the circuits that its layers may have, what these cost, and the images that tell what
 * they spoil: some by which a search chooses, others for the report of what it chose. Measuring is
 * deterministic, so nothing is measured twice.
 */
public final class Problem {
  private final Network network;
  private final List<Circuit> circuits;
  private final Energies energies;
  private final Images selection;
  private final Images heldOut;
  private final Fidelity fidelity;
  private final EvaluationLog log;

  /** Images, and what the exact network says of them. */
  private record Images(Part part, DataSet data, Answers exact) {}

  private Problem(
      Network network,
      List<Circuit> circuits,
      Energies energies,
      DataSplit data,
      Fidelity fidelity,
      EvaluationLog log) {
    this.network = network;
    this.circuits = circuits;
    this.energies = energies;
    this.fidelity = fidelity;
    this.log = log;
    this.selection = images(Part.SELECTION, data.selection());
    this.heldOut = images(Part.HELD_OUT, data.heldOut());
  }

  private Images images(Part part, DataSet data) {
    return new Images(part, data, answers(exact(), Passes.BOTH, data));
  }

  /**
   * A problem.
   *
   * @param circuits approximate ones, and the exact one, which is put first
   * @param skips shares of channels that layers may leave out as well, whatever their circuit
   */
  public static Problem of(
      Network network,
      whyc.accelerator.MultiPod machine,
      List<Circuit> circuits,
      List<Double> skips,
      DataSplit data,
      Fidelity fidelity,
      EvaluationLog log) {
    Circuit exact =
        circuits.stream()
            .filter(Circuit::isExact)
            .findFirst()
            .orElseGet(() -> Circuit.of(machine.exact()));
    List<Circuit> all =
        Stream.concat(Stream.of(exact), circuits.stream().filter(c -> !c.isExact())).toList();
    List<Circuit> skipping =
        Stream.concat(
                all.stream(), skips.stream().flatMap(s -> all.stream().map(c -> c.skipping(s))))
            .toList();
    Energies energies = Energies.of(machine, network, skipping);
    return new Problem(network, skipping, energies, data, fidelity, log);
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

  /** How many images a search measures on. */
  public int images() {
    return selection.data.size();
  }

  /** How many images no search has seen. */
  public int heldOutImages() {
    return heldOut.data.size();
  }

  List<Integer> labels() {
    return selection.data.labels();
  }

  Answers exactAnswers() {
    return selection.exact;
  }

  /** The positions of the circuits that skip nothing, from the least errors on. */
  List<Integer> byError() {
    return IntStream.range(0, circuits.size())
        .boxed()
        .filter(c -> circuits.get(c).skipped() == 0)
        .sorted(Comparator.comparingDouble(c -> circuits.get(c).meanAbsoluteError()))
        .toList();
  }

  /** The shares of channels that can be skipped, from the least on; without 0. */
  List<Double> skips() {
    return circuits.stream().map(Circuit::skipped).filter(s -> s > 0).distinct().sorted().toList();
  }

  /** The position of the circuit that multiplies like another and skips some share. */
  int like(int circuit, double skipped) {
    return IntStream.range(0, circuits.size())
        .filter(c ->
            circuits.get(c).product().equals(circuits.get(circuit).product())
                && circuits.get(c).skipped() == skipped)
        .findFirst()
        .orElseThrow();
  }

  public List<Circuit> circuits(Assignment a) {
    return a.choices().stream().map(circuits::get).toList();
  }

  private Answers answers(Assignment a, Passes passes, DataSet some) {
    return network.answers(circuits(a), passes, some);
  }

  /** An assignment, measured on the images that a search chooses by. */
  public Evaluation measure(Assignment a) {
    return evaluation(a, selection);
  }

  /** An assignment in some passes, measured on the first images that a search chooses by. */
  Measured measure(Assignment a, Passes passes, int images) {
    return measured(a, passes, selection, images);
  }

  /** An assignment on the images that no search has seen. */
  public Evaluation report(Assignment a) {
    return evaluation(a, heldOut);
  }

  private Evaluation evaluation(Assignment a, Images on) {
    return new Evaluation(a, energies.picojoules(a), measured(a, Passes.BOTH, on, on.data.size()));
  }

  private Measured measured(Assignment a, Passes passes, Images on, int images) {
    return log.find(a, passes, on.part, images).orElseGet(() -> emulate(a, passes, on, images));
  }

  private Measured emulate(Assignment a, Passes passes, Images on, int images) {
    long start = System.nanoTime();
    Answers now = answers(a, passes, on.data.part(0, images));
    Measured m =
        now.against(
            on.exact.first(images),
            on.data.labels().subList(0, images),
            fidelity,
            (System.nanoTime() - start) * 1e-9);
    log.add(a, passes, on.part, m);
    return m;
  }

  /** Heat maps of an assignment on the first of the images that no search has seen. */
  public List<Tensor> maps(Assignment a, int images) {
    return answers(a, Passes.BOTH, heldOut.data.part(0, Math.min(images, heldOutImages()))).maps();
  }

  /** The network with an assignment's circuits. */
  public whyc.pass.quantize.Quantized apply(Assignment a) {
    return network.with(circuits(a));
  }

  /** All exact, on the images that a search chooses by. */
  public Evaluation reference() {
    return measure(exact());
  }

  /** No circuit but the exact one. */
  public Assignment exact() {
    return Assignment.uniform(layers(), 0);
  }
}
