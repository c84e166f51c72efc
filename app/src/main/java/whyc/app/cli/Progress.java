package whyc.app.cli;

import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far long work is: a bar on a terminal, now and then a line elsewhere, nothing if quiet. */
final class Progress implements AutoCloseable {
  /** Seconds between lines. */
  private static final int PAUSE = 10;

  private static final int WIDTH = 80;

  private final Console console;
  private final String task;
  private final long total;
  private final Optional<ProgressBar> bar;
  private long done;
  private long spoken = System.nanoTime();

  private Progress(Console console, String task, long total, Optional<ProgressBar> bar) {
    this.console = console;
    this.task = task;
    this.total = total;
    this.bar = bar;
  }

  /** Progress of so many steps; one step is not worth a bar. */
  static Progress of(Console console, String task, long total) {
    Optional<ProgressBar> bar =
        console.drawsProgress() && total > 1
            ? Optional.of(
                new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH))
                    .build())
            : Optional.empty();
    return new Progress(console, task, total, bar);
  }

  void step(int n) {
    done += n;
    if (bar.isPresent()) {
      bar.get().stepBy(n);
    } else if (System.nanoTime() - spoken > PAUSE * 1_000_000_000L) {
      spoken = System.nanoTime();
      console.say("%s: %d of %d".formatted(task, done, total));
    }
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
