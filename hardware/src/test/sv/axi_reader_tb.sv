// Reads of drawn lines from a memory that takes bursts late, has several of them waiting, and pauses
// between beats. It checks each burst: its form, at most 256 beats, none across 4 KiB, and that it
// stays as it is until it is taken. What comes is compared with what lies there, byte by byte.
module axi_reader_tb #(
    parameter int LineBits = 128,
    parameter int PortBits = 32,
    parameter int Reads = 400
);

  localparam int BeatBytes = PortBits / 8;
  localparam int LineBytes = LineBits / 8;
  localparam int Whole = 255 * LineBytes / BeatBytes;
  localparam int Page = 4096 / BeatBytes < 256 ? 4096 / BeatBytes : 256;
  localparam int Longest = Whole < Page ? Whole : Page;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic clear, error, read_valid, read_ready, data_valid;
  logic [63:0] base;
  logic [15:0] read_address;
  logic [7:0] read_lines;
  logic [PortBits-1:0] data, rdata;
  logic [63:0] araddr;
  logic [7:0] arlen;
  logic [2:0] arsize, arprot;
  logic [1:0] arburst, rresp;
  logic [3:0] arcache;
  logic arvalid, arready, rlast, rvalid, rready;

  axi_reader #(
      .LineBits(LineBits), .PortBits(PortBits), .FieldBits(16), .AddressBits(64)
  ) dut (
      .clk_i(clk), .rst_ni(rst_n), .clear_i(clear), .base_i(base), .error_o(error),
      .read_valid_i(read_valid), .read_ready_o(read_ready), .read_address_i(read_address),
      .read_lines_i(read_lines), .data_valid_o(data_valid), .data_o(data),
      .m_axi_araddr_o(araddr), .m_axi_arlen_o(arlen), .m_axi_arsize_o(arsize),
      .m_axi_arburst_o(arburst), .m_axi_arcache_o(arcache), .m_axi_arprot_o(arprot),
      .m_axi_arvalid_o(arvalid), .m_axi_arready_i(arready), .m_axi_rdata_i(rdata),
      .m_axi_rresp_i(rresp), .m_axi_rlast_i(rlast), .m_axi_rvalid_i(rvalid),
      .m_axi_rready_o(rready));

  int wrong, bursts, longest, done, beats;
  int seed = 7;
  // Bursts that were taken, and the reads that they belong to.
  logic [63:0] waiting_address[256];
  int waiting_beats[256];
  logic [7:0] first, behind;
  int beat;
  logic held;
  logic [63:0] held_address;
  logic [7:0] held_length;
  logic [63:0] wanted[Reads + 1];
  int wanted_beats[Reads + 1];
  int asked, at_read, at_beat;

  function automatic int drawn(input int below);
    return $unsigned($random(seed)) % below;
  endfunction

  // What lies at an address.
  function automatic logic [7:0] byte_at(input logic [63:0] address);
    return 8'(address * 64'd29 + (address >> 8) * 64'd7 + (address >> 16));
  endfunction

  function automatic logic [PortBits-1:0] beat_at(input logic [63:0] address);
    for (int b = 0; b < BeatBytes; b++) beat_at[8*b +: 8] = byte_at(address + 64'(b));
  endfunction

  task automatic fail(input string what);
    wrong = wrong + 1;
    if (wrong < 10) $display("%s: read %0d, burst %0d", what, at_read, bursts);
  endtask

  task automatic takes;
    if (arsize != 3'($clog2(BeatBytes)) || arburst != 2'b01) fail("form");
    if (araddr % 64'(BeatBytes) != 0) fail("alignment");
    if ((araddr >> 12) != ((araddr + 64'((int'(arlen) + 1) * BeatBytes - 1)) >> 12)) fail("4 KiB");
    waiting_address[behind] = araddr;
    waiting_beats[behind] = int'(arlen) + 1;
    behind = behind + 1'b1;
    bursts = bursts + 1;
    if (int'(arlen) + 1 > longest) longest = int'(arlen) + 1;
  endtask

  // All that goes in is settled before the rising edge, at which both sides look.
  task automatic tick;
    #1;
    if (held && (!arvalid || araddr != held_address || arlen != held_length)) fail("a burst moved");
    held         = arvalid && !arready;
    held_address = araddr;
    held_length  = arlen;
    if (arvalid && arready) takes;
    if (read_valid && read_ready) begin
      wanted[asked]       = base + 64'(read_address) * 64'(LineBytes);
      wanted_beats[asked] = int'(read_lines) * (LineBytes / BeatBytes);
      asked               = asked + 1;
    end
    if (data_valid) begin
      if (data != beat_at(wanted[at_read] + 64'(at_beat * BeatBytes))) fail("data");
      beats   = beats + 1;
      at_beat = at_beat + 1;
      if (at_beat == wanted_beats[at_read]) begin
        at_beat = 0;
        at_read = at_read + 1;
      end
    end
    if (rvalid) begin
      if (!rready) fail("not ready");
      beat = beat + 1;
      if (rlast) begin
        beat  = 0;
        first = first + 1'b1;
      end
    end
    #1 clk = 1'b1;
    #1 clk = 1'b0;
    rvalid = first != behind && drawn(4) != 0;
    rdata  = beat_at(waiting_address[first] + 64'(beat * BeatBytes));
    rlast  = beat == waiting_beats[first] - 1;
    arready = 8'(behind - first) < 8'd200 && drawn(3) == 0;
  endtask

  initial begin
    {wrong, bursts, longest, done, beats, beat, asked, at_read, at_beat} = '0;
    {first, behind, held, read_valid, rvalid, rlast, arready, clear} = '0;
    rresp = 2'b00;
    base  = 64'h1_2345_0ff0 / 64'(BeatBytes) * 64'(BeatBytes);
    tick;
    rst_n = 1'b1;
    tick;
    for (int r = 0; r < Reads; r++) begin
      read_valid   = 1'b1;
      read_address = 16'(drawn(5000));
      read_lines   = r % 7 == 0 ? 8'd255 : 8'(1 + drawn(20));
      while (!read_ready) tick;
      tick;
      read_valid = 1'b0;
      repeat (drawn(3)) tick;
    end
    for (int t = 0; t < 1000000 && at_read != Reads; t++) tick;
    if (at_read != Reads || at_beat != 0 || first != behind) fail("the end");
    if (longest != Longest) fail("the longest");
    if (error) fail("an error that was none");
    rresp      = 2'b10;
    read_valid = 1'b1;
    read_lines = 8'd1;
    tick;
    read_valid = 1'b0;
    repeat (200) tick;
    if (!error) fail("an error");
    clear = 1'b1;
    tick;
    clear = 1'b0;
    tick;
    if (error) fail("an error that was cleared");
    if (wrong == 0) $display("PASS: %0d reads, %0d bursts, %0d beats", Reads, bursts, beats);
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
