package whyc.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import whyc.refusal.Refused;
import whyc.refusal.RefusedArgument;

/** What is the user's to mend is told from what is ours. */
class MainTest {
  private enum Color {
    RED
  }

  private static Throwable thrown(Runnable run) {
    try {
      run.run();
    } catch (RuntimeException e) {
      return Main.cause(e);
    }
    throw new AssertionError("nothing was thrown");
  }

  @Test
  void whatIsMeantIsSaidAsItIs() {
    assertThat(Main.sentence(new RefusedArgument("a shape must fit")))
        .isEqualTo("a shape must fit");
    assertThat(Main.sentence(new IOException("the disk is full"))).isEqualTo("the disk is full");
    assertThat(Main.sentence(new NoSuchFileException("a.png")))
        .isEqualTo("a.png: there is no such file or folder");
  }

  @Test
  void faultsOfOursAskToBeReported() {
    assertThat(Main.sentence(thrown(() -> Integer.parseInt("x1"))))
        .contains("an error inside whyc", "NumberFormatException", "please report it");
    assertThat(Main.sentence(thrown(() -> Color.valueOf("BLUE"))))
        .contains("an error inside whyc", "No enum constant");
    assertThat(Main.sentence(new IllegalArgumentException("no rule for this")))
        .contains("an error inside whyc", "no rule for this");
    assertThat(Main.sentence(new StackOverflowError())).contains("an error inside whyc");
  }

  @Test
  void memoryThatDoesNotSufficeIsNoFaultAndComesWithAdvice() {
    assertThat(Main.sentence(new OutOfMemoryError("Java heap space")))
        .contains("out of memory (Java heap space)", "WHYC_JAVA_OPTS=-Xmx4g")
        .doesNotContain("inside whyc");
  }

  @Test
  void whatOtherThreadsThrowIsUnwrapped() {
    IOException full = new IOException("the disk is full");
    assertThat(Main.cause(new CompletionException(new UncheckedIOException(full)))).isSameAs(full);
  }

  @Test
  void aSentenceIsOneLineOfBoundedLength() {
    assertThat(Refused.sentence("a\nb\u001b[31mc")).isEqualTo("a?b?[31mc");
    assertThat(Refused.sentence("x".repeat(1001))).hasSize(1004).endsWith("x ...");
    assertThat(Refused.sentence("x".repeat(1000))).hasSize(1000);
  }
}
