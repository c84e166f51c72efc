// Takes tiles of an image apart: in each cycle one value that is not zero and one tap of the window, and no cycle for
// zeros or for taps that lead nowhere.
//
//   cycles of a tile = max(1, passes * sum of taps over its values that are not zero)
//
// A tile is a square of Side x Side values. Of those that any tap reaches its bytes hold, row by row: of a dense tile
// all values; of a sparse one a bit for each, lowest bit first, padded to a byte, then the values that are not zero.
// They come in through a port of PortBytes a cycle, lowest byte first, the last of a tile marked, while the tile
// before is worked on. The first byte may come in the cycle in which the tile is taken.
//
// Latency: the first step in the cycle after the last byte, or after the last step of the tile before. Memory: two
// tiles.
module zero_free_decoder #(
  parameter int Side = 4,
  parameter int ValueBits = 8,
  parameter int Taps = 3,
  parameter int PortBytes = 4,
  parameter int PositionBits = 8,
  parameter int ChannelBits = 8,
  parameter int PassBits = 2,
  localparam int Places = Side * Side,
  localparam int TapBits = $clog2(Taps * Taps)
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,

  // What the layer is: steady while tiles are worked on.
  input  logic                    scatters_i,
  input  logic                    stride_two_i,   // whether the stride is 2, and not 1
  input  logic [3:0]              tap_rows_i,
  input  logic [3:0]              tap_columns_i,
  input  logic [3:0]              top_i,
  input  logic [3:0]              left_i,
  input  logic [PositionBits-1:0] height_i,
  input  logic [PositionBits-1:0] width_i,
  input  logic [PositionBits-1:0] row_from_i,
  input  logic [PositionBits-1:0] row_to_i,
  input  logic [PositionBits-1:0] column_from_i,
  input  logic [PositionBits-1:0] column_to_i,
  input  logic [PassBits-1:0]     last_pass_i,

  input  logic                    tile_valid_i,
  output logic                    tile_ready_o,
  input  logic                    tile_sparse_i,
  input  logic [PositionBits-1:0] tile_row_i,     // of its first value
  input  logic [PositionBits-1:0] tile_column_i,
  input  logic [ChannelBits-1:0]  tile_channel_i,

  input  logic                    data_valid_i,
  output logic                    data_ready_o,
  input  logic                    data_last_i,
  input  logic [8*PortBytes-1:0]  data_i,

  output logic                    busy_o,         // works on a tile
  output logic                    held_o,         // has taken the next
  output logic                    step_valid_o,
  output logic [ValueBits-1:0]    step_value_o,
  output logic [ChannelBits-1:0]  step_channel_o,
  output logic [TapBits-1:0]      step_tap_o,     // row * Taps + column
  output logic [PassBits-1:0]     step_pass_o,
  output logic [PositionBits-1:0] step_row_o,     // of the output, from the first on
  output logic [PositionBits-1:0] step_column_o
);

  localparam int ValueBytes = (ValueBits + 7) / 8;
  localparam int Beats = (Places * ValueBytes + PortBytes - 1) / PortBytes;
  localparam int BufferBits = 8 * Beats * PortBytes;
  localparam int BeatBits = Beats > 1 ? $clog2(Beats) : 1;
  localparam int PlaceBits = $clog2(Places);
  localparam int ByteBits = $clog2(Places * ValueBytes) + 1;

  // The tile that comes in.
  logic held_q, full_q, next_sparse_q, next_sparse;
  logic [PositionBits-1:0] next_row_q, next_column_q, next_row, next_column;
  logic [ChannelBits-1:0] next_channel_q, next_channel;
  logic [BeatBits-1:0] beat_q;
  logic [BufferBits-1:0] next_bytes_q, next_bytes;
  logic taken, beat, arrived, moves;

  assign tile_ready_o = !held_q;
  assign taken = tile_valid_i && tile_ready_o;
  assign data_ready_o = taken || (held_q && !full_q);
  assign beat = data_valid_i && data_ready_o;
  assign arrived = full_q || (beat && data_last_i);
  assign next_sparse = taken ? tile_sparse_i : next_sparse_q;
  assign next_row = taken ? tile_row_i : next_row_q;
  assign next_column = taken ? tile_column_i : next_column_q;
  assign next_channel = taken ? tile_channel_i : next_channel_q;

  always_comb begin
    next_bytes = next_bytes_q;
    if (beat) next_bytes[beat_q*8*PortBytes +: 8*PortBytes] = data_i;
  end

  // The tile that is worked on.
  logic busy_q, fresh_q, sparse_q, ends;
  logic [PositionBits-1:0] row_q, column_q;
  logic [ChannelBits-1:0] channel_q;
  logic [BufferBits-1:0] bytes_q;
  logic [Places-1:0] left_q, left, rest;
  logic [Taps*Taps-1:0] done_q, open, open_rest;
  logic [PassBits-1:0] pass_q;
  logic [PlaceBits:0] used_q;
  logic last_tap, last_pass;

  assign moves = arrived && (!busy_q || ends);

  // Which outputs its places reach.
  logic [Side*Taps-1:0] row_reaches, column_reaches;
  logic [Side*Taps*PositionBits-1:0] row_outputs, column_outputs;

  window_axis #(.Side(Side), .Taps(Taps), .PositionBits(PositionBits)) i_rows (
    .scatters_i(scatters_i), .stride_two_i(stride_two_i), .taps_i(tap_rows_i), .padding_i(top_i),
    .extent_i(height_i), .from_i(row_from_i), .to_i(row_to_i), .origin_i(row_q),
    .reaches_o(row_reaches), .outputs_o(row_outputs)
  );
  window_axis #(.Side(Side), .Taps(Taps), .PositionBits(PositionBits)) i_columns (
    .scatters_i(scatters_i), .stride_two_i(stride_two_i), .taps_i(tap_columns_i), .padding_i(left_i),
    .extent_i(width_i), .from_i(column_from_i), .to_i(column_to_i), .origin_i(column_q),
    .reaches_o(column_reaches), .outputs_o(column_outputs)
  );

  // Whether the k-th stored place holds something: by the tile's bits, or by the values themselves.
  logic [Places-1:0] stored;

  always_comb begin
    for (int k = 0; k < Places; k++) begin
      stored[k] = sparse_q ? bytes_q[k] : bytes_q[k*8*ValueBytes +: ValueBits] != '0;
    end
  end

  // Places that any tap reaches are stored one after the other.
  logic [Places-1:0] wanted, filled;
  logic [Places*(PlaceBits+1)-1:0] ranks;
  logic [PlaceBits:0] places;

  always_comb begin
    places = '0;
    for (int p = 0; p < Places; p++) begin
      wanted[p] = row_reaches[p/Side*Taps +: Taps] != '0 && column_reaches[p%Side*Taps +: Taps] != '0;
      ranks[p*(PlaceBits+1) +: PlaceBits+1] = places;
      places = places + (PlaceBits+1)'(wanted[p]);
    end
  end

  for (genvar p = 0; p < Places; p++) begin : gen_filled
    assign filled[p] = wanted[p] && stored[ranks[p*(PlaceBits+1) +: PlaceBits]];
  end

  // The value: the first place that is left.
  logic [PlaceBits-1:0] place;
  logic [ByteBits-1:0] bitmap_bytes, at;

  assign left = fresh_q ? filled : left_q;
  assign rest = left & (left - Places'(1));
  assign bitmap_bytes = (ByteBits'(places) + ByteBits'(7)) >> 3;
  assign at = sparse_q ? bitmap_bytes + ByteBits'(used_q) * ByteBits'(ValueBytes)
                       : ByteBits'(ranks[place*(PlaceBits+1) +: PlaceBits+1]) * ByteBits'(ValueBytes);

  always_comb begin
    place = '0;
    for (int p = Places - 1; p >= 0; p--) begin
      if (left[p]) place = PlaceBits'(p);
    end
  end

  // The tap: the first that is open.
  logic [Taps-1:0] open_rows, open_columns;
  logic [$clog2(Side)-1:0] y, x;
  logic [TapBits-1:0] tap;
  logic [31:0] u, v;

  assign y = place[PlaceBits-1 -: $clog2(Side)];
  assign x = place[$clog2(Side)-1:0];
  assign open_rows = row_reaches[y*Taps +: Taps];
  assign open_columns = column_reaches[x*Taps +: Taps];
  assign open_rest = open & (open - (Taps*Taps)'(1));
  assign last_tap = open_rest == '0;
  assign last_pass = pass_q == last_pass_i;
  assign ends = busy_q && (left == '0 || (last_pass && last_tap && rest == '0));

  always_comb begin
    tap = '0;
    u = '0;
    v = '0;
    for (int t = Taps*Taps - 1; t >= 0; t--) begin
      open[t] = open_rows[t/Taps] && open_columns[t%Taps] && !done_q[t];
      if (open[t]) begin
        tap = TapBits'(t);
        u = t / Taps;
        v = t % Taps;
      end
    end
  end

  assign busy_o = busy_q;
  assign held_o = held_q;
  assign step_valid_o = busy_q && left != '0;
  assign step_value_o = bytes_q[at*8 +: ValueBits];
  assign step_channel_o = channel_q;
  assign step_tap_o = tap;
  assign step_pass_o = pass_q;
  assign step_row_o = row_outputs[(y*Taps + u)*PositionBits +: PositionBits];
  assign step_column_o = column_outputs[(x*Taps + v)*PositionBits +: PositionBits];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      held_q <= 1'b0;
      full_q <= 1'b0;
      beat_q <= '0;
    end else begin
      held_q <= (held_q || taken) && !moves;
      full_q <= arrived && !moves;
      if (beat) beat_q <= data_last_i ? '0 : beat_q + BeatBits'(1);
    end
  end

  always_ff @(posedge clk_i) begin
    next_sparse_q <= next_sparse;
    next_row_q <= next_row;
    next_column_q <= next_column;
    next_channel_q <= next_channel;
    next_bytes_q <= next_bytes;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      fresh_q <= 1'b0;
    end else begin
      busy_q <= moves || (busy_q && !ends);
      fresh_q <= moves;
    end
  end

  always_ff @(posedge clk_i) begin
    if (moves) begin
      sparse_q <= next_sparse;
      row_q <= next_row;
      column_q <= next_column;
      channel_q <= next_channel;
      bytes_q <= next_bytes;
      done_q <= '0;
      pass_q <= '0;
      used_q <= '0;
    end else if (busy_q) begin
      pass_q <= last_pass ? '0 : pass_q + PassBits'(1);
      left_q <= last_pass && last_tap ? rest : left;
      if (last_pass) done_q <= last_tap ? '0 : done_q | (open & ~open_rest);
      if (last_pass && last_tap) used_q <= used_q + (PlaceBits+1)'(1);
    end
  end

endmodule
