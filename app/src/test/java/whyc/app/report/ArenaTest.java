package whyc.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import whyc.app.report.Arena.Block;
import whyc.app.report.Arena.Kind;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Tanh;
import whyc.op.Value;
import whyc.schedule.RowMajorStorage;
import whyc.schedule.Schedule;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

final class ArenaTest {
  private static final TensorType MATRIX = TensorType.of(ElementType.FLOAT32, 4, 4);

  private final Builder g = new Builder();

  private Value weight(double value) {
    return g.constant(Tensor.filled(MATRIX, value));
  }

  /** A model x W, and an explanation that reads its mask after another product. */
  private Arena arena() {
    Value x = g.emit(new Input("x", MATRIX), List.of(), "picture");
    Value y = g.matMul(x, weight(2));
    Value mask = g.greater(y, weight(0));
    Value z = g.where(mask, g.matMul(x, weight(3)), weight(1));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    outputs.put("z", z);
    Graph graph = g.finish(outputs);
    return Arena.of(Schedule.of(graph, new RowMajorStorage(graph, 1)), List.of(y));
  }

  /** y goes beside x, the mask beside both; z has to wait for x. */
  @Test
  void blocksSayWhatLiesWhereAndWhy() {
    Arena arena = arena();
    assertThat(arena.steps()).isEqualTo(2);
    assertThat(arena.extents()).containsEntry("values", 192L).containsEntry("bits", 2L);
    assertThat(arena.blocks())
        .extracting(Block::kind)
        .containsExactlyInAnyOrder(Kind.FORWARD, Kind.FORWARD, Kind.DECISION, Kind.BACKWARD);
    assertThat(arena.blocks())
        .filteredOn(b -> b.kind() == Kind.DECISION)
        .singleElement()
        .isEqualTo(new Block("bits", Kind.DECISION, 0, 2, 0, 1, "%4 Greater bool[4,4]"));
    assertThat(arena.blocks().getFirst().name()).isEqualTo("%0 picture float32[4,4]");
  }

  /** Written over in place, one slot is two blocks one after the other. */
  @Test
  void whatIsWrittenOverEndsThere() {
    Value x = g.emit(new Input("x", MATRIX), List.of());
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    Value y = g.relu(g.reshape(g.relu(x), 16));
    outputs.put("y", y);
    Graph graph = g.finish(outputs);
    Arena arena = Arena.of(Schedule.of(graph, new RowMajorStorage(graph, 4)), List.of(y));
    assertThat(arena.blocks())
        .extracting(Block::from, Block::to)
        .containsExactly(tuple(-1, -1), tuple(0, 0), tuple(1, 2));
  }

  @Test
  void aLineThatStandsTwiceIsComputedAgain() {
    Value x = g.emit(new Input("x", MATRIX), List.of());
    Value product = g.matMul(x, weight(2));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", g.tanh(product));
    Graph once = g.finish(outputs);
    List<Node> nodes = new ArrayList<>(once.nodes());
    nodes.add(nodes.get(product.index()));
    nodes.add(new Node(new Tanh(), List.of(new Value(4)), MATRIX, ""));
    outputs.put("again", new Value(5));
    Graph twice = new Graph(nodes, outputs);
    Arena arena =
        Arena.of(Schedule.of(twice, new RowMajorStorage(twice, 4)), List.of(twice.output("y")));
    assertThat(arena.blocks())
        .extracting(Block::kind)
        .containsExactly(Kind.FORWARD, Kind.FORWARD, Kind.AGAIN);
  }

  /** Two rows of one byte, four steps in as many columns. */
  @Test
  void charactersStandForWhatTakesMost() {
    SequencedMap<String, Long> extents = new LinkedHashMap<>();
    extents.put("values", 2L);
    Arena arena =
        new Arena(
            2,
            extents,
            List.of(
                new Block("values", Kind.FORWARD, 0, 1, -1, 1, "x"),
                new Block("values", Kind.BACKWARD, 1, 1, 1, 2, "y"),
                new Block("values", Kind.WORKSPACE, 1, 1, 0, 0, "w")));
    assertThat(ArenaText.of(arena))
        .isEqualTo(
            """
                      values 2 |.%++|
                             0 |###.|
                                step -1 to 2   # value of the model   + value of the explanation   % workspace   . free
            """
                .replace("\n", System.lineSeparator()));
  }

  @Test
  void thePictureIsXmlWithARectangleForEachBlock() throws Exception {
    Arena arena = arena();
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new InputSource(new StringReader(ArenaSvg.of(arena, "a < b & \"c\": 192 bytes"))));
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("a < b & \"c\": 192 bytes");
    NodeList rectangles = svg.getElementsByTagName("rect");
    int blocks = 0;
    for (int i = 0; i < rectangles.getLength(); i++) {
      Element r = (Element) rectangles.item(i);
      blocks += r.getElementsByTagName("title").getLength();
      double right = number(r, "x") + number(r, "width");
      double bottom = number(r, "y") + number(r, "height");
      assertThat(number(r, "y")).isNotNegative();
      assertThat(right).isLessThanOrEqualTo(number(svg.getDocumentElement(), "width"));
      assertThat(bottom).isLessThanOrEqualTo(number(svg.getDocumentElement(), "height"));
    }
    assertThat(blocks).isEqualTo(arena.blocks().size());
  }

  private static double number(Element e, String attribute) {
    return e.hasAttribute(attribute) ? Double.parseDouble(e.getAttribute(attribute)) : 0;
  }
}
