// Drawn numbers of few values, so that many are equal: the first of the largest is wanted.
module argmax_tb;

  localparam int Lanes = 4;
  localparam int Bits = 8;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic start, done;
  logic [7:0] count, read;
  logic [4:0] found;
  logic [Lanes*Bits-1:0] words[8];
  logic [Lanes*Bits-1:0] word;
  logic signed [Bits-1:0] number, most;
  int wrong, seed, best;

  always_ff @(posedge clk) word <= words[read[2:0]];

  argmax #(.Lanes(Lanes), .Bits(Bits), .FieldBits(8), .ClassBits(5)) dut (
      .clk_i(clk), .rst_ni(rst_n), .start_i(start), .done_o(done), .address_i(8'd1),
      .count_i(count), .read_o(read), .word_i(word), .class_o(found));

  task automatic tick;
    #1 clk = 1'b1;
    #1 clk = 1'b0;
  endtask

  initial begin
    wrong = 0;
    seed = 3;
    start = 1'b0;
    tick;
    rst_n = 1'b1;
    for (int run = 0; run < 400; run++) begin
      for (int w = 0; w < 8; w++) begin
        for (int i = 0; i < Lanes; i++) words[w][i*Bits +: Bits] = 8'($random(seed) % 4);
      end
      count = 8'(1 + run % 24);
      best = 0;
      for (int i = 0; i < int'(count); i++) begin
        number = words[1 + i / Lanes][(i % Lanes)*Bits +: Bits];
        if (i == 0 || number > most) begin
          best = i;
          most = number;
        end
      end
      start = 1'b1;
      tick;
      start = 1'b0;
      while (!done) tick;
      if (int'(found) != best) wrong = wrong + 1;
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
