package whyc.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.tensor.Shape;

class RowsTest {
  /** Positions of two tensors, element by element. */
  private static List<List<Integer>> positions(Rows rows, int size) {
    List<List<Integer>> positions = new ArrayList<>();
    while (positions.size() < size) {
      for (int i = 0; i < rows.length(); i++) {
        positions.add(List.of(rows.at(0) + i * rows.step(0), rows.at(1) + i * rows.step(1)));
      }
      rows.next();
    }
    return positions;
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void rowsAreWalkedElementByElement(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rank = random.nextInt(6);
    List<Integer> dims = new ArrayList<>();
    List<Integer> a = new ArrayList<>();
    List<Integer> b = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      dims.add(random.nextInt(1, 5));
      a.add(random.nextInt(3) > 0 ? dims.get(axis) : 1);
      b.add(random.nextInt(3) > 0 ? dims.get(axis) : 1);
    }
    Shape over = new Shape(dims);
    Shape first = new Shape(a);
    Shape second = new Shape(b.subList(rank / 2, rank));
    Walk walk = new Walk(over, first, second);
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < over.size(); i++, walk.next()) {
      expected.add(List.of(walk.at(0), walk.at(1)));
    }
    assertThat(positions(new Rows(over, first, second), over.size())).isEqualTo(expected);
  }

  @Test
  void allOfAChannelIsOneRow() {
    Shape weight = Shape.of(7, 3, 1, 5);
    Rows rows = new Rows(weight, weight, Shape.of(7, 1, 1, 1));
    assertThat(rows.length()).isEqualTo(15);
    assertThat(new Rows(weight, weight, Shape.of()).length()).isEqualTo(105);
    assertThat(new Rows(weight, weight, Shape.of(3, 1, 5)).length()).isEqualTo(15);
    assertThat(new Rows(Shape.of(), Shape.of()).length()).isEqualTo(1);
  }
}
