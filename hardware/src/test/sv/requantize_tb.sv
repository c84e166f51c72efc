// Sums of 24 bits, factors of 10, all shifts: against division by rounding to even, by hand.
module requantize_tb;

  logic clk = 1'b0;
  logic signed [23:0] sum;
  logic signed [9:0] factor;
  logic [4:0] shift;
  logic narrow;
  logic signed [15:0] code, pair_code;
  longint product, floor, rest, half, near, most;
  int wrong, seed;

  requantize #(.SumBits(24), .FactorBits(10), .OutBits(16), .NarrowBits(8)) dut (
      .clk_i(clk), .sum_i(sum), .factor_i(factor), .shift_i(shift), .narrow_i(narrow),
      .code_o(code));
  round_shift #(.SumBits(34), .OutBits(16), .NarrowBits(8)) pair (
      .sum_i(34'(product)), .shift_i(shift), .narrow_i(narrow), .code_o(pair_code));

  initial begin
    wrong = 0;
    seed = 7;
    for (int i = 0; i < 40000; i++) begin
      sum    = 24'($random(seed)) >>> (i % 20);
      factor = 10'($random(seed));
      shift  = 5'(i % 32);
      narrow = i % 3 == 0;
      product = longint'(sum) * longint'(factor);
      floor = product >>> shift;
      rest  = product - (floor <<< shift);
      half  = shift == 0 ? 64'd1 : 64'd1 <<< (shift - 1);
      near  = floor;
      if (rest > half || (rest == half && floor[0])) near = floor + 1;
      most = narrow ? 127 : 32767;
      if (near > most) near = most;
      if (near < -most - 1) near = -most - 1;
      for (int c = 0; c < 3; c++) begin
        #1 clk = 1'b1;
        #1 clk = 1'b0;
      end
      if (longint'(code) != near) wrong = wrong + 1;
      if (longint'(pair_code) != near) wrong = wrong + 1;
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
