package whyc.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Any network of the space with any arithmetic: see {@link Space#draw}. */
record DrawnAtRandom() implements Method {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public void run(Study study) {
    SplittableRandom random = new SplittableRandom(study.limits().seed());
    while (!study.isOver()) {
      List<int[]> drawn = new ArrayList<>();
      for (int i = 0; i < Study.TOGETHER; i++) {
        drawn.add(study.draw(random));
      }
      study.evaluate(drawn);
    }
  }
}
