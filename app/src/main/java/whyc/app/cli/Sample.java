package whyc.app.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import whyc.app.image.Picture;
import whyc.app.image.Placement;
import whyc.tensor.Tensor;

/**
 * One image, ready for the model.
 *
 * @param values one sample in the model's own order of axes
 * @param picture what results are drawn over, and where the model's input lies on it
 * @param sample the position in a file of several
 */
record Sample(
    Path file,
    OptionalInt sample,
    Tensor values,
    Picture picture,
    Placement placement,
    String format,
    List<String> notes) {}
