// Banks, one or two, with a place for each position of a tile, in which the columns' sums grow:
//
//   place = place + dot                       or, where max_i is set, the larger of the two, and
//   winner = tap_i                            the first tap that brought it
//
// Draining reads a place and leaves it empty for what comes two cycles later or more, while sums grow
// in the other bank; where there is one, no sums may come. dot_i, place_i and what goes with them
// come together; drained_o comes one cycle after drain_place_i. Emptying all places after reset takes
// Places cycles, during which busy_o is set.
module accumulator #(
    parameter int Columns = 8,
    parameter int DotBits = 24,
    parameter int SumBits = 32,
    parameter int Places = 64,
    parameter int PlaceBits = 6,
    parameter int TapBits = 4,
    parameter int HasMax = 1,
    parameter int Banks = 2
) (
    input  logic                       clk_i,
    input  logic                       rst_ni,
    output logic                       busy_o,

    // one cycle before the sums themselves
    input  logic                       early_valid_i,
    input  logic [PlaceBits-1:0]       early_place_i,
    input  logic                       early_bank_i,
    input  logic                       max_i,
    input  logic [TapBits-1:0]         tap_i,
    input  logic [Columns*DotBits-1:0] dot_i,

    input  logic                       drain_i,
    input  logic [PlaceBits-1:0]       drain_place_i,
    input  logic                       drain_bank_i,
    output logic [Columns*SumBits-1:0] drained_o,
    output logic [Columns*TapBits-1:0] winner_o
);
  localparam int LaneBits = SumBits + (HasMax != 0 ? TapBits + 1 : 0);
  localparam int LastBank = (Banks - 1) * Columns * LaneBits;

  logic valid_q, bank_q, hit_q, max_q, drain_q, drain_bank_q, empty_q;
  logic [TapBits-1:0] tap_q;
  logic [PlaceBits-1:0] place_q, drain_place_q, empty_place_q;
  logic [Banks*Columns*LaneBits-1:0] stored;
  logic [Columns*LaneBits-1:0] current, next, next_q, drained;

  assign busy_o = empty_q;

  for (genvar b = 0; b < Banks; b++) begin : gen_bank
    logic drains, drained_here;
    assign drains       = drain_i && drain_bank_i == 1'(b);
    assign drained_here = drain_q && drain_bank_q == 1'(b);

    ram_1r1w #(
        .Width(Columns * LaneBits),
        .Depth(Places),
        .AddressBits(PlaceBits)
    ) u_places (
        .clk_i,
        .read_i   (drains ? drain_place_i : early_place_i),
        .data_o   (stored[b*Columns*LaneBits +: Columns*LaneBits]),
        .write_i  (empty_q || drained_here || (valid_q && bank_q == 1'(b))),
        .address_i(empty_q ? empty_place_q : drained_here ? drain_place_q : place_q),
        .data_i   (empty_q || drained_here ? '0 : next)
    );
  end

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
    place_q       <= early_place_i;
    bank_q        <= early_bank_i;
    drain_place_q <= drain_place_i;
    drain_bank_q  <= drain_bank_i;
    max_q         <= max_i;
    tap_q         <= tap_i;
    next_q        <= next;
    // What was written in this very cycle is not in the memory's answer yet.
    hit_q <= valid_q && early_valid_i && place_q == early_place_i && bank_q == early_bank_i;
  end

  assign current = hit_q ? next_q
      : bank_q ? stored[LastBank +: Columns*LaneBits] : stored[0 +: Columns*LaneBits];
  assign drained = drain_bank_q ? stored[LastBank +: Columns*LaneBits]
                                : stored[0 +: Columns*LaneBits];

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    logic signed [SumBits-1:0] sum, dot;
    assign sum = current[c*LaneBits +: SumBits];
    assign dot = SumBits'($signed(dot_i[c*DotBits +: DotBits]));
    assign drained_o[c*SumBits +: SumBits] = drained[c*LaneBits +: SumBits];

    if (HasMax != 0) begin : gen_max
      logic seen, wins;
      logic [TapBits-1:0] winner;
      assign winner = current[c*LaneBits + SumBits +: TapBits];
      assign seen   = current[c*LaneBits + SumBits + TapBits];
      assign wins   = !seen || dot > sum;
      assign next[c*LaneBits +: SumBits] = !max_q ? sum + dot : wins ? dot : sum;
      assign next[c*LaneBits + SumBits +: TapBits] = wins ? tap_q : winner;
      assign next[c*LaneBits + SumBits + TapBits] = 1'b1;
      assign winner_o[c*TapBits +: TapBits] = drained[c*LaneBits + SumBits +: TapBits];
    end else begin : gen_sum
      assign next[c*LaneBits +: SumBits] = sum + dot;
      assign winner_o[c*TapBits +: TapBits] = '0;
    end
  end
endmodule
