// Product of two sizes by adding logarithms that are straight lines between powers of two (Mitchell 1962).
//
//   a = 2^m (1 + x), b = 2^n (1 + y):    p = 2^(m+n) (1 + x + y)      x + y < 1
//                                          = 2^(m+n+1) (x + y)        else
//
// places_o is m + n. Zero where a size is zero.
//
// Latency: combinational. Memory: none.
module logarithmic_product #(
  parameter int Width = 8,
  localparam int PlaceWidth = $clog2(Width)
) (
  input  logic [Width-1:0]    a_i,
  input  logic [Width-1:0]    b_i,
  output logic [2*Width-1:0]  p_o,
  output logic [PlaceWidth:0] places_o
);

  logic [Width-1:0] a_one, b_one;
  logic [PlaceWidth-1:0] a_place, b_place;
  logic [Width-2:0] a_fraction, b_fraction, fraction;
  logic carry;
  logic [3*Width-1:0] shifted;

  leading_one #(.Width(Width)) i_leading_a (.value_i(a_i), .one_o(a_one), .place_o(a_place));
  leading_one #(.Width(Width)) i_leading_b (.value_i(b_i), .one_o(b_one), .place_o(b_place));

  assign a_fraction = (Width-1)'(a_i ^ a_one) << (PlaceWidth'(Width - 1) - a_place);
  assign b_fraction = (Width-1)'(b_i ^ b_one) << (PlaceWidth'(Width - 1) - b_place);
  assign {carry, fraction} = Width'(a_fraction) + Width'(b_fraction);
  assign places_o = (PlaceWidth+1)'(a_place) + (PlaceWidth+1)'(b_place);

  assign shifted = (3*Width)'({1'b1, fraction}) << ((PlaceWidth+2)'(places_o) + (PlaceWidth+2)'(carry));
  assign p_o = a_i == '0 || b_i == '0 ? '0 : shifted[Width-1 +: 2*Width];

endmodule
