package whyc.target.c;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import whyc.schedule.Schedule;

/**
 * A graph in C.
 *
 * @param name of the function, and what the names of the files begin with
 * @param files their text by name: header, program, weights
 * @param schedule in whose order it runs, and where values lie
 * @param arenaBytes memory that it writes to, input and outputs included
 * @param weightBytes memory that it only reads
 */
public record CProgram(
    String name,
    SequencedMap<String, String> files,
    Schedule schedule,
    long arenaBytes,
    long weightBytes) {
  public CProgram {
    files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
  }
}
