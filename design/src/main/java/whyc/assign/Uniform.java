package whyc.assign;

/** The same circuit in every layer, from the least errors on. */
public record Uniform() implements Strategy {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public void run(Search search) {
    Problem p = search.problem();
    for (int circuit : p.byError()) {
      if (search.isOver()) {
        return;
      }
      search.measure(Assignment.uniform(p.layers(), circuit));
    }
  }
}
