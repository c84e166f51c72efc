// Product of two sizes of blocks of 2 x 2 bits in which 3 * 3 is 7 (Kulkarni, Gupta and Ercegovac 2011).
//
//   p = sum over digits m, n of k(a_m, b_n) * 4^(m+n)        k(3,3) = 7, else k(x,y) = x * y
//
// Latency: combinational. Memory: none.
module size_kulkarni #(
  parameter int Width = 8
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  // Of the low bit of a digit, and of its high one, a place further up.
  logic [Width-1:0] low;
  logic [Width:0] high, together, beyond;

  // In a block, the high bit of one digit by the low bit of the other, and the other way round, meet in an OR.
  localparam logic [Width:0] Crossed = {1'b0, {(Width/2){2'b10}}};

  always_comb begin
    p_o = '0;
    low = '0;
    high = '0;
    together = '0;
    beyond = '0;
    for (int m = 0; m < Width; m += 2) begin
      low = {Width{a_i[m]}} & b_i;
      high = {{Width{a_i[m+1]}} & b_i, 1'b0};
      together = {1'b0, low} | (high & Crossed);
      beyond = high & ~Crossed;
      p_o = p_o + ((2*Width)'(together) << m) + ((2*Width)'(beyond) << m);
    end
  end

endmodule
