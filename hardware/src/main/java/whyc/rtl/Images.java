package whyc.rtl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What the core's memories begin with, as files. */
final class Images {
  private Images() {}

  /** Texts by file name. */
  static SequencedMap<String, String> of(Program p) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put("program.hex", HexText.of(words(p), w -> HexText.word().then(w, p.fieldBits())));
    files.put("taps.hex", HexText.of(taps(p), t -> tap(p, t)));
    files.put(
        "parameters.hex",
        HexText.of(
            p.parameters(),
            q -> HexText.word().then(q.bias(), p.sumBits()).then(q.factor(), p.factorBits())));
    files.put(
        "weights.hex", HexText.of(p.weights(), line -> HexText.lanes(line, p.core().weightBits())));
    return files;
  }

  /** The program's words; two zeros end it. */
  static List<Long> words(Program p) {
    List<Long> words = new ArrayList<>();
    for (Instruction i : p.instructions()) {
      for (Field f : Field.values()) {
        words.add((long) (f == Field.FLAGS ? i.flagWord() : i.get(f)));
      }
    }
    words.add(0L);
    words.add(0L);
    return words;
  }

  /** At least one, since a memory has a word. */
  private static List<Tap> taps(Program p) {
    return p.taps().isEmpty() ? List.of(new Tap(0, 0, 0, 0, 0, 0, 0, 0, 0)) : p.taps();
  }

  private static HexText.Word tap(Program p, Tap t) {
    int field = p.fieldBits();
    int place = p.core().placeBits();
    return HexText.word()
        .then(t.source(), field)
        .then(t.skip(), field)
        .then(t.weight(), field)
        .then(t.firstRow(), 8)
        .then(t.endRow(), 8)
        .then(t.columns(), 8)
        .then(t.place(), place)
        .then(t.placeSkip(), place)
        .then(p.hasMaxima() ? t.number() : 0, p.tapBits());
  }
}
