// Feeds maps to heatmap_encoder, and compares the bytes that come out with those of a file:
//
//   +vectors=FILE       numbers apart by white space, those marked h in hexadecimal; lists begin with their length
//
//   maps
//   channels height width  codes { code h }*  mixed crc h  bytes { byte h }*
//
// the second line for each map. Codes come and bytes are taken with pauses in every second one. Says PASS and how
// many, with the cycles that all maps took, or what was wrong. With the macro NETLIST the cell has no parameters.
module heatmap_encoder_tb #(
  parameter int Bits = 8,
  parameter int Side = 4
);

  localparam int Most = 1 << 16;
  localparam int MaxTiles = 1 << 14;
  localparam int ExtentBits = 12;

  logic clk, rst_n;
  always #5 clk = !clk;

  int channels, height, width, codes, bytes;
  logic [Bits-1:0] code[Most];
  logic [7:0] byte_want[2*Most];
  logic mixed_want;
  logic [31:0] crc_want;

  logic start, running, pauses, code_valid, code_ready, byte_valid, byte_ready, byte_last, mixed;
  logic [7:0] byte_seen;
  logic [31:0] length, crc, noise;
  int at_code, at_byte, cycles, wrong, wrong_sums;

  assign code_valid = running && at_code < codes && (!pauses || noise[0]);
  assign byte_ready = !pauses || noise[3];

  heatmap_encoder
`ifndef NETLIST
  #(
    .Bits(Bits), .Side(Side), .MaxCodes(Most), .MaxTiles(MaxTiles), .ExtentBits(ExtentBits)
  )
`endif
  dut (
    .clk_i(clk), .rst_ni(rst_n),
    .channels_i(ExtentBits'(channels)), .height_i(ExtentBits'(height)), .width_i(ExtentBits'(width)),
    .code_valid_i(code_valid), .code_ready_o(code_ready), .code_i(code[at_code]),
    .byte_valid_o(byte_valid), .byte_ready_i(byte_ready), .byte_last_o(byte_last), .byte_o(byte_seen),
    .mixed_o(mixed), .length_o(length), .crc_o(crc)
  );

  always @(posedge clk) begin
    if (!rst_n) begin
      wrong <= 0;
      noise <= 32'd1;
    end else begin
      noise <= noise[0] ? (noise >> 1) ^ 32'ha3000000 : noise >> 1;
    end
    if (start) begin
      at_code <= 0;
      at_byte <= 0;
    end else begin
      if (code_valid && code_ready) at_code <= at_code + 1;
      if (byte_valid && byte_ready) begin
        at_byte <= at_byte + 1;
        if (at_byte >= bytes || byte_seen !== byte_want[at_byte] || byte_last != (at_byte == bytes - 1)) begin
          if (wrong < 5) $display("byte %0d of %0d is %h, want %h", at_byte, bytes, byte_seen, byte_want[at_byte]);
          wrong <= wrong + 1;
        end
      end
    end
  end

  int file, maps, all_maps;
  reg [8*1024-1:0] name;

  // Assigned from here, and not by $fscanf itself: Verilator 5.006 would not see that logic depends on it.
  function automatic int number(input int unused);
    int status, value;
    status = $fscanf(file, "%d", value);
    number = value;
  endfunction

  function automatic logic [31:0] bits(input int unused);
    int status;
    logic [31:0] value;
    status = $fscanf(file, "%h", value);
    bits = value;
  endfunction

  task automatic read_map;
    channels = number(0);
    height = number(0);
    width = number(0);
    codes = number(0);
    for (int i = 0; i < codes; i++) code[i] = Bits'(bits(0));
    mixed_want = bits(0) != 0;
    crc_want = bits(0);
    bytes = number(0);
    for (int i = 0; i < bytes; i++) byte_want[i] = 8'(bits(0));
  endtask

  task automatic run;
    start = 1;
    @(negedge clk) start = 0;
    running = 1;
    while (at_byte < bytes && cycles < 10000000) begin
      @(negedge clk);
      cycles = cycles + 1;
    end
    running = 0;
    if (mixed != mixed_want || length != bytes || crc != crc_want) begin
      $display("map %0d: mixed %b, length %0d, sum %h; want %b, %0d, %h", maps, mixed, length, crc, mixed_want, bytes,
               crc_want);
      wrong_sums = wrong_sums + 1;
    end
    repeat (3) @(negedge clk);
  endtask

  initial begin
    clk = 0;
    rst_n = 0;
    start = 0;
    running = 0;
    pauses = 0;
    cycles = 0;
    wrong_sums = 0;
    maps = 0;
    if (!$value$plusargs("vectors=%s", name)) begin
      $display("wants +vectors=FILE");
      $finish;
    end
    file = $fopen(name, "r");
    repeat (2) @(negedge clk);
    rst_n = 1;
    all_maps = number(0);
    while (maps < all_maps) begin
      read_map;
      pauses = maps % 2 == 1;
      run;
      maps = maps + 1;
    end
    if (wrong + wrong_sums == 0 && maps > 0) $display("PASS %0d maps, %0d cycles", maps, cycles);
    else $display("FAIL %0d of %0d", wrong + wrong_sums, maps);
    $finish;
  end

endmodule
