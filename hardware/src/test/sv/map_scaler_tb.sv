// Maps of 1 to 40 codes, all sizes of codes, one of zeros: each code by the header's formula, what lies
// around the map untouched, and the cycles.
module map_scaler_tb;

  localparam int Words = 64;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic start, done, write;
  logic [15:0] from, count, read, address, code, most, word;
  logic [15:0] memory[Words], old[Words];
  logic [15:0] wants;
  longint largest, quotient;
  int wrong, seed, cycles;

  map_scaler #(.Bits(16), .FieldBits(16)) dut (
      .clk_i(clk), .rst_ni(rst_n), .start_i(start), .done_o(done), .address_i(from),
      .count_i(count), .read_o(read), .word_i(word), .write_o(write), .address_o(address),
      .code_o(code), .most_o(most));

  always_ff @(posedge clk) begin
    word <= memory[read[5:0]];
    if (write) memory[address[5:0]] <= code;
  end

  task automatic tick;
    #1 clk = 1'b1;
    #1 clk = 1'b0;
  endtask

  task automatic draw(input int run);
    from  = 16'($unsigned($random(seed)) % 20);
    count = 16'($unsigned($random(seed)) % 40 + 1);
    largest = 0;
    for (int i = 0; i < Words; i++) begin
      memory[i] = run == 0 ? 16'd0 : 16'(($unsigned($random(seed)) & 32'h7fff) >> (run % 15));
      old[i] = memory[i];
      if (i >= int'(from) && i < int'(from) + int'(count) && longint'(memory[i]) > largest) begin
        largest = longint'(memory[i]);
      end
    end
    quotient = largest == 0 ? 64'd0 : (64'd32767 << 16) / largest;
  endtask

  initial begin
    wrong = 0;
    seed = 9;
    start = 1'b0;
    tick;
    rst_n = 1'b1;
    for (int run = 0; run < 300; run++) begin
      draw(run);
      start = 1'b1;
      tick;
      start = 1'b0;
      cycles = 0;
      while (!done) begin
        tick;
        cycles = cycles + 1;
      end
      if (cycles != 2 * (int'(count) + 16) + 2) wrong = wrong + 1;
      if (longint'(most) != largest) wrong = wrong + 1;
      for (int i = 0; i < Words; i++) begin
        wants = old[i];
        if (i >= int'(from) && i < int'(from) + int'(count)) begin
          wants = 16'((longint'(old[i]) * quotient + 64'd32768) >> 16);
        end
        if (memory[i] != wants) wrong = wrong + 1;
      end
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
