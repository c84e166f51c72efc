// Mitchell's product and what it lacks on average (Saadat, Bokhari and Parameswaran 2018).
//
//   p = min(mitchell(a, b) + floor(2^(m+n) / 12), 2^(2*Width) - 1)      m, n: places of the leading ones
//
// Zero where a size is zero.
//
// Latency: combinational. Memory: none.
module size_mbm #(
  parameter int Width = 8,
  localparam int PlaceWidth = $clog2(Width)
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  // A twelfth of the largest power of two: those of smaller ones are its leading bits.
  localparam int MaxSum = 2*Width - 2;
  localparam logic [2*Width-1:0] Twelfth = (2*Width)'((64'd1 << MaxSum) / 12);

  logic [2*Width-1:0] product, twelfth, sum;
  logic [PlaceWidth:0] places;
  logic carry;

  logarithmic_product #(.Width(Width)) i_product (.a_i(a_i), .b_i(b_i), .p_o(product), .places_o(places));

  assign twelfth = Twelfth >> ((PlaceWidth+1)'(MaxSum) - places);
  assign {carry, sum} = (2*Width+1)'(product) + (2*Width+1)'(twelfth);

  always_comb begin
    p_o = carry ? '1 : sum;
    if (a_i == '0 || b_i == '0) p_o = '0;
  end

endmodule
