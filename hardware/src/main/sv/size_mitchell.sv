// Product of two sizes by adding logarithms that are straight lines between powers of two (Mitchell 1962); the
// formula stands in logarithmic_product.sv.
//
// Latency: combinational. Memory: none.
module size_mitchell #(
  parameter int Width = 8
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  logic [$clog2(Width):0] unused_places;

  logarithmic_product #(.Width(Width)) i_product (.a_i(a_i), .b_i(b_i), .p_o(p_o), .places_o(unused_places));

endmodule
