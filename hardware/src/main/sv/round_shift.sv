// code_o = saturate(round half to even(sum_i * 2^-shift_i)), in the same cycle; saturated to
// OutBits, or to NarrowBits where narrow_i is set.
module round_shift #(
    parameter int SumBits = 33,
    parameter int OutBits = 16,
    parameter int NarrowBits = 8
) (
    input  logic signed [SumBits-1:0] sum_i,
    input  logic        [4:0]         shift_i,
    input  logic                      narrow_i,
    output logic signed [OutBits-1:0] code_o
);
  logic signed [SumBits-1:0] floor, rounded, most, least;
  logic [30:0] below;
  logic up;

  assign floor = sum_i >>> shift_i;
  assign below = 31'(sum_i) << (5'd31 - shift_i);
  assign up    = below[30] && (floor[0] || below[29:0] != '0);
  assign rounded = floor + SumBits'({1'b0, up});
  assign most = narrow_i ? SumBits'((1 << (NarrowBits - 1)) - 1)
                         : SumBits'((1 << (OutBits - 1)) - 1);
  assign least = -most - 1;
  assign code_o = rounded > most ? OutBits'(most) : rounded < least ? OutBits'(least)
                : OutBits'(rounded);
endmodule
