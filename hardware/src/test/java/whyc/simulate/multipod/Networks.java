package whyc.simulate.multipod;

import java.util.ArrayList;
import java.util.List;
import whyc.op.Window;
import whyc.simulate.Loops;

/** The four networks of XAI-Gen as layers, each with the group that its table I puts it in. */
enum Networks {
  /** Three convolutions and two dense layers on 28 by 28. */
  LENET_5 {
    @Override
    List<Member> layers() {
      Draft d = new Draft();
      d.conv(0, 1, 6, 28, 5, 1, 2);
      d.conv(1, 6, 16, 14, 5, 1, 0);
      d.conv(2, 16, 120, 5, 5, 1, 0);
      d.dense(3, 120, 84);
      d.dense(4, 84, 10);
      return d.layers;
    }
  },

  /** On 32 by 32: a first convolution of 3 by 3 and no pooling. */
  RESNET_18 {
    @Override
    List<Member> layers() {
      return Draft.basic(2, 2, 2, 2);
    }
  },

  RESNET_34 {
    @Override
    List<Member> layers() {
      return Draft.basic(3, 4, 6, 3);
    }
  },

  /** On 224 by 224, the stride in the convolution of 3 by 3. */
  RESNET_50 {
    @Override
    List<Member> layers() {
      Draft d = new Draft();
      d.conv(0, 3, 64, 224, 7, 2, 3);
      int in = 64;
      int extent = 56;
      int[] blocks = {3, 4, 6, 3};
      for (int stage = 0; stage < 4; stage++) {
        int mid = 64 << stage;
        for (int block = 0; block < blocks[stage]; block++) {
          int stride = stage > 0 && block == 0 ? 2 : 1;
          d.conv(stage + 1, in, mid, extent, 1, 1, 0);
          d.conv(stage + 1, mid, mid, extent, 3, stride, 1);
          if (block == 0) {
            d.conv(stage + 1, in, 4 * mid, extent, 1, stride, 0);
          }
          extent /= stride;
          d.conv(stage + 1, mid, 4 * mid, extent, 1, 1, 0);
          in = 4 * mid;
        }
      }
      d.dense(5, 2048, 1000);
      return d.layers;
    }
  };

  /** A layer and the number of its group. */
  record Member(int group, Loops loops) {}

  abstract List<Member> layers();

  long multiplyAdds() {
    return layers().stream().mapToLong(member -> member.loops.multiplyAdds()).sum();
  }

  private static final class Draft {
    private final List<Member> layers = new ArrayList<>();

    private void conv(int group, int in, int out, int extent, int taps, int stride, int pad) {
      int after = (extent + 2 * pad - taps) / stride + 1;
      Window window = Window.of(taps, taps, stride).padded(pad, pad, pad, pad);
      var before = new Loops.Plane(extent, extent);
      layers.add(
          new Member(
              group, new Loops(1, in, out, before, new Loops.Plane(after, after), window, false)));
    }

    private void dense(int group, int in, int out) {
      conv(group, in, out, 1, 1, 1, 0);
    }

    /** Residual networks of two convolutions to a block, on 32 by 32. */
    private static List<Member> basic(int... blocks) {
      Draft d = new Draft();
      d.conv(0, 3, 64, 32, 3, 1, 1);
      int in = 64;
      int extent = 32;
      for (int stage = 0; stage < 4; stage++) {
        int out = 64 << stage;
        for (int block = 0; block < blocks[stage]; block++) {
          int stride = stage > 0 && block == 0 ? 2 : 1;
          d.conv(stage + 1, in, out, extent, 3, stride, 1);
          if (stride == 2) {
            d.conv(stage + 1, in, out, extent, 1, 2, 0);
          }
          extent /= stride;
          d.conv(stage + 1, out, out, extent, 3, 1, 1);
          in = out;
        }
      }
      d.dense(5, 512, 10);
      return d.layers;
    }
  }
}
