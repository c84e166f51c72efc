package whyc.accelerator;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.exc.MismatchedInputException;

/** What is wrong with a text that wants to be JSON, and where, in words that go behind its name. */
public final class JsonFault {
  private JsonFault() {}

  /** The parser's own words name its classes and settings, and are for programmers. */
  public static String of(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    boolean known = at != null && at.getLineNr() > 0;
    String where =
        known ? " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()) : "";
    String met = String.valueOf(e.getOriginalMessage());
    return switch (e) {
      case JacksonException _ when met.contains("end-of-input") ->
          "a text that ends too early" + where;
      case StreamConstraintsException _ -> "more than fits" + where;
      case MismatchedInputException _ when met.startsWith("No content") -> "an empty text";
      case MismatchedInputException _ when met.startsWith("Trailing") ->
          "something behind its end" + where;
      case MismatchedInputException _ -> "a value of another kind" + where;
      case JacksonException _ when met.startsWith("Duplicate") ->
          "a name that stands twice in one object" + where;
      default -> "something that JSON has not" + where;
    };
  }
}
