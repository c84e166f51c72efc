package whyc.simulate.multipod;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import whyc.accelerator.Dataflow;
import whyc.accelerator.MultiPod;
import whyc.simulate.systolic.Account;
import whyc.simulate.systolic.Convention;
import whyc.simulate.systolic.Lowering;
import whyc.simulate.systolic.Memory;
import whyc.simulate.systolic.SystolicArray;
import whyc.simulate.systolic.Transposed;
import whyc.simulate.systolic.Widths;

/**
 * The same machine with its time and traffic counted: weights come in, inputs stream, results
 * drain, in every pod and every layer.
 *
 * <pre>{@code
 * cycles      of the pod with most folds, pipelined:  (F-1) max(f, r) + 2r + c + f - 2
 * multiplier  n P t + (p m cycles - n) s P T
 * array       n (E_add + (b_in + b_sum) E_reg) + n_w b_w (r+1)/2 E_reg
 * memory      bytes E_M
 * }</pre>
 *
 * n: multiply-adds; F: folds of one pod; f: places; s: power of an idle multiplier by its full
 * power; P and t, the mean over the elements: products divide over exact and approximate elements
 * as the elements themselves do. A value moves on by one register with each multiply-add, a weight
 * through the rows above its own. Bytes are those between one {@link SystolicArray} and its
 * buffers; folds are dealt to the pods in turn, and sums of folds that share columns meet in the
 * banks, as on one array. Memory behind the banks is left out, as in the paper.
 */
public record Corrected(MultiPod machine) implements PodModel {
  @Override
  public PodEnergy run(PodWork work) {
    SystolicArray pod = pod();
    Account account = pod.run(work.keptLoops());
    long cycles = cycles(pod, Lowering.of(work.keptLoops(), Transposed.PHASES));
    return new PodEnergy(
        cycles,
        multiplier(work, account.multiplyAdds(), cycles),
        array(account.multiplyAdds(), account.sram().weightReads()),
        account.sram().total() * machine.banks().energyPicojoulesPerByte());
  }

  /** One pod, as an array by itself. */
  private SystolicArray pod() {
    var banks = machine.banks();
    return SystolicArray.of(Dataflow.WEIGHT_STATIONARY, machine.rows(), machine.columns())
        .with(
            Memory.unlimited(
                new Widths(
                    banks.inputBytes(),
                    banks.weightBytes(),
                    banks.partialBytes(),
                    banks.outputBytes())));
  }

  private double multiplier(PodWork work, long products, long cycles) {
    double slots = (double) machine.pods() * machine.podElements() * cycles;
    double idle =
        machine.element().idlePowerShare()
            * multiplierMilliwatts(work.circuit())
            * machine.cycleNanoseconds();
    return products * productPicojoules(work.circuit()) + (slots - products) * idle;
  }

  private double array(long products, long weightBytes) {
    var banks = machine.banks();
    double register = machine.element().registerPicojoulesPerByte();
    double streamed = (banks.inputBytes() + banks.partialBytes()) * register;
    return products * (machine.element().adderPicojoules() + streamed)
        + weightBytes * (machine.rows() + 1) / 2.0 * register;
  }

  private long cycles(SystolicArray pod, Lowering lowering) {
    return IntStream.range(0, machine.pods())
        .mapToLong(q -> pod.cycles(dealt(pod.runs(lowering), q)))
        .max()
        .orElse(0);
  }

  /** Of folds that are dealt to the pods in turn, those of pod {@code q}. */
  private List<Convention.Run> dealt(List<Convention.Run> runs, int q) {
    List<Convention.Run> mine = new ArrayList<>();
    long before = 0;
    for (Convention.Run run : runs) {
      long after = before + run.folds();
      long folds =
          Math.ceilDiv(after - q, machine.pods()) - Math.ceilDiv(before - q, machine.pods());
      if (folds > 0) {
        mine.add(new Convention.Run(folds, run.steps()));
      }
      before = after;
    }
    return mine;
  }
}
