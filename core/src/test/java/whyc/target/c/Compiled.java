package whyc.target.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Input;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Programs that a C compiler made of generated files, run as a process of its own: inputs come by
 * standard input, outputs go to standard output, as bytes one after the other.
 */
final class Compiled {
  /** Compilers that generated files are made for. */
  static final List<String> COMPILERS = List.of("gcc", "clang");

  private static final List<String> WARNINGS =
      List.of("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic");

  private final Path folder;
  private final List<CProgram> programs;
  private final List<Signature> signatures = new ArrayList<>();
  private final Path executable;

  private Compiled(Path folder, List<CProgram> programs) {
    this.folder = folder;
    this.programs = programs;
    this.executable = folder.resolve("program");
    programs.forEach(p -> signatures.add(Signature.of(p.name(), p.schedule().graph())));
  }

  static boolean isThere(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
  }

  static void assumeThere(String program) {
    Assumptions.assumeTrue(isThere(program), program + " is not installed");
  }

  /** A compiler may be installed without the libraries that its guards want. */
  static void assumeGuards(String compiler, Path folder, String flag)
      throws IOException, InterruptedException {
    assumeThere(compiler);
    Path source = Files.writeString(folder.resolve("nothing.c"), "int main(void) { return 0; }\n");
    Process linking =
        new ProcessBuilder(
                compiler, flag, source.toString(), "-o", folder.resolve("nothing").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nothing.txt").toFile())
            .start();
    Assumptions.assumeTrue(
        linking.waitFor() == 0, compiler + " is installed without what " + flag + " wants");
  }

  /** Compiles some programs, and a main that runs them one after the other. */
  static Compiled by(String compiler, Path folder, List<CProgram> programs, String... flags)
      throws IOException, InterruptedException {
    assumeThere(compiler);
    Compiled compiled = new Compiled(folder, programs);
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(WARNINGS);
    command.addAll(List.of(flags));
    for (CProgram p : programs) {
      write(folder, p);
      command.add(folder.resolve(p.name() + ".c").toString());
    }
    Files.writeString(folder.resolve("main.c"), compiled.main());
    command.addAll(
        List.of(folder.resolve("main.c").toString(), "-o", compiled.executable.toString(), "-lm"));
    String said = compiled.run(command, new byte[0], "messages", 300);
    assertThat(said).isEmpty();
    return compiled;
  }

  static void write(Path folder, CProgram p) throws IOException {
    for (Map.Entry<String, String> file : p.files().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private String main() {
    StringBuilder s = new StringBuilder("#include <stdio.h>\n");
    programs.forEach(p -> s.append("#include \"%s.h\"\n".formatted(p.name())));
    s.append("int main(void) {\n");
    for (Signature signature : signatures) {
      s.append("  {\n");
      List<String> arguments = new ArrayList<>();
      for (Signature.Parameter p : signature.inputs()) {
        String name = "in" + arguments.size();
        s.append("    static %s %s[%d];\n".formatted(type(p), name, p.type().shape().size()));
        s.append(
            "    if (fread(%1$s, 1, sizeof %1$s, stdin) != sizeof %1$s) return 1;\n"
                .formatted(name));
        arguments.add(name);
      }
      int inputs = arguments.size();
      for (Signature.Parameter p : signature.outputs()) {
        String name = "out" + arguments.size();
        s.append("    static %s %s[%d];\n".formatted(type(p), name, p.type().shape().size()));
        arguments.add(name);
      }
      s.append("    %s(%s);\n".formatted(signature.name(), String.join(", ", arguments)));
      for (String name : arguments.subList(inputs, arguments.size())) {
        s.append("    fwrite(%1$s, 1, sizeof %1$s, stdout);\n".formatted(name));
      }
      s.append("  }\n");
    }
    return s.append("  return 0;\n}\n").toString();
  }

  private static String type(Signature.Parameter p) {
    return CType.of(p.type().element()).text();
  }

  /** The outputs of all programs, in order. */
  List<SequencedMap<String, Tensor>> run(List<Map<String, Tensor>> inputs)
      throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < signatures.size(); i++) {
      for (Signature.Parameter p : signatures.get(i).inputs()) {
        bytes.writeBytes(bytes(inputs.get(i).get(p.tensor())));
      }
    }
    String said = run(List.of(executable.toString()), bytes.toByteArray(), "results", 300);
    assertThat(said).isEmpty();
    ByteBuffer results =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("results")))
            .order(ByteOrder.LITTLE_ENDIAN);
    List<SequencedMap<String, Tensor>> outputs = new ArrayList<>();
    for (Signature signature : signatures) {
      SequencedMap<String, Tensor> own = new LinkedHashMap<>();
      signature.outputs().forEach(p -> own.put(p.tensor(), tensor(p.type(), results)));
      outputs.add(own);
    }
    assertThat(results.remaining()).isZero();
    return outputs;
  }

  SequencedMap<String, Tensor> run(Map<String, Tensor> inputs)
      throws IOException, InterruptedException {
    return run(List.of(inputs)).getFirst();
  }

  /** What the interpreter says to the same. */
  static SequencedMap<String, Tensor> interpreted(Graph graph, Map<String, Tensor> inputs) {
    return Interpreter.run(graph, inputs);
  }

  /** The named inputs of a graph. */
  static Map<String, Tensor> named(Graph graph, List<Tensor> inputs) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    List<Input> all = graph.inputs();
    for (int i = 0; i < all.size(); i++) {
      named.put(all.get(i).input(), inputs.get(i));
    }
    return named;
  }

  private String run(List<String> command, byte[] in, String out, int seconds)
      throws IOException, InterruptedException {
    Path given = Files.write(folder.resolve("given"), in);
    Path said = folder.resolve("said");
    Process p =
        new ProcessBuilder(command)
            .redirectInput(given.toFile())
            .redirectOutput(folder.resolve(out).toFile())
            .redirectError(said.toFile())
            .start();
    try {
      assertThat(p.waitFor(seconds, TimeUnit.SECONDS))
          .as("%s in time", command.getFirst())
          .isTrue();
    } finally {
      p.destroyForcibly();
    }
    String message = Files.readString(said);
    assertThat(p.exitValue()).as(message).isZero();
    return message;
  }

  static byte[] bytes(Tensor t) {
    ByteBuffer b =
        ByteBuffer.allocate(Math.toIntExact(t.type().bytes())).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < t.size(); i++) {
      switch (t.element()) {
        case FLOAT32 -> b.putFloat((float) t.at(i));
        case FLOAT64 -> b.putDouble(t.at(i));
        case INT8, UINT8, BOOL -> b.put((byte) (long) t.at(i));
        case INT16, UINT16 -> b.putShort((short) (long) t.at(i));
        case INT32, UINT32 -> b.putInt((int) (long) t.at(i));
        case INT64, UINT64 -> b.putLong(t.longs()[i]);
        case FLOAT16 -> throw new AssertionError();
      }
    }
    return b.array();
  }

  private static Tensor tensor(TensorType type, ByteBuffer b) {
    int size = type.shape().size();
    double[] reals = new double[size];
    long[] wholes = new long[size];
    for (int i = 0; i < size; i++) {
      switch (type.element()) {
        case FLOAT32 -> reals[i] = b.getFloat();
        case FLOAT64 -> reals[i] = b.getDouble();
        case INT8 -> wholes[i] = b.get();
        case UINT8, BOOL -> wholes[i] = b.get() & 0xff;
        case INT16 -> wholes[i] = b.getShort();
        case UINT16 -> wholes[i] = b.getShort() & 0xffff;
        case INT32 -> wholes[i] = b.getInt();
        case UINT32 -> wholes[i] = b.getInt() & 0xffffffffL;
        case INT64, UINT64 -> wholes[i] = b.getLong();
        case FLOAT16 -> throw new AssertionError();
      }
    }
    return type.element().isFloating() ? Tensor.of(type, reals) : Tensor.of(type, wholes);
  }
}
