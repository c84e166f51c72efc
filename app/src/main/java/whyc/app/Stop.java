package whyc.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import whyc.files.Unfinished;

/**
 * Ends the program when it is told to stop.
 *
 * <p>The usual way, which runs the shutdown hooks, lets ONNX Runtime give up its threads while a
 * run still uses them, and the process ends in a crash. So what is unfinished is ended and removed
 * here, and the process ends at once. Signals have a name in {@code jdk.unsupported} alone, whose
 * use no compiler setting makes silent: hence reflection.
 */
final class Stop {
  /** What a shell expects of a program that a signal ended. */
  private static final int SIGNALLED = 128;

  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  private Stop() {}

  /** Listens; where a JVM has no signals, its own way of ending stays. */
  static void install() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      for (Map.Entry<String, Integer> s : SIGNALS.entrySet()) {
        InvocationHandler end = (proxy, method, arguments) -> end(s.getValue());
        Object listener =
            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, end);
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(s.getKey()), listener);
      }
    } catch (ReflectiveOperationException e) {
      return;
    }
  }

  private static int end(int signal) {
    Unfinished.removeAll(() -> Runtime.getRuntime().halt(SIGNALLED + signal));
    return signal;
  }
}
