package whyc.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import whyc.accelerator.Fields;
import whyc.op.Window;
import whyc.simulate.Loops;

/**
 * The shape of a network. It is described once, by its {@link #units}: training, the graph, the
 * cost on an accelerator and the inheritance of weights all read those.
 *
 * <pre>{@code
 * stem:   act(bn(conv3x3(x)))
 * stages: blocks of the family
 * head:   mean over all places, then one linear layer
 * }</pre>
 *
 * @param channels of an image
 * @param resolution height and width that images are brought to
 * @param stem channels behind the first convolution
 * @param stages of at least one block each
 */
public record Architecture(
    Family family,
    int channels,
    int classes,
    int resolution,
    int stem,
    Activation activation,
    List<Stage> stages) {
  static final String INPUT = "input";
  static final String STEM = "stem";
  static final String LINEAR = "linear";

  public Architecture {
    stages = List.copyOf(stages);
  }

  /** The convolutions in an order in which they can be computed. */
  public List<Unit> units() {
    List<Unit> units = new ArrayList<>();
    units.add(Unit.of(STEM, INPUT, resolution, channels, stem, 3, 1));
    for (int s = 0; s < stages.size(); s++) {
      for (int b = 0; b < stages.get(s).depth(); b++) {
        Stage stage = stages.get(s);
        String name = "stage%d.block%d".formatted(s + 1, b + 1);
        int stride = b == 0 ? stage.stride() : 1;
        Unit last = units.getLast();
        switch (family) {
          case RESIDUAL -> units.addAll(residual(name, last, stage, stride));
          case MOBILE -> units.addAll(mobile(name, last, stage, stride));
        }
      }
    }
    return List.copyOf(units);
  }

  private static List<Unit> residual(String name, Unit last, Stage stage, int stride) {
    List<Unit> units = new ArrayList<>();
    String input = last.name();
    int side = last.outputSide();
    int from = last.outputChannels();
    int inner = stage.width() * stage.expansion();
    String shortcut = input;
    if (from != stage.width() || stride != 1) {
      shortcut = name + ".shortcut";
      units.add(Unit.of(shortcut, input, side, from, stage.width(), 1, stride).linear());
    }
    Unit first = Unit.of(name + ".conv1", input, side, from, inner, stage.kernel(), stride);
    units.add(first);
    units.add(
        Unit.of(
                name + ".conv2",
                first.name(),
                first.outputSide(),
                inner,
                stage.width(),
                stage.kernel(),
                1)
            .plus(shortcut));
    return units;
  }

  private static List<Unit> mobile(String name, Unit last, Stage stage, int stride) {
    List<Unit> units = new ArrayList<>();
    String input = last.name();
    int side = last.outputSide();
    int from = last.outputChannels();
    int inner = from * stage.expansion();
    if (stage.expansion() > 1) {
      units.add(Unit.of(name + ".expand", input, side, from, inner, 1, 1));
      input = name + ".expand";
    }
    Unit depthwise =
        Unit.of(name + ".depthwise", input, side, inner, inner, stage.kernel(), stride).depthwise();
    units.add(depthwise);
    Unit project =
        Unit.of(
                name + ".project",
                depthwise.name(),
                depthwise.outputSide(),
                inner,
                stage.width(),
                1,
                1)
            .linear();
    boolean adds = stride == 1 && from == stage.width();
    units.add(adds ? project.plus(last.name()) : project);
    return units;
  }

  /** Channels that reach the linear layer. */
  int features() {
    return units().getLast().outputChannels();
  }

  /** All tensors: those of the units in order, then those of the linear layer. */
  List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    units().forEach(unit -> parameters.addAll(unit.parameters()));
    parameters.add(
        new Parameter(LINEAR + ".weight", Parameter.Role.WEIGHT, List.of(classes, features())));
    parameters.add(new Parameter(LINEAR + ".bias", Parameter.Role.BIAS, List.of(classes)));
    return List.copyOf(parameters);
  }

  /**
   * A layer that multiplies, with its loops for one image.
   *
   * @param name that its result has in the graph
   */
  public record LayerShape(String name, Loops loops) {
    /** Channels, or classes, that it gives. */
    public int outputs() {
      return loops.groups() * loops.outputChannels();
    }
  }

  /** The units and the linear layer, in the order of the graph. */
  public List<LayerShape> layers() {
    List<LayerShape> layers = new ArrayList<>();
    for (Unit u : units()) {
      layers.add(new LayerShape(u.name(), loops(u)));
    }
    Loops.Plane place = new Loops.Plane(1, 1);
    layers.add(
        new LayerShape(
            Export.OUTPUT,
            new Loops(1, features(), classes, place, place, Window.of(1, 1, 1), false)));
    return List.copyOf(layers);
  }

  private static Loops loops(Unit u) {
    return new Loops(
        u.groups(),
        u.inputChannels() / u.groups(),
        u.outputChannels() / u.groups(),
        new Loops.Plane(u.side(), u.side()),
        new Loops.Plane(u.outputSide(), u.outputSide()),
        u.window(),
        false);
  }

  /** Multiply-adds for one image. */
  public long multiplyAdds() {
    return layers().stream().mapToLong(l -> l.loops().multiplyAdds()).sum();
  }

  /** Layers with weights on the longest way, as networks are called by: 8 for a ResNet-8. */
  public int depth() {
    int perBlock = family == Family.RESIDUAL ? 2 : 3;
    return 2 + stages.stream().mapToInt(s -> perBlock * s.depth()).sum();
  }

  /** The same for the same network: {@code residual-10c3r32s16relu-1x16k3s1e1-1x32k3s2e1}. */
  public String id() {
    return "%s-%dc%dr%ds%d%s-%s"
        .formatted(
            family.name().toLowerCase(java.util.Locale.ROOT),
            classes,
            channels,
            resolution,
            stem,
            activation,
            stages.stream().map(Stage::toString).collect(Collectors.joining("-")));
  }

  /** The first place where a window no longer fits, if there is one. */
  Optional<String> obstacle() {
    for (Unit u : units()) {
      if (u.outputSide() < 1 || u.kernel() > 2 * u.side()) {
        return Optional.of(
            "%s has a window of %d on an image of %d".formatted(u.name(), u.kernel(), u.side()));
      }
    }
    return Optional.empty();
  }

  /** Reads the fields of one network, as {@link Training#tree(Architecture)} writes them. */
  static Architecture read(Fields f) {
    return new Architecture(
        f.choice("family", Family.class),
        f.count("channels", 4),
        f.count("classes", 1 << 16),
        f.count("resolution", Space.MAX_RESOLUTION),
        f.count("stem_width", Space.MAX_WIDTH),
        f.choice("activation", Activation.class),
        f.list("stages", Architecture::stage));
  }

  private static Stage stage(Fields f) {
    return new Stage(
        f.count("depth", Space.MAX_DEPTH),
        f.count("width", Space.MAX_WIDTH),
        f.count("kernel", Space.MAX_KERNEL),
        f.count("stride", Space.MAX_STRIDE),
        f.count("expansion", Space.MAX_EXPANSION));
  }
}
