// Product of two sizes by rounding them to powers of two (RoBA; Zendegani et al. 2017).
//
//   p = r(a) * b + r(b) * a - r(a) * r(b)        r(x): the nearest power of two, of two the larger; r(3) = 2
//
// Latency: combinational. Memory: none.
module size_roba #(
  parameter int Width = 8,
  localparam int PlaceWidth = $clog2(Width)
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  logic [Width-1:0] a_one, b_one;
  logic [PlaceWidth-1:0] a_place, b_place;
  logic [PlaceWidth:0] a_log, b_log;

  leading_one #(.Width(Width)) i_leading_a (.value_i(a_i), .one_o(a_one), .place_o(a_place));
  leading_one #(.Width(Width)) i_leading_b (.value_i(b_i), .one_o(b_one), .place_o(b_place));

  // The bit after the leading one is a half.
  assign a_log = (PlaceWidth+1)'(a_place) + (PlaceWidth+1)'((a_i & (a_one >> 1)) != '0 && a_i > Width'(3));
  assign b_log = (PlaceWidth+1)'(b_place) + (PlaceWidth+1)'((b_i & (b_one >> 1)) != '0 && b_i > Width'(3));

  logic [2*Width-1:0] of_a, of_b, of_both;

  assign of_a = (2*Width)'(a_i) << b_log;
  assign of_b = (2*Width)'(b_i) << a_log;
  assign of_both = (2*Width)'(1) << ((PlaceWidth+2)'(a_log) + (PlaceWidth+2)'(b_log));
  assign p_o = a_i == '0 || b_i == '0 ? '0 : of_a + of_b - of_both;

endmodule
