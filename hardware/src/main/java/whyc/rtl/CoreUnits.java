package whyc.rtl;

/**
 * What a core is made with besides its size.
 *
 * @param array by which it multiplies
 * @param scalesMaps whether it can scale the maps of Grad-CAM, see {@link #SCALED}
 */
public record CoreUnits(ArrayProduct array, boolean scalesMaps) {
  /**
   * The method that is asked for along with Grad-CAM: each of its maps is scaled so that its
   * largest code is 32,767, and the largest code from before lies beside it.
   */
  public static final String SCALED = "scaled";

  /** Exact products, maps as they are. */
  public static CoreUnits plain() {
    return of(ArrayProduct.exact());
  }

  public static CoreUnits of(ArrayProduct array) {
    return new CoreUnits(array, false);
  }
}
