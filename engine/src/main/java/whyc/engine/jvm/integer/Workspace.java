package whyc.engine.jvm.integer;

/**
 * Memory that a product of integers works in and leaves nothing in, as parts of larger arrays.
 *
 * @param bytesAt where its part of {@code bytes} begins
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Workspace(
    byte[] bytes, int bytesAt, float[] floats, int floatsAt, int[] ints, int intsAt) {

  /** How many elements of each kind are needed. */
  public record Extent(int bytes, int floats, int ints) {}

  /** Arrays of its own. */
  public static Workspace of(Extent extent) {
    return new Workspace(
        new byte[extent.bytes], 0, new float[extent.floats], 0, new int[extent.ints], 0);
  }
}
