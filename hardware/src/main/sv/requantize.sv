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

  logic signed [ProductBits-1:0] product_q;
  logic signed [ProductBits:0] shifted;
  logic signed [OutBits:0] near_q;
  logic [ProductBits-OutBits-1:0] above;
  logic below, negative, up_q, high_q, low_q;

  // The lowest bit of what is shifted is a half; below says whether there is more than that.
  always_comb begin
    shifted = {product_q, 1'b0};
    below   = 1'b0;
    for (int k = 0; k < 5; k++) begin
      if (shift_i[k]) begin
        below   = below || (shifted & (ProductBits + 1)'((64'd1 << (1 << k)) - 1)) != '0;
        shifted = shifted >>> (1 << k);
      end
    end
  end

  // What fits into OutBits has copies of its sign above.
  assign negative = shifted[ProductBits];
  assign above    = shifted[ProductBits-1:OutBits];

  logic signed [OutBits+1:0] rounded;
  logic signed [OutBits+1:0] most, least;
  assign rounded = (OutBits + 2)'(near_q) + (OutBits + 2)'({1'b0, up_q});
  assign most = narrow_i ? (OutBits + 2)'((1 << (NarrowBits - 1)) - 1)
                         : (OutBits + 2)'((1 << (OutBits - 1)) - 1);
  assign least = -most - 1;

  always_ff @(posedge clk_i) begin
    product_q <= sum_i * factor_i;
    high_q    <= !negative && above != '0;
    low_q     <= negative && above != '1;
    near_q    <= shifted[OutBits+1:1];
    up_q      <= shifted[0] && (shifted[1] || below);
    if (high_q || (!low_q && rounded > most)) code_o <= OutBits'(most);
    else if (low_q || rounded < least) code_o <= OutBits'(least);
    else code_o <= OutBits'(rounded);
  end
endmodule
