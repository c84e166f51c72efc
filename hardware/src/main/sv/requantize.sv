// A sum back to a code of few bits:
//
//   code_o = saturate(round half to even(sum_i * factor_i * 2^-shift_i))      three cycles later
//
// saturated to OutBits, or to NarrowBits where narrow_i is set. One input a cycle. narrow_i and
// shift_i stay the same while sums are on their way.
module requantize #(
    parameter int SumBits = 32,
    parameter int FactorBits = 16,
    parameter int OutBits = 16,
    parameter int NarrowBits = 8
) (
    input  logic                         clk_i,
    input  logic signed [SumBits-1:0]    sum_i,
    input  logic signed [FactorBits-1:0] factor_i,
    input  logic        [4:0]            shift_i,
    input  logic                         narrow_i,
    output logic signed [OutBits-1:0]    code_o
);
  localparam int ProductBits = SumBits + FactorBits;

  logic signed [ProductBits-1:0] product_q, floor_d;
  logic signed [OutBits:0] near_q;
  logic [30:0] below;
  logic up_d, up_q, high_q, low_q;

  // What is shifted out: its first bit is a half, the others say whether it is more than that.
  assign floor_d = product_q >>> shift_i;
  assign below   = 31'(product_q) << (5'd31 - shift_i);
  assign up_d    = below[30] && (floor_d[0] || below[29:0] != '0);

  localparam logic signed [ProductBits-1:0] Most = ProductBits'((64'sd1 << (OutBits - 1)) - 1);
  localparam logic signed [ProductBits-1:0] Least = -Most - 1;

  logic signed [OutBits+1:0] rounded;
  logic signed [OutBits+1:0] most, least;
  assign rounded = (OutBits + 2)'(near_q) + (OutBits + 2)'({1'b0, up_q});
  assign most = narrow_i ? (OutBits + 2)'((1 << (NarrowBits - 1)) - 1)
                         : (OutBits + 2)'((1 << (OutBits - 1)) - 1);
  assign least = -most - 1;

  always_ff @(posedge clk_i) begin
    product_q <= sum_i * factor_i;
    high_q    <= floor_d > Most;
    low_q     <= floor_d < Least;
    near_q    <= (OutBits + 1)'(floor_d);
    up_q      <= up_d;
    if (high_q || (!low_q && rounded > most)) code_o <= OutBits'(most);
    else if (low_q || rounded < least) code_o <= OutBits'(least);
    else code_o <= OutBits'(rounded);
  end
endmodule
