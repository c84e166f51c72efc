package whyc.engine.jvm;

import whyc.op.Value;

/** How a step will be computed, chosen before anything has its place. */
interface Recipe {

  /** Numbers of working memory, for all threads together. */
  default int scratch() {
    return 0;
  }

  Kernel bind(Places places);

  /** A name for listings: the kind of kernel and its tile. */
  String name();

  /** Where things lie. */
  interface Places {

    /** The first element of a value in its memory. */
    int offset(Value value);

    /** Working memory in the values' array. */
    int scratch();
  }
}
