// Lines of weights from an AXI4 memory: an AXI4 read master behind the port of weight_stream.
//
//   line l    bytes base_i + l * LineBits/8 and on, lane 0 lowest
//   read      lines in the order of the reads, each as LineBits / PortBits beats
//   bursts    INCR, as long as what is left of a read, at most 256 beats and to the end of 4 KiB
//
// Reads are taken one by one, each a cycle after the last burst of the one before; bursts may wait in
// the memory, which answers in their order (one ID). Data are passed on in the cycle in which they
// come: there is room for whatever was asked for, so m_axi_rready_o never falls.
//
// base_i     a multiple of a beat's bytes; lower bits count as zeros. It may change between runs
// error_o    an answer other than OKAY or EXOKAY came since clear_i
module axi_reader #(
    parameter int LineBits = 64,
    parameter int PortBits = 32,
    parameter int FieldBits = 16,
    parameter int AddressBits = 64
) (
    input  logic                   clk_i,
    input  logic                   rst_ni,
    input  logic                   clear_i,
    input  logic [AddressBits-1:0] base_i,
    output logic                   error_o,

    input  logic                   read_valid_i,
    output logic                   read_ready_o,
    input  logic [FieldBits-1:0]   read_address_i,
    input  logic [7:0]             read_lines_i,
    output logic                   data_valid_o,
    output logic [PortBits-1:0]    data_o,

    output logic [AddressBits-1:0] m_axi_araddr_o,
    output logic [7:0]             m_axi_arlen_o,
    output logic [2:0]             m_axi_arsize_o,
    output logic [1:0]             m_axi_arburst_o,
    output logic [3:0]             m_axi_arcache_o,
    output logic [2:0]             m_axi_arprot_o,
    output logic                   m_axi_arvalid_o,
    input  logic                   m_axi_arready_i,
    input  logic [PortBits-1:0]    m_axi_rdata_i,
    input  logic [1:0]             m_axi_rresp_i,
    input  logic                   m_axi_rlast_i,
    input  logic                   m_axi_rvalid_i,
    output logic                   m_axi_rready_o
);
  localparam int BeatShift = $clog2(PortBits / 8);
  localparam int Beats = LineBits / PortBits;
  localparam int PageBeats = 4096 >> BeatShift;
  localparam int CountBits = 8 + $clog2(Beats) + 1;
  localparam int BeatAddress = AddressBits - BeatShift;
  localparam int Most = PageBeats < 256 ? PageBeats : 256;

  // What is left of a read: the next beat, counted from address 0, and how many.
  logic [BeatAddress-1:0] next_q, first;
  logic [CountBits-1:0] left_q;
  logic [12:0] to_page, burst;

  assign first   = BeatAddress'(base_i >> BeatShift) + BeatAddress'(read_address_i) * BeatAddress'(Beats);
  assign to_page = 13'(PageBeats) - (13'(next_q) & 13'(PageBeats - 1));

  always_comb begin
    burst = to_page < 13'(Most) ? to_page : 13'(Most);
    if (32'(left_q) < 32'(burst)) burst = 13'(left_q);
  end

  assign read_ready_o    = left_q == '0;
  assign m_axi_arvalid_o = left_q != '0;
  assign m_axi_araddr_o  = AddressBits'(next_q) << BeatShift;
  assign m_axi_arlen_o   = 8'(burst - 13'd1);
  assign m_axi_arsize_o  = 3'(BeatShift);
  assign m_axi_arburst_o = 2'b01;
  assign m_axi_arcache_o = 4'b0011;
  assign m_axi_arprot_o  = 3'b000;
  assign m_axi_rready_o  = 1'b1;
  assign data_valid_o    = m_axi_rvalid_i;
  assign data_o          = m_axi_rdata_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q  <= '0;
      error_o <= 1'b0;
    end else begin
      if (read_ready_o) left_q <= read_valid_i ? CountBits'(read_lines_i) * CountBits'(Beats) : '0;
      else if (m_axi_arready_i) left_q <= left_q - CountBits'(burst);
      error_o <= !clear_i && (error_o || (m_axi_rvalid_i && m_axi_rresp_i[1]));
    end
  end

  always_ff @(posedge clk_i) begin
    if (read_ready_o) next_q <= first;
    else if (m_axi_arready_i) next_q <= next_q + BeatAddress'(burst);
  end
endmodule
