package whyc.rtl;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Programs of others that read RTL. None of them comes with whyc. */
public enum Tool {
  VERILATOR("verilator", "verilator"),
  IVERILOG("iverilog", "iverilog"),
  VVP("vvp", "iverilog"),
  YOSYS("yosys", "yosys"),
  NEXTPNR_ICE40("nextpnr-ice40", "nextpnr-ice40"),
  ICEPACK("icepack", "fpga-icestorm");

  private final String program;
  private final String debianPackage;

  Tool(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /** What it is called. */
  public String program() {
    return program;
  }

  /** The program, where one of this name is on the path. */
  public Optional<Path> find() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** A sentence for where it is not there. */
  public String missing() {
    return "%s is not installed (Debian package %s)".formatted(program, debianPackage);
  }
}
