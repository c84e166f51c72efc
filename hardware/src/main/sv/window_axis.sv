// Where the taps of a window lead from the places of a tile, along one axis of the image.
//
//   gathers:   output * stride = place + padding - tap
//   scatters:  output = place * stride + tap - padding            place = origin + 0 .. Side - 1; stride 1 or 2
//
// A tap reaches where the output is whole and within [from, to), the tap one of the window and the place one of the
// image. Outputs are counted from the first on.
//
// Latency: combinational. Memory: none.
module window_axis #(
  parameter int Side = 4,
  parameter int Taps = 3,
  parameter int PositionBits = 8
) (
  input  logic                              scatters_i,
  input  logic                              stride_two_i,
  input  logic [3:0]                        taps_i,
  input  logic [3:0]                        padding_i,
  input  logic [PositionBits-1:0]           extent_i,
  input  logic [PositionBits-1:0]           from_i,
  input  logic [PositionBits-1:0]           to_i,
  input  logic [PositionBits-1:0]           origin_i,
  output logic [Side*Taps-1:0]              reaches_o,
  output logic [Side*Taps*PositionBits-1:0] outputs_o
);

  // Room for a stride of 2, for a sign, and for one more.
  localparam int Bits = PositionBits + 3;

  for (genvar y = 0; y < Side; y++) begin : gen_place
    logic [Bits-1:0] place;

    assign place = Bits'(origin_i) + Bits'(y);

    for (genvar u = 0; u < Taps; u++) begin : gen_tap
      logic [Bits-1:0] at, target;
      logic whole;

      assign at = scatters_i ? (stride_two_i ? place << 1 : place) + Bits'(u) - Bits'(padding_i)
                             : place + Bits'(padding_i) - Bits'(u);
      assign whole = scatters_i || !stride_two_i || !at[0];
      assign target = !scatters_i && stride_two_i ? at >> 1 : at;
      assign reaches_o[y*Taps + u] = whole && !at[Bits-1] && 4'(u) < taps_i && place < Bits'(extent_i)
                                  && target >= Bits'(from_i) && target < Bits'(to_i);
      assign outputs_o[(y*Taps + u)*PositionBits +: PositionBits] = PositionBits'(target - Bits'(from_i));
    end
  end

endmodule
