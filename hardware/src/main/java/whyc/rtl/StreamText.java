package whyc.rtl;

/** The port of generated modules through which weights come from a memory outside. */
final class StreamText {
  private StreamText() {}

  static boolean isStreamed(Program p) {
    return p.core().weights() instanceof Weights.Streamed;
  }

  /** Its declaration; nothing where weights lie on the chip. */
  static String ports(Program p) {
    return isStreamed(p) ? sized(PORTS, p) : "";
  }

  /** The port of the top behind AXI: a master that reads; nothing where weights lie on the chip. */
  static String masterPorts(Program p) {
    return isStreamed(p) ? sized(MASTER_PORTS, p) : "";
  }

  /** What reads there. */
  static String master(Program p) {
    return sized(isStreamed(p) ? MASTER : NO_MASTER, p);
  }

  /** How a core is connected to it. */
  static String read(Program p) {
    return isStreamed(p) ? READ : "";
  }

  /** What the core itself is connected to where nothing comes from outside. */
  static String unused(Program p) {
    return isStreamed(p) ? "" : sized(UNUSED, p);
  }

  /** How the core itself is connected. */
  static String core(Program p) {
    return isStreamed(p) ? THROUGH : TIED;
  }

  /** A test bench's connections. */
  static String benched(Program p) {
    return isStreamed(p) ? BENCHED : "";
  }

  /** A test bench's memory, which answers as cycles are counted. */
  static String memory(Program p) {
    return switch (p.core().weights()) {
      case Weights.Held _, Weights.Loaded _ -> "";
      case Weights.Streamed s ->
          sized(MEMORY, p)
              .replace("@PIECES@", String.valueOf(p.core().lineBits() / p.core().portBits()))
              .replace("@LATENCY@", String.valueOf(s.latencyCycles()));
    };
  }

  private static String sized(String text, Program p) {
    return text.replace("@FIELD@", String.valueOf(p.fieldBits()))
        .replace("@PORT@", String.valueOf(p.core().portBits()))
        .replace("@LINE@", String.valueOf(p.core().lineBits()));
  }

  private static final String PORTS =
      """
          // weights, as weight_stream.sv explains
          output logic               weight_read_valid_o,
          input  logic               weight_read_ready_i,
          output logic [@FIELD@-1:0] weight_read_address_o,
          output logic [7:0]         weight_read_lines_o,
          input  logic               weight_data_valid_i,
          input  logic [@PORT@-1:0]  weight_data_i,
      """;

  private static final String MASTER_PORTS =
      """
          // weights, as axi_reader.sv reads them
          output logic [63:0]  m_axi_araddr_o,
          output logic [7:0]   m_axi_arlen_o,
          output logic [2:0]   m_axi_arsize_o,
          output logic [1:0]   m_axi_arburst_o,
          output logic [3:0]   m_axi_arcache_o,
          output logic [2:0]   m_axi_arprot_o,
          output logic         m_axi_arvalid_o,
          input  logic         m_axi_arready_i,
          input  logic [@PORT@-1:0] m_axi_rdata_i,
          input  logic [1:0]   m_axi_rresp_i,
          input  logic         m_axi_rlast_i,
          input  logic         m_axi_rvalid_i,
          output logic         m_axi_rready_o,
      """;

  private static final String READ =
      """
            .weight_read_valid_o  (read_valid),
            .weight_read_ready_i  (read_ready),
            .weight_read_address_o(read_address),
            .weight_read_lines_o  (read_lines),
            .weight_data_valid_i  (data_valid),
            .weight_data_i        (data),
      """;

  private static final String MASTER =
      """

        logic read_valid, read_ready, data_valid;
        logic [@FIELD@-1:0] read_address;
        logic [7:0] read_lines;
        logic [@PORT@-1:0] data;

        axi_reader #(
            .LineBits(@LINE@),
            .PortBits(@PORT@),
            .FieldBits(@FIELD@),
            .AddressBits(64)
        ) u_reader (
            .clk_i,
            .rst_ni,
            .clear_i       (start),
            .base_i        (base),
            .error_o       (failed),
            .read_valid_i  (read_valid),
            .read_ready_o  (read_ready),
            .read_address_i(read_address),
            .read_lines_i  (read_lines),
            .data_valid_o  (data_valid),
            .data_o        (data),
            .m_axi_araddr_o,
            .m_axi_arlen_o,
            .m_axi_arsize_o,
            .m_axi_arburst_o,
            .m_axi_arcache_o,
            .m_axi_arprot_o,
            .m_axi_arvalid_o,
            .m_axi_arready_i,
            .m_axi_rdata_i,
            .m_axi_rresp_i,
            .m_axi_rlast_i,
            .m_axi_rvalid_i,
            .m_axi_rready_o
        );
      """;

  private static final String NO_MASTER =
      """

        assign failed = 1'b0;
      """;

  private static final String THROUGH =
      """
            .weight_read_valid_o,
            .weight_read_ready_i,
            .weight_read_address_o,
            .weight_read_lines_o,
            .weight_data_valid_i,
            .weight_data_i,
      """;

  private static final String UNUSED =
      """
        // Weights lie on the chip.
        logic no_read;
        logic [@FIELD@-1:0] no_address;
        logic [7:0] no_lines;

      """;

  private static final String TIED =
      """
            .weight_read_valid_o  (no_read),
            .weight_read_ready_i  (1'b0),
            .weight_read_address_o(no_address),
            .weight_read_lines_o  (no_lines),
            .weight_data_valid_i  (1'b0),
            .weight_data_i        ('0),
      """;

  private static final String BENCHED =
      """
            .weight_read_valid_o  (weight_read_valid),
            .weight_read_ready_i  (1'b1),
            .weight_read_address_o(weight_read_address),
            .weight_read_lines_o  (weight_read_lines),
            .weight_data_valid_i  (weight_data_valid),
            .weight_data_i        (weight_data),
      """;

  private static final String MEMORY =
      """
        // A memory that takes every read, and brings @PORT@ bits a cycle from the @LATENCY@th on.
        localparam int Reads = 1024;
        logic weight_read_valid;
        logic weight_data_valid = 1'b0;
        logic [@FIELD@-1:0] weight_read_address;
        logic [7:0] weight_read_lines;
        logic [@PORT@-1:0] weight_data;
        int read_at[Reads];
        int read_time[Reads];
        int read_pieces[Reads];
        int first = 0;
        int behind = 0;
        int piece = 0;
        int now = 0;

        always @(posedge clk) begin
          now = now + 1;
          if (weight_read_valid) begin
            read_at[behind % Reads] = int'(weight_read_address) * @PIECES@;
            read_time[behind % Reads] = now;
            read_pieces[behind % Reads] = int'(weight_read_lines) * @PIECES@;
            behind = behind + 1;
          end
        end

        always @(negedge clk) begin
          weight_data_valid = 1'b0;
          if (first != behind && now - read_time[first % Reads] >= @LATENCY@ - 1) begin
            weight_data_valid = 1'b1;
            weight_data = weights[(read_at[first % Reads] + piece) / @PIECES@]
                [(read_at[first % Reads] + piece) % @PIECES@ * @PORT@ +: @PORT@];
            piece = piece + 1;
            if (piece == read_pieces[first % Reads]) begin
              piece = 0;
              first = first + 1;
            end
          end
        end

      """;
}
