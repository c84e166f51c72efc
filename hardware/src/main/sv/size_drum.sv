// Product of the K bits of two sizes from their leading ones on (DRUM; Hashemi, Bahar and Reda 2015).
//
//   p = d(a) * d(b)        d(x) = x                              x < 2^K
//                               = ((x >> t) | 1) << t            else, t = place of the leading one - K + 1
//
// Latency: combinational. Memory: none.
module size_drum #(
  parameter int Width = 8,
  parameter int K = 4,
  localparam int PlaceWidth = $clog2(Width)
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  logic [Width-1:0] unused_a_one, unused_b_one, a_shifted, b_shifted;
  logic [PlaceWidth-1:0] a_place, b_place, a_cut, b_cut;
  logic [K-1:0] a_kept, b_kept;
  logic [2*K-1:0] product;

  leading_one #(.Width(Width)) i_leading_a (.value_i(a_i), .one_o(unused_a_one), .place_o(a_place));
  leading_one #(.Width(Width)) i_leading_b (.value_i(b_i), .one_o(unused_b_one), .place_o(b_place));

  assign a_cut = a_place < PlaceWidth'(K) ? '0 : a_place - PlaceWidth'(K - 1);
  assign b_cut = b_place < PlaceWidth'(K) ? '0 : b_place - PlaceWidth'(K - 1);
  assign a_shifted = a_i >> a_cut;
  assign b_shifted = b_i >> b_cut;
  assign a_kept = {a_shifted[K-1:1], a_shifted[0] | a_cut != '0};
  assign b_kept = {b_shifted[K-1:1], b_shifted[0] | b_cut != '0};

  product_array #(.Width(K), .Signed(1'b0)) i_product (.a_i(a_kept), .b_i(b_kept), .p_o(product));

  assign p_o = (2*Width)'(product) << ((PlaceWidth+1)'(a_cut) + (PlaceWidth+1)'(b_cut));

endmodule
