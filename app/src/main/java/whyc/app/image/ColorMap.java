package whyc.app.image;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Colours for numbers in {@code [0, 1]}: anchors at equal distances, linear interpolation of the
 * sRGB values between them.
 *
 * <ul>
 *   <li>{@code viridis}, {@code inferno}: Stéfan van der Walt and Nathaniel Smith, CC0; lightness
 *       rises evenly, colour-blind-safe.
 *   <li>{@code jet}: MATLAB's, with its nine corners; known to everybody, but its lightness is not
 *       monotone.
 *   <li>{@code diverging}: blue, white, red; ColorBrewer's {@code RdBu} with 11 classes, reversed,
 *       colour-blind-safe. Colour specifications and designs developed by Cynthia Brewer
 *       (https://colorbrewer.org/), Apache-2.0.
 * </ul>
 */
public enum ColorMap {
  VIRIDIS(
      0x440154, 0x481a6c, 0x472f7d, 0x414487, 0x39568c, 0x31688e, 0x2a788e, 0x23888e, //
      0x1f988b, 0x22a884, 0x35b779, 0x54c568, 0x7ad151, 0xa5db36, 0xd2e21b, 0xfde725),
  INFERNO(
      0x000004, 0x160b39, 0x420a68, 0x6a176e, 0x932667, 0xbc3754, 0xdd513a, 0xf37819, //
      0xfca50a, 0xf6d645, 0xfcffa4),
  JET(
      0x000080, 0x0000ff, 0x0080ff, 0x00ffff, 0x80ff80, 0xffff00, 0xff8000, 0xff0000, //
      0x800000),
  DIVERGING(
      0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, //
      0xd6604d, 0xb2182b, 0x67001f);

  /** What a constant map is drawn in. */
  static final int NEUTRAL = 0x9a9a9a;

  private static final int STEPS = 1024;

  @SuppressWarnings("ImmutableEnumChecker") // filled by the constructor, read only
  private final int[] table = new int[STEPS + 1];

  ColorMap(int... anchors) {
    for (int i = 0; i <= STEPS; i++) {
      double at = (double) i / STEPS * (anchors.length - 1);
      int left = Math.min((int) at, anchors.length - 2);
      table[i] = mix(anchors[left], anchors[left + 1], share(at - left));
    }
  }

  /** The map of that name, in any case. */
  public static ColorMap named(String name) {
    for (ColorMap map : values()) {
      if (map.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return map;
      }
    }
    throw new PictureException(
        "a colour map is one of " + List.of(values()) + ", got \"" + name + "\"");
  }

  /** The one for this scale: the wish where it can show the sign, else the default. */
  public static ColorMap choose(HeatMap.Scale scale, Optional<ColorMap> wish) {
    return wish.orElse(scale == HeatMap.Scale.SYMMETRIC ? DIVERGING : VIRIDIS);
  }

  /** The colour as {@code 0xRRGGBB}; what lies beyond an end takes that end's colour. */
  public int at(double unit) {
    return table[(int) (Math.clamp(unit, 0.0, 1.0) * STEPS + 0.5)];
  }

  /**
   * {@code ((256 - share) * from + share * to) / 256} for every channel, rounded; share in 0..256.
   *
   * <p>Red and blue travel in one product, 16 bits apart.
   */
  static int mix(int from, int to, int share) {
    int redBlue = (from & 0xff00ff) * (256 - share) + (to & 0xff00ff) * share + 0x800080;
    int green = (from & 0x00ff00) * (256 - share) + (to & 0x00ff00) * share + 0x008000;
    return ((redBlue >>> 8) & 0xff00ff) | ((green >>> 8) & 0x00ff00);
  }

  /** A share of 256ths. */
  static int share(double fraction) {
    return (int) Math.round(256 * fraction);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
