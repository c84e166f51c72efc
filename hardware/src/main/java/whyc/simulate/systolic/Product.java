package whyc.simulate.systolic;

/**
 * A matrix product: {@code y[m,n] = x[m,k] * w[k,n]}.
 *
 * @param places m: places of the output image
 * @param depth k: taps of all input channels
 * @param outputs n: output channels
 */
public record Product(long places, long depth, long outputs) {
  public long multiplyAdds() {
    return places * depth * outputs;
  }
}
