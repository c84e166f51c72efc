package whyc.architecture;

/** What the blocks of a network are made of. */
public enum Family {
  /**
   * Two convolutions and a shortcut (He et al. 2016, figure 5, left): the first widens by the
   * stage's expansion.
   */
  RESIDUAL,

  /**
   * A convolution of each channel by itself between two of single places (Sandler et al. 2018,
   * table 1); with the expansion 1 the first of the three is left out.
   */
  MOBILE
}
