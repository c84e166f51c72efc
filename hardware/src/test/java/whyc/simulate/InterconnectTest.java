package whyc.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import whyc.accelerator.ManyCore.Network;
import whyc.accelerator.ManyCore.Topology;

final class InterconnectTest {
  private static Interconnect four(Topology topology) {
    return new Interconnect(new Network(topology, 32, 1, true, 0), 4);
  }

  /**
   * Four cores, 64 bytes over links of 32: two cycles, and one for each hop. The mesh has rows of
   * two; in the ring the memory lies between cores 3 and 0; the tree has three levels.
   */
  @ParameterizedTest
  @CsvSource({
    "MESH,0,1",
    "MESH,1,2",
    "MESH,2,1",
    "MESH,3,2",
    "RING,0,1",
    "RING,1,2",
    "RING,2,2",
    "RING,3,1",
    "CROSSBAR,0,1",
    "CROSSBAR,3,1",
    "TREE,0,3",
    "TREE,3,3"
  })
  void aTransferTakesItsBytesAndItsHops(Topology topology, int core, int hops) {
    Interconnect toCore = four(topology);
    assertThat(toCore.toCores(List.of(core), 64, 10)).isEqualTo(10 + 2 + hops);
    assertThat(toCore.byteHops()).isEqualTo(64L * hops);
    assertThat(four(topology).toMemory(core, 64, 10)).isEqualTo(10 + 2 + hops);
  }

  @ParameterizedTest
  @EnumSource(Topology.class)
  void transfersOverOneLinkFollowEachOtherAndBothWaysDoNotMeet(Topology topology) {
    Interconnect n = four(topology);
    long first = n.toCores(List.of(3), 64, 0);
    assertThat(n.toCores(List.of(3), 64, 0)).isEqualTo(first + 2);
    assertThat(n.toMemory(3, 64, 0)).isEqualTo(first);
    assertThat(n.busiest()).isEqualTo(4);
  }

  /** Links that several cores are reached by carry a multicast once: 4 of 6 hops in the mesh. */
  @Test
  void aMulticastGoesOverEachLinkOnce() {
    Interconnect n = four(Topology.MESH);
    assertThat(n.toCores(List.of(0, 1, 2, 3), 64, 0)).isEqualTo(2 + 2);
    assertThat(n.byteHops()).isEqualTo(64L * 4);
  }
}
