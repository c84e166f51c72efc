package whyc.target.c;

/** Lines of C, two spaces for each brace around them. */
final class Source {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  Source(int depth) {
    this.depth = depth;
  }

  /** Lines that are indented already. */
  void append(Source lines) {
    text.append(lines.text);
  }

  void line(String line) {
    if (line.isEmpty()) {
      text.append('\n');
      return;
    }
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  void open(String line) {
    line(line.isEmpty() ? "{" : line + " {");
    depth++;
  }

  void close() {
    depth--;
    line("}");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
