package whyc.app.cli;

import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import whyc.multiplier.Cost;
import whyc.multiplier.DataSheet;

/** An order of multipliers by one figure. */
record MultiplierOrder(Comparator<DataSheet> comparator) {
  private static final Map<String, Comparator<DataSheet>> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put("name", Comparator.comparing(DataSheet::name));
    figure("mae", s -> s.figures().meanAbsolutePercent());
    figure("wce", s -> s.figures().worstCasePercent());
    figure("ep", s -> s.figures().errorProbability());
    figure("mre", s -> s.figures().meanRelative());
    figure("bias", s -> Math.abs(s.figures().bias()));
    figure("variance", s -> s.figures().variance());
    figure("rank", s -> s.rank().orElse(Integer.MAX_VALUE));
    cost("power", Cost::powerMilliwatts);
    cost("area", Cost::areaSquareMicrometres);
    cost("delay", Cost::delayNanoseconds);
    cost("energy", Cost::energyPicojoules);
  }

  private static void figure(String key, ToDoubleFunction<DataSheet> figure) {
    KEYS.put(key, Comparator.comparingDouble(figure));
  }

  private static void cost(String key, ToDoubleFunction<Cost> figure) {
    figure(key, s -> s.cost().map(figure::applyAsDouble).orElse(Double.POSITIVE_INFINITY));
  }

  List<DataSheet> sorted(List<DataSheet> sheets) {
    return sheets.stream().sorted(comparator).toList();
  }

  static final class Keys implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return KEYS.keySet().iterator();
    }
  }

  static final class Reader implements ITypeConverter<MultiplierOrder> {
    @Override
    public MultiplierOrder convert(String key) {
      Comparator<DataSheet> comparator = KEYS.get(key);
      if (comparator == null) {
        throw new TypeConversionException(
            "there is no figure \"%s\"; known: %s"
                .formatted(key, String.join(", ", KEYS.keySet())));
      }
      return new MultiplierOrder(comparator);
    }
  }
}
