package whyc.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether the pages lead where they say. */
final class LinksTest {
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");

  @Test
  void everyRelativeLinkLeadsToAFile() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (String link : links(page)) {
        String file = link.replaceFirst("#.*", "");
        if (!link.contains("://") && !Files.exists(page.resolveSibling(file))) {
          broken.add(Page.ROOT.relativize(page) + ": " + link);
        }
      }
    }
    assertThat(broken).as("links that lead nowhere").isEmpty();
  }

  @Test
  void everyPageIsReachedFromTheReadme() throws IOException {
    Set<Path> reached = new HashSet<>();
    Deque<Path> pending = new ArrayDeque<>(List.of(Page.ROOT.resolve("README.md").normalize()));
    while (!pending.isEmpty()) {
      Path page = pending.pop();
      if (page.toString().endsWith(".md") && reached.add(page)) {
        for (String link : links(page)) {
          if (!link.contains("://")) {
            pending.add(page.resolveSibling(link.replaceFirst("#.*", "")).normalize());
          }
        }
      }
    }
    assertThat(pages().stream().map(Path::normalize)).isSubsetOf(reached);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(Page.in(Page.ROOT.resolve("docs")));
    pages.addAll(Page.in(Page.ROOT.resolve("bench/results")));
    try (Stream<Path> files = Files.list(Page.ROOT)) {
      files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    assertThat(pages).contains(Page.ROOT.resolve("README.md"));
    return pages;
  }

  private static List<String> links(Path page) throws IOException {
    String text = CODE.matcher(String.join("\n", Page.read(page).text())).replaceAll("code");
    return LINK.matcher(text).results().map((MatchResult r) -> r.group(1)).toList();
  }
}
