// The leading one of a number.
//
//   one = 2^place = largest power of two that is at most value      value = 0: one = 0, place = 0
//
// Latency: combinational. Memory: none.
module leading_one #(
  parameter int Width = 8,
  localparam int PlaceWidth = $clog2(Width)
) (
  input  logic [Width-1:0]      value_i,
  output logic [Width-1:0]      one_o,
  output logic [PlaceWidth-1:0] place_o
);

  always_comb begin
    one_o = '0;
    place_o = '0;
    for (int i = 0; i < Width; i++) begin
      if (value_i[i]) begin
        one_o = Width'(1) << i;
        place_o = PlaceWidth'(i);
      end
    end
  end

endmodule
