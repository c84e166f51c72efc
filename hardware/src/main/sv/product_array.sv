// Product of two operands, or of nearly them, as a sum of partial products.
//
//   p = sum over i, j with Kept[i*Width + j] of s_i * s_j * a_i * b_j * 2^(i+j)  +  Constant
//
// modulo 2^(2*Width); s = -1 for the sign bit of a signed operand, else 1. All bits of Kept set: the product
// itself. Cells that count negative are inverted, and what that adds is taken off by a constant (Baugh and Wooley
// 1973), so that no row is extended by its sign.
//
// Latency: combinational. Memory: none.
module product_array #(
  parameter int Width = 8,
  parameter bit Signed = 1'b1,
  parameter logic [Width*Width-1:0] Kept = {(Width*Width){1'b1}},  // Yosys 0.23 takes '1 for one bit here
  parameter logic [2*Width-1:0] Constant = '0
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  // Columns of a row that count negative: that of b's sign, and in the row of a's sign all others.
  function automatic logic [Width-1:0] negative(int row);
    negative = '0;
    negative[Width-1] = Signed;
    if (Signed && row == Width - 1) negative = ~negative;
  endfunction

  logic [Width-1:0] kept, row;

  always_comb begin
    p_o = Constant;
    for (int i = 0; i < Width; i++) begin
      kept = Kept[i*Width +: Width] & negative(i);
      p_o = p_o - ((2*Width)'(kept) << i);
    end
    for (int i = 0; i < Width; i++) begin
      row = (({Width{a_i[i]}} & b_i) ^ negative(i)) & Kept[i*Width +: Width];
      p_o = p_o + ((2*Width)'(row) << i);
    end
  end

endmodule
