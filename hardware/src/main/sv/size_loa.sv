// Product of two sizes whose rows are added by adders that are ORs in their lower part (Mahdiani et al. 2010).
//
//   p = (((a_0 b) + a_1 b 2) + a_2 b 4) + ...
//   x + y  ~  ((x >> L) + (y >> L) + (x_(L-1) & y_(L-1))) << L  |  (x | y) mod 2^L
//
// Latency: combinational. Memory: none.
module size_loa #(
  parameter int Width = 8,
  parameter int L = 4
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  localparam logic [2*Width-1:0] Lower = ((2*Width)'(1) << L) - (2*Width)'(1);

  logic [Width-1:0] masked;
  logic [2*Width-1:0] row, upper, carry;

  always_comb begin
    p_o = '0;
    for (int i = 0; i < Width; i++) begin
      masked = {Width{a_i[i]}} & b_i;
      row = (2*Width)'(masked) << i;
      carry = ((p_o & row) >> (L - 1)) & (2*Width)'(1);
      upper = (p_o >> L) + (row >> L) + carry;
      p_o = (upper << L) | ((p_o | row) & Lower);
    end
  end

endmodule
