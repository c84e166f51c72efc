// A core behind AXI, over its buses alone: images go in, runs are started and waited for, weights
// come from a memory that is slow and pauses, results come out. Class, codes and the count of beats
// are compared with what they are to be; cycles are those of this memory, and not looked at.
// Files are those of the folder's own test bench, and two more: of each run its beats, and of each
// result that is read {lanes, words, address, run}, 16 bits each.
module whyc_axi_tb #(
    parameter Folder = ".",
    parameter int LineBits = 64,
    parameter int PortBits = 32,
    parameter int FeatureBits = 64,
    parameter int ResultBits = 128,
    parameter int Lines = 1,
    parameter int Words = 1,
    parameter int InputLines = 1,
    parameter int ExpectedLines = 1,
    parameter int Reads = 1,
    parameter int Runs = 1
);

  localparam int Pieces = LineBits / PortBits;
  localparam int BeatBytes = PortBits / 8;
  localparam logic [63:0] Base = 64'h2_0000_1040 / (BeatBytes * Pieces) * (BeatBytes * Pieces);

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic [4:0] awaddr, araddr;
  logic awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;
  logic [31:0] wdata, rdata;
  logic [1:0] bresp, rresp;
  logic [FeatureBits-1:0] in_data;
  logic [ResultBits-1:0] out_data;
  logic in_valid, in_ready, out_valid, out_last, out_ready;
  logic [63:0] m_araddr;
  logic [7:0] m_arlen;
  logic [2:0] m_arsize, m_arprot;
  logic [1:0] m_arburst, m_rresp;
  logic [3:0] m_arcache;
  logic m_arvalid, m_arready, m_rlast, m_rvalid, m_rready;
  logic [PortBits-1:0] m_rdata;

  whyc_axi #(.Folder(Folder)) dut (
      .clk_i(clk), .rst_ni(rst_n),
      .s_axi_awaddr_i(awaddr), .s_axi_awvalid_i(awvalid), .s_axi_awready_o(awready),
      .s_axi_wdata_i(wdata), .s_axi_wvalid_i(wvalid), .s_axi_wready_o(wready),
      .s_axi_bresp_o(bresp), .s_axi_bvalid_o(bvalid), .s_axi_bready_i(bready),
      .s_axi_araddr_i(araddr), .s_axi_arvalid_i(arvalid), .s_axi_arready_o(arready),
      .s_axi_rdata_o(rdata), .s_axi_rresp_o(rresp), .s_axi_rvalid_o(rvalid),
      .s_axi_rready_i(rready),
      .m_axi_araddr_o(m_araddr), .m_axi_arlen_o(m_arlen), .m_axi_arsize_o(m_arsize),
      .m_axi_arburst_o(m_arburst), .m_axi_arcache_o(m_arcache), .m_axi_arprot_o(m_arprot),
      .m_axi_arvalid_o(m_arvalid), .m_axi_arready_i(m_arready), .m_axi_rdata_i(m_rdata),
      .m_axi_rresp_i(m_rresp), .m_axi_rlast_i(m_rlast), .m_axi_rvalid_i(m_rvalid),
      .m_axi_rready_o(m_rready),
      .s_axis_tdata_i(in_data), .s_axis_tvalid_i(in_valid), .s_axis_tready_o(in_ready),
      .m_axis_tdata_o(out_data), .m_axis_tvalid_o(out_valid), .m_axis_tlast_o(out_last),
      .m_axis_tready_i(out_ready));

  logic [LineBits-1:0] weights[Lines];
  logic [FeatureBits-1:0] inputs[InputLines];
  logic [ResultBits-1:0] expected[ExpectedLines];
  logic [63:0] runs[Runs];
  logic [63:0] reads[Reads];
  logic [31:0] beats[Runs];
  logic [63:0] waiting_address[256];
  int waiting_beats[256];
  logic [7:0] first, behind;
  int beat, came, wrong, at, from;
  int seed = 3;

  function automatic int drawn(input int below);
    return $unsigned($random(seed)) % below;
  endfunction

  function automatic logic [PortBits-1:0] stored(input logic [63:0] address);
    int piece;
    piece = int'((address - Base) / 64'(BeatBytes));
    return weights[piece / Pieces][piece % Pieces * PortBits +: PortBits];
  endfunction

  task automatic fail(input string what, input int wants, input int got);
    wrong = wrong + 1;
    if (wrong < 20) $display("%s: wants %0d, got %0d", what, wants, got);
  endtask

  task automatic tick;
    #1;
    if (m_arvalid && m_arready) begin
      waiting_address[behind] = m_araddr;
      waiting_beats[behind]   = int'(m_arlen) + 1;
      behind = behind + 1'b1;
    end
    if (m_rvalid && m_rready) begin
      came = came + 1;
      beat = m_rlast ? 0 : beat + 1;
      if (m_rlast) first = first + 1'b1;
    end
    #1 clk = 1'b1;
    #1 clk = 1'b0;
    m_rvalid = first != behind && drawn(3) != 0;
    if (m_rvalid) m_rdata = stored(waiting_address[first] + 64'(beat * BeatBytes));
    m_rlast   = beat == waiting_beats[first] - 1;
    m_arready = 8'(behind - first) < 8'd4 && drawn(3) == 0;
  endtask

  task automatic write(input logic [4:0] address, input logic [31:0] value);
    awaddr  = address;
    wdata   = value;
    awvalid = 1'b1;
    wvalid  = 1'b1;
    bready  = 1'b1;
    #1;
    while (!awready) tick;
    tick;
    awvalid = 1'b0;
    wvalid  = 1'b0;
    while (!bvalid) tick;
    tick;
  endtask

  task automatic status(input logic [4:0] address);
    araddr  = address;
    arvalid = 1'b1;
    rready  = 1'b0;
    tick;
    arvalid = 1'b0;
    while (!rvalid) tick;
    rready = 1'b1;
    tick;
    rready = 1'b0;
  endtask

  task automatic results(input logic [63:0] read);
    write(5'h10, 32'(read[31:16]));
    write(5'h14, 32'(read[47:32]));
    for (int w = 0; w < int'(read[47:32]); w++) begin
      out_ready = 1'b1;
      #1;
      while (!out_valid) tick;
      for (int i = 0; i < int'(read[63:48]); i++) begin
        if (out_data[16*i +: 16] != expected[at][16*i +: 16]) begin
          fail("code", int'(expected[at][16*i +: 16]), int'(out_data[16*i +: 16]));
        end
      end
      at = at + 1;
      tick;
      out_ready = 1'b0;
    end
  endtask

  initial begin
    $readmemh({Folder, "/weights.hex"}, weights);
    $readmemh({Folder, "/inputs.hex"}, inputs);
    $readmemh({Folder, "/expected.hex"}, expected);
    $readmemh({Folder, "/runs.hex"}, runs);
    $readmemh({Folder, "/reads.hex"}, reads);
    $readmemh({Folder, "/beats.hex"}, beats);
    {awvalid, wvalid, bready, arvalid, rready, in_valid, out_ready} = '0;
    {m_arready, m_rvalid, m_rlast, m_rresp, first, behind, beat, wrong, at} = '0;
    repeat (4) tick;
    rst_n = 1'b1;
    repeat (4) tick;
    write(5'h18, Base[31:0]);
    write(5'h1c, Base[63:32]);
    for (int r = 0; r < Runs; r++) begin
      for (int w = 0; w < Words; w++) begin
        in_data  = inputs[r*Words + w];
        in_valid = 1'b1;
        #1;
        while (!in_ready) tick;
        tick;
      end
      in_valid = 1'b0;
      came = 0;
      write(5'h04, 32'(runs[r][63:48]));
      write(5'h00, 32'd1);
      status(5'h00);
      while (rdata[0]) status(5'h00);
      if (rdata[2]) fail("errors", 0, 1);
      if (came != int'(beats[r])) fail("beats", int'(beats[r]), came);
      status(5'h08);
      if (rdata != 32'(runs[r][47:32])) fail("class", int'(runs[r][47:32]), int'(rdata));
      for (int i = 0; i < Reads; i++) begin
        if (reads[i][15:0] == 16'(r)) results(reads[i]);
      end
    end
    if (wrong == 0 && at == ExpectedLines) $display("PASS");
    else $display("FAIL: %0d, %0d words", wrong, at);
    $finish;
  end

endmodule
