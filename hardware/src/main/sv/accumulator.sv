// A place for each position of a tile, in which the columns' sums grow:
//
//   place = place + dot                       or, where max_i is set, the larger of the two, and
//   winner = tap_i                            the first tap that brought it
//
// Draining reads a place and leaves it empty. dot_i, place_i and what goes with them come together;
// drained_o comes one cycle after drain_place_i. Emptying all places after reset takes Places
// cycles, during which busy_o is set.
module accumulator #(
    parameter int Columns = 8,
    parameter int DotBits = 24,
    parameter int SumBits = 32,
    parameter int Places = 64,
    parameter int PlaceBits = 6,
    parameter int TapBits = 4,
    parameter int HasMax = 1
) (
    input  logic                       clk_i,
    input  logic                       rst_ni,
    output logic                       busy_o,

    // one cycle before the sums themselves
    input  logic                       early_valid_i,
    input  logic [PlaceBits-1:0]       early_place_i,
    input  logic                       max_i,
    input  logic [TapBits-1:0]         tap_i,
    input  logic [Columns*DotBits-1:0] dot_i,

    input  logic                       drain_i,
    input  logic [PlaceBits-1:0]       drain_place_i,
    output logic [Columns*SumBits-1:0] drained_o,
    output logic [Columns*TapBits-1:0] winner_o
);
  localparam int LaneBits = SumBits + (HasMax != 0 ? TapBits + 1 : 0);

  logic valid_q, hit_q, max_q, drain_q, empty_q;
  logic [TapBits-1:0] tap_q;
  logic [PlaceBits-1:0] place_q, empty_place_q;
  logic [Columns*LaneBits-1:0] stored, current, next, next_q;

  assign busy_o = empty_q;

  ram_1r1w #(
      .Width(Columns * LaneBits),
      .Depth(Places),
      .AddressBits(PlaceBits)
  ) u_places (
      .clk_i,
      .read_i   (drain_i ? drain_place_i : early_place_i),
      .data_o   (stored),
      .write_i  (valid_q || drain_q || empty_q),
      .address_i(empty_q ? empty_place_q : place_q),
      .data_i   (valid_q && !empty_q ? next : '0)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q       <= 1'b0;
      drain_q       <= 1'b0;
      empty_q       <= 1'b1;
      empty_place_q <= '0;
    end else begin
      valid_q <= early_valid_i;
      drain_q <= drain_i;
      if (empty_q) begin
        empty_place_q <= empty_place_q + 1'b1;
        empty_q       <= empty_place_q != PlaceBits'(Places - 1);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    place_q <= drain_i ? drain_place_i : early_place_i;
    max_q   <= max_i;
    tap_q   <= tap_i;
    next_q <= next;
    // What was written in this very cycle is not in the memory's answer yet.
    hit_q   <= valid_q && early_valid_i && place_q == early_place_i;
  end

  assign current = hit_q ? next_q : stored;

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    logic signed [SumBits-1:0] sum, dot;
    assign sum = current[c*LaneBits +: SumBits];
    assign dot = SumBits'($signed(dot_i[c*DotBits +: DotBits]));
    assign drained_o[c*SumBits +: SumBits] = stored[c*LaneBits +: SumBits];

    if (HasMax != 0) begin : gen_max
      logic seen, wins;
      logic [TapBits-1:0] winner;
      assign winner = current[c*LaneBits + SumBits +: TapBits];
      assign seen   = current[c*LaneBits + SumBits + TapBits];
      assign wins   = !seen || dot > sum;
      assign next[c*LaneBits +: SumBits] = !max_q ? sum + dot : wins ? dot : sum;
      assign next[c*LaneBits + SumBits +: TapBits] = wins ? tap_q : winner;
      assign next[c*LaneBits + SumBits + TapBits] = 1'b1;
      assign winner_o[c*TapBits +: TapBits] = stored[c*LaneBits + SumBits +: TapBits];
    end else begin : gen_sum
      assign next[c*LaneBits +: SumBits] = sum + dot;
      assign winner_o[c*TapBits +: TapBits] = '0;
    end
  end
endmodule
