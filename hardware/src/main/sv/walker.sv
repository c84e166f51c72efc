// Walks through the loops of one instruction and says its steps, one after the other:
//
//   for each tile, a number of rows of the plane
//     for each group of output channels                                          a block
//       for each tap of the window, for each group of input channels             a pass
//         the tap's positions inside of the tile, with one block of weights
//       the tile's positions                                                     a drain
//
// A tap that has no position in a tile takes no pass. A step lies in registers until it is taken;
// the next is worked out meanwhile, a tap in two cycles.
// Addresses are sums that grow with the loops: nothing is multiplied but the class by its stride.
module walker #(
    parameter int FieldBits = 16,
    parameter int TapIndexBits = 8,
    parameter int TapBits = 4,
    parameter int PlaceBits = 6,
    parameter int ClassBits = 10
) (
    input  logic                    clk_i,
    input  logic                    rst_ni,
    input  logic                    start_i,
    // the last step has been taken
    output logic                    done_o,

    // the instruction
    input  logic                    computes_i,
    input  logic                    by_class_i,
    input  logic                    reduces_i,
    input  logic [FieldBits-1:0]    tile_rows_i,
    input  logic [FieldBits-1:0]    plane_rows_i,
    input  logic [FieldBits-1:0]    groups_in_i,
    input  logic [FieldBits-1:0]    groups_out_i,
    input  logic [FieldBits-1:0]    source_i,
    input  logic [FieldBits-1:0]    source_tile_i,
    input  logic [FieldBits-1:0]    source_group_i,
    input  logic [FieldBits-1:0]    target_i,
    input  logic [FieldBits-1:0]    target_tile_i,
    input  logic [FieldBits-1:0]    residual_i,
    input  logic [FieldBits-1:0]    residual_tile_i,
    input  logic [FieldBits-1:0]    residual_first_i,
    input  logic [FieldBits-1:0]    residual_groups_i,
    input  logic [FieldBits-1:0]    weight_i,
    input  logic [FieldBits-1:0]    weight_out_i,
    input  logic [FieldBits-1:0]    weight_in_i,
    input  logic [FieldBits-1:0]    weight_class_i,
    input  logic [FieldBits-1:0]    parameter_i,
    input  logic [FieldBits-1:0]    parameter_group_i,
    input  logic [FieldBits-1:0]    first_tap_i,
    input  logic [FieldBits-1:0]    taps_i,
    input  logic [ClassBits-1:0]    class_i,

    // taps, one cycle after their index
    output logic [TapIndexBits-1:0] tap_index_o,
    input  logic [FieldBits-1:0]    tap_source_i,
    input  logic [FieldBits-1:0]    tap_skip_i,
    input  logic [FieldBits-1:0]    tap_weight_i,
    input  logic [7:0]              tap_first_row_i,
    input  logic [7:0]              tap_end_row_i,
    input  logic [7:0]              tap_columns_i,
    input  logic [PlaceBits-1:0]    tap_place_i,
    input  logic [PlaceBits-1:0]    tap_place_skip_i,
    input  logic [TapBits-1:0]      tap_number_i,

    // the step
    output logic                    valid_o,
    input  logic                    taken_i,
    output logic                    drains_o,
    output logic [FieldBits-1:0]    weight_o,
    output logic [FieldBits-1:0]    parameter_o,
    output logic [FieldBits-1:0]    address_o,
    output logic [7:0]              rows_o,
    output logic [7:0]              columns_o,
    output logic [PlaceBits-1:0]    place_o,
    output logic [TapBits-1:0]      tap_o,
    output logic [7:0]              drain_rows_o,
    output logic [FieldBits-1:0]    drain_target_o,
    output logic [FieldBits-1:0]    drain_residual_o,
    output logic                    drain_has_residual_o
);
  typedef enum logic [2:0] {Idle, Tap, Position, Pass, Drain} state_e;
  state_e state_q;

  logic [FieldBits-1:0] top_q, tile_source_q, tile_target_q, tile_residual_q;
  logic [FieldBits-1:0] group_q, group_source_q, group_weight_q, group_parameter_q;
  logic [FieldBits-1:0] tap_q, in_q, address_q, weight_q, class_weight;
  logic [FieldBits-1:0] left;
  logic [7:0] rows_q, columns_q;
  logic [PlaceBits-1:0] place_q;
  logic [TapBits-1:0] number_q;

  logic [FieldBits-1:0] bottom, from, upto;
  logic passes, skips, empty, last_tap, last_in, last_group, last_tile, room;

  assign left       = plane_rows_i - top_q;
  assign bottom     = left < tile_rows_i ? plane_rows_i : top_q + tile_rows_i;
  assign skips      = FieldBits'(tap_first_row_i) > top_q;
  assign from       = skips ? FieldBits'(tap_first_row_i) : top_q;
  assign upto       = FieldBits'(tap_end_row_i) < bottom ? FieldBits'(tap_end_row_i) : bottom;
  assign empty      = from >= upto || tap_columns_i == 8'd0;
  assign passes     = computes_i && taps_i != '0;
  assign last_tap   = tap_q + 1'b1 == taps_i;
  assign last_in    = in_q + 1'b1 == groups_in_i;
  assign last_group = group_q + 1'b1 == groups_out_i;
  assign last_tile  = left <= tile_rows_i;
  assign room       = !valid_o || taken_i;

  assign class_weight = by_class_i ? FieldBits'(class_i * weight_class_i) : '0;

  assign done_o      = state_q == Idle && !valid_o;
  assign tap_index_o = TapIndexBits'(first_tap_i + tap_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      valid_o <= 1'b0;
    end else begin
      if (room) valid_o <= state_q == Pass || state_q == Drain;
      unique case (state_q)
        Idle: if (start_i) state_q <= passes ? Tap : Drain;
        Tap: state_q <= Position;
        Position: begin
          if (!empty) state_q <= Pass;
          else state_q <= last_tap ? Drain : Tap;
        end
        Pass: if (room && last_in) state_q <= last_tap ? Drain : Tap;
        Drain: begin
          if (room && last_group && last_tile) state_q <= Idle;
          else if (room) state_q <= passes ? Tap : Drain;
        end
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (room) begin
      drains_o             <= state_q == Drain;
      weight_o             <= state_q == Drain ? group_weight_q : weight_q;
      parameter_o          <= group_parameter_q;
      address_o            <= address_q;
      rows_o               <= rows_q;
      columns_o            <= columns_q;
      place_o              <= place_q;
      tap_o                <= number_q;
      drain_rows_o         <= reduces_i ? 8'd1 : 8'(bottom - top_q);
      drain_target_o       <= tile_target_q + group_q;
      drain_residual_o     <= tile_residual_q + group_q - residual_first_i;
      drain_has_residual_o <= group_q >= residual_first_i
                           && group_q - residual_first_i < residual_groups_i;
    end
  end

  always_ff @(posedge clk_i) begin
    unique case (state_q)
      Idle: begin
        top_q             <= '0;
        tile_source_q     <= source_i;
        tile_target_q     <= target_i;
        tile_residual_q   <= residual_i;
        group_q           <= '0;
        group_source_q    <= '0;
        group_weight_q    <= weight_i + class_weight;
        group_parameter_q <= parameter_i;
        tap_q             <= '0;
      end
      Position: begin
        in_q      <= '0;
        address_q <= tile_source_q + group_source_q + tap_source_i + (skips ? tap_skip_i : '0);
        weight_q  <= group_weight_q + tap_weight_i;
        rows_q    <= 8'(upto - from);
        columns_q <= tap_columns_i;
        place_q   <= tap_place_i + (skips ? tap_place_skip_i : '0);
        number_q  <= tap_number_i;
        if (empty) tap_q <= last_tap ? '0 : tap_q + 1'b1;
      end
      Pass: begin
        if (room) begin
          in_q      <= in_q + 1'b1;
          address_q <= address_q + 1'b1;
          weight_q  <= weight_q + weight_in_i;
          if (last_in) tap_q <= last_tap ? '0 : tap_q + 1'b1;
        end
      end
      Drain: begin
        if (room && last_group) begin
          group_q           <= '0;
          group_source_q    <= '0;
          group_weight_q    <= weight_i + class_weight;
          group_parameter_q <= parameter_i;
          top_q             <= top_q + tile_rows_i;
          tile_source_q     <= tile_source_q + source_tile_i;
          tile_target_q     <= tile_target_q + target_tile_i;
          tile_residual_q   <= tile_residual_q + residual_tile_i;
        end else if (room) begin
          group_q           <= group_q + 1'b1;
          group_source_q    <= group_source_q + source_group_i;
          group_weight_q    <= group_weight_q + weight_out_i;
          group_parameter_q <= group_parameter_q + parameter_group_i;
        end
      end
      default: ;
    endcase
  end
endmodule
