// A core behind AXI: control by AXI4-Lite, images in and results out by AXI4-Stream.
//
//   0x00  write: bit 0 starts a run, bit 1 has the loader begin an image anew
//         read: bit 0 busy, bit 1 the loader waits for an image, bit 2 weights could not be read
//         in the last run
//   0x04  methods of the next run, a bit each
//   0x08  write: of the next run, bit 31: the class is given, in the lowest bits
//         read after a run: the class
//   0x0c  read: cycles of the last run
//   0x10  word of results at which the next result stream begins
//   0x14  words of the next result stream; writing it begins it
//   0x18  where weights begin in the memory outside, if there is one; 0x1c the upper 32 bits
//
// An image is ImageWords words of features on s_axis, lane 0 lowest, and begins at ImageAddress
// again after the last, or after bit 1 of 0x00 where an image was broken off. Words that come during
// a run wait. Results are words of m_axis; tlast goes with the last. A run that is started waits for
// results that were asked for before, since it makes others in their place. Registers are 32 bits;
// strobes are not looked at: a write is of all four bytes.
module core_axi #(
    parameter int FeatureWidth = 64,
    parameter int ResultWidth = 128,
    parameter int FieldBits = 16,
    parameter int MethodBits = 4,
    parameter int ClassBits = 10,
    parameter int ImageAddress = 0,
    parameter int ImageWords = 1024
) (
    input  logic                    clk_i,
    input  logic                    rst_ni,

    input  logic [4:0]              s_axi_awaddr_i,
    input  logic                    s_axi_awvalid_i,
    output logic                    s_axi_awready_o,
    input  logic [31:0]             s_axi_wdata_i,
    input  logic                    s_axi_wvalid_i,
    output logic                    s_axi_wready_o,
    output logic [1:0]              s_axi_bresp_o,
    output logic                    s_axi_bvalid_o,
    input  logic                    s_axi_bready_i,
    input  logic [4:0]              s_axi_araddr_i,
    input  logic                    s_axi_arvalid_i,
    output logic                    s_axi_arready_o,
    output logic [31:0]             s_axi_rdata_o,
    output logic [1:0]              s_axi_rresp_o,
    output logic                    s_axi_rvalid_o,
    input  logic                    s_axi_rready_i,

    input  logic [FeatureWidth-1:0] s_axis_tdata_i,
    input  logic                    s_axis_tvalid_i,
    output logic                    s_axis_tready_o,

    output logic [ResultWidth-1:0]  m_axis_tdata_o,
    output logic                    m_axis_tvalid_o,
    output logic                    m_axis_tlast_o,
    input  logic                    m_axis_tready_i,

    // the core
    output logic                    start_o,
    output logic [MethodBits-1:0]   methods_o,
    output logic                    class_given_o,
    output logic [ClassBits-1:0]    class_o,
    input  logic                    busy_i,
    input  logic [ClassBits-1:0]    class_i,
    output logic [63:0]             base_o,
    input  logic                    error_i,
    output logic                    load_o,
    output logic [FieldBits-1:0]    load_address_o,
    output logic [FeatureWidth-1:0] load_data_o,
    output logic [FieldBits-1:0]    read_o,
    input  logic [ResultWidth-1:0]  result_i
);
  logic [FieldBits-1:0] loaded_q, from_q, left_q;
  logic [31:0] cycles_q;
  logic [MethodBits-1:0] methods_q;
  logic [ClassBits-1:0] class_q;
  logic write, start_q, given_q, reads_q, streams_q, rests;

  // Address and data of a write are taken together, when the last answer has gone.
  assign write           = s_axi_awvalid_i && s_axi_wvalid_i && !s_axi_bvalid_o;
  assign s_axi_awready_o = write;
  assign s_axi_wready_o  = write;
  assign s_axi_bresp_o   = 2'b00;
  assign s_axi_rresp_o   = 2'b00;
  assign s_axi_arready_o = !s_axi_rvalid_o;

  assign rests = !busy_i && !start_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s_axi_bvalid_o <= 1'b0;
      s_axi_rvalid_o <= 1'b0;
      start_q        <= 1'b0;
      start_o        <= 1'b0;
      methods_q      <= '0;
      given_q        <= 1'b0;
      class_q        <= '0;
      methods_o      <= '0;
      class_given_o  <= 1'b0;
      class_o        <= '0;
      base_o         <= '0;
      from_q         <= '0;
      left_q         <= '0;
      cycles_q       <= '0;
      loaded_q       <= '0;
      reads_q        <= 1'b0;
      streams_q      <= 1'b0;
    end else begin
      if (write) s_axi_bvalid_o <= 1'b1;
      else if (s_axi_bready_i) s_axi_bvalid_o <= 1'b0;

      // What a run was asked for stays as it is until the next begins.
      start_o <= start_q && rests && left_q == '0 && !reads_q && !streams_q;
      if (start_q && rests && left_q == '0 && !reads_q && !streams_q) begin
        start_q       <= 1'b0;
        methods_o     <= methods_q;
        class_given_o <= given_q;
        class_o       <= class_q;
      end
      if (start_o) cycles_q <= 32'd1;
      else if (busy_i) cycles_q <= cycles_q + 1'b1;

      // A result is read, and a cycle later offered until it is taken.
      reads_q <= left_q != '0 && !reads_q && !streams_q && rests;
      if (reads_q) streams_q <= 1'b1;
      else if (m_axis_tready_i && streams_q) begin
        streams_q <= 1'b0;
        from_q    <= from_q + 1'b1;
        left_q    <= left_q - 1'b1;
      end

      if (write) begin
        unique case (s_axi_awaddr_i[4:2])
          3'd0: if (s_axi_wdata_i[0]) start_q <= 1'b1;
          3'd1: methods_q <= s_axi_wdata_i[MethodBits-1:0];
          3'd2: begin
            given_q <= s_axi_wdata_i[31];
            class_q <= s_axi_wdata_i[ClassBits-1:0];
          end
          3'd4: from_q <= s_axi_wdata_i[FieldBits-1:0];
          3'd5: left_q <= s_axi_wdata_i[FieldBits-1:0];
          3'd6: base_o[31:0] <= s_axi_wdata_i;
          3'd7: base_o[63:32] <= s_axi_wdata_i;
          default: ;
        endcase
      end

      if (s_axi_arvalid_i && s_axi_arready_o) s_axi_rvalid_o <= 1'b1;
      else if (s_axi_rready_i) s_axi_rvalid_o <= 1'b0;

      if (write && s_axi_awaddr_i[4:2] == 3'd0 && s_axi_wdata_i[1]) loaded_q <= '0;
      else if (load_o)
        loaded_q <= loaded_q + 1'b1 == FieldBits'(ImageWords) ? '0 : loaded_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (s_axi_arvalid_i && s_axi_arready_o) begin
      unique case (s_axi_araddr_i[4:2])
        3'd0: s_axi_rdata_o <= {29'd0, error_i, s_axis_tready_o, !rests || start_q};
        3'd1: s_axi_rdata_o <= 32'(methods_q);
        3'd2: s_axi_rdata_o <= 32'(class_i);
        3'd3: s_axi_rdata_o <= cycles_q;
        3'd4: s_axi_rdata_o <= 32'(from_q);
        3'd5: s_axi_rdata_o <= 32'(left_q);
        3'd6: s_axi_rdata_o <= base_o[31:0];
        3'd7: s_axi_rdata_o <= base_o[63:32];
        default: s_axi_rdata_o <= '0;
      endcase
    end
  end

  assign s_axis_tready_o = rests && !start_q;
  assign load_o          = s_axis_tvalid_i && s_axis_tready_o;
  assign load_address_o  = FieldBits'(ImageAddress) + loaded_q;
  assign load_data_o     = s_axis_tdata_i;

  assign read_o          = from_q;
  assign m_axis_tdata_o  = result_i;
  assign m_axis_tvalid_o = streams_q;
  assign m_axis_tlast_o  = left_q == FieldBits'(1);
endmodule
