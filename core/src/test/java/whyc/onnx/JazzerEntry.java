package whyc.onnx;

/**
 * Where Jazzer comes in: {@code -Dwhyc.fuzz.target} names what it searches. See {@code
 * scripts/fuzz}.
 */
public final class JazzerEntry {
  private static final FuzzTest.Target TARGET =
      FuzzTest.Target.valueOf(System.getProperty("whyc.fuzz.target", "NODES"));

  private JazzerEntry() {}

  public static void fuzzerTestOneInput(byte[] data) {
    TARGET.read.applyAsInt(data);
  }
}
