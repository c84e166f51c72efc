// A core of an accelerator without zeros that has one decoder: tiles of an image come in compressed, and the sums of
// products of a piece of the output go out.
//
//   gathers:   y[o,i,j] += x[c, i*s + u - top, j*s + v - left] * w[c,u,v,o]
//   scatters:  y[o, i*s + u - top, j*s + v - left] += x[c,i,j] * w[c,u,v,o]
//
// over the tiles that are handed in, for the outputs of the piece: rows and columns [from, to) and up to
// Multipliers * (last_pass + 1) channels. The weights of a tap lie at {channel, u * Taps + v, pass}, those of output
// channel o = pass * Multipliers + m in their m-th place. Tiles are as zero_free_decoder says; the presence bitmap
// before them is read by presence_scanner.
//
// Latency: a tile costs max(1, passes * sum of taps over its values that are not zero) cycles; the next one comes in
// meanwhile. Sums drain, when it is asked for, two cycles or more after the last step: one vector in a cycle.
// Memory: two tiles, the weights, and a vector of sums for each output.
module zero_free_lane #(
  parameter int Side = 4,
  parameter int Multipliers = 4,
  parameter int ValueBits = 8,
  parameter int WeightBits = 8,
  parameter int SumBits = 32,
  parameter int Taps = 3,
  parameter int PortBytes = 4,
  parameter int PositionBits = 8,
  parameter int ChannelBits = 6,
  parameter int RowBits = 3,
  parameter int ColumnBits = 3,
  parameter int PassBits = 2,
  localparam int TapBits = $clog2(Taps * Taps),
  localparam int WeightAddressBits = ChannelBits + TapBits + PassBits
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,

  // What the layer and the piece are: steady from the first tile to the last sum.
  input  logic                              scatters_i,
  input  logic                              stride_two_i,   // whether the stride is 2, and not 1
  input  logic [3:0]                        tap_rows_i,
  input  logic [3:0]                        tap_columns_i,
  input  logic [3:0]                        top_i,
  input  logic [3:0]                        left_i,
  input  logic [PositionBits-1:0]           height_i,
  input  logic [PositionBits-1:0]           width_i,
  input  logic [PositionBits-1:0]           row_from_i,
  input  logic [PositionBits-1:0]           row_to_i,
  input  logic [PositionBits-1:0]           column_from_i,
  input  logic [PositionBits-1:0]           column_to_i,
  input  logic [PassBits-1:0]               last_pass_i,

  input  logic                              weight_write_i,
  input  logic [WeightAddressBits-1:0]      weight_address_i,
  input  logic [Multipliers*WeightBits-1:0] weight_i,

  input  logic                              tile_valid_i,
  output logic                              tile_ready_o,
  input  logic                              tile_sparse_i,
  input  logic [PositionBits-1:0]           tile_row_i,
  input  logic [PositionBits-1:0]           tile_column_i,
  input  logic [ChannelBits-1:0]            tile_channel_i,

  input  logic                              data_valid_i,
  output logic                              data_ready_o,
  input  logic                              data_last_i,
  input  logic [8*PortBytes-1:0]            data_i,

  output logic                              busy_o,
  output logic                              held_o,

  input  logic                              drain_i,
  output logic                              sum_valid_o,
  input  logic                              sum_ready_i,
  output logic                              sum_last_o,
  output logic [Multipliers*SumBits-1:0]    sum_o
);

  logic ready, tile_ready, step_valid;
  logic [ValueBits-1:0] value;
  logic [ChannelBits-1:0] channel;
  logic [TapBits-1:0] tap;
  logic [PassBits-1:0] pass;
  logic [PositionBits-1:0] row, column, rows, columns;

  assign tile_ready_o = tile_ready && ready;
  assign rows = row_to_i - row_from_i - PositionBits'(1);
  assign columns = column_to_i - column_from_i - PositionBits'(1);

  zero_free_decoder #(
    .Side(Side), .ValueBits(ValueBits), .Taps(Taps), .PortBytes(PortBytes), .PositionBits(PositionBits),
    .ChannelBits(ChannelBits), .PassBits(PassBits)
  ) i_decoder (
    .clk_i(clk_i), .rst_ni(rst_ni),
    .scatters_i(scatters_i), .stride_two_i(stride_two_i), .tap_rows_i(tap_rows_i), .tap_columns_i(tap_columns_i),
    .top_i(top_i), .left_i(left_i), .height_i(height_i), .width_i(width_i), .row_from_i(row_from_i),
    .row_to_i(row_to_i), .column_from_i(column_from_i), .column_to_i(column_to_i), .last_pass_i(last_pass_i),
    .tile_valid_i(tile_valid_i && ready), .tile_ready_o(tile_ready), .tile_sparse_i(tile_sparse_i),
    .tile_row_i(tile_row_i), .tile_column_i(tile_column_i), .tile_channel_i(tile_channel_i),
    .data_valid_i(data_valid_i), .data_ready_o(data_ready_o), .data_last_i(data_last_i), .data_i(data_i),
    .busy_o(busy_o), .held_o(held_o),
    .step_valid_o(step_valid), .step_value_o(value), .step_channel_o(channel), .step_tap_o(tap), .step_pass_o(pass),
    .step_row_o(row), .step_column_o(column)
  );

  mac_lane #(
    .Multipliers(Multipliers), .ValueBits(ValueBits), .WeightBits(WeightBits), .SumBits(SumBits),
    .WeightAddressBits(WeightAddressBits), .RowBits(RowBits), .ColumnBits(ColumnBits), .PassBits(PassBits)
  ) i_lane (
    .clk_i(clk_i), .rst_ni(rst_ni),
    .weight_write_i(weight_write_i), .weight_address_i(weight_address_i), .weight_i(weight_i),
    .ready_o(ready), .step_valid_i(step_valid), .step_value_i(value), .step_weight_i({channel, tap, pass}),
    .step_sum_i({row[RowBits-1:0], column[ColumnBits-1:0], pass}),
    .drain_i(drain_i), .last_row_i(rows[RowBits-1:0]), .last_column_i(columns[ColumnBits-1:0]),
    .last_pass_i(last_pass_i), .sum_valid_o(sum_valid_o), .sum_ready_i(sum_ready_i), .sum_last_o(sum_last_o),
    .sum_o(sum_o)
  );

endmodule
