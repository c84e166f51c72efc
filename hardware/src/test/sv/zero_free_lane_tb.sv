// Runs pieces of layers through presence_scanner and zero_free_lane, and compares cycles and sums with those of a file:
//
//   +vectors=FILE       numbers apart by white space, those marked h in hexadecimal; lists begin with their length
//
//   pieces
//   scatters stride_log2 tap_rows tap_columns top left height width row_from row_to column_from column_to last_pass
//   weights { address value h }*  words { bits h }*
//   tiles { index sparse row column channel beats { data h }* }*
//   handed_out end busy dispatch fetch  sums { sum h }*
//
// the second line and all after it for each piece. Says PASS and how many, or what was wrong. With the macro NETLIST the
// cell has no parameters.
module zero_free_lane_tb #(
  parameter int Side = 4,
  parameter int Multipliers = 4,
  parameter int ValueBits = 8,
  parameter int WeightBits = 8,
  parameter int Taps = 3,
  parameter int PortBytes = 4,
  parameter int WordTiles = 16
);

  localparam int SumBits = 32;
  localparam int PositionBits = 8;
  localparam int ChannelBits = 6;
  localparam int PassBits = 2;
  localparam int WeightAddressBits = ChannelBits + $clog2(Taps * Taps) + PassBits;
  localparam int Most = 1 << 16;

  logic clk, rst_n;
  always #5 clk = !clk;

  // What a piece is, as it was read.
  int scatters, stride_log2, tap_rows, tap_columns, top, left, height, width;
  int row_from, row_to, column_from, column_to, last_pass, tiles, words, beats, sums;
  int handed_out_want, end_want, busy_want, dispatch_want, fetch_want;
  logic [WordTiles-1:0] word[Most];
  logic [15:0] index[Most];
  logic sparse[Most];
  logic [PositionBits-1:0] tile_row[Most];
  logic [PositionBits-1:0] tile_column[Most];
  logic [ChannelBits-1:0] tile_channel[Most];
  logic [8*PortBytes-1:0] data[Most];
  logic last[Most];
  logic [Multipliers*SumBits-1:0] sum_want[Most];

  // Where the simulation is.
  logic start, running, weight_write, drain, sum_valid, sum_ready, sum_last;
  logic word_valid, word_ready, tile_there, tile_ready, data_ready, busy, held;
  logic [WeightAddressBits-1:0] weight_address;
  logic [Multipliers*WeightBits-1:0] weight;
  logic [Multipliers*SumBits-1:0] sum;
  logic [15:0] tile;
  int at_word, at_tile, at_beat, at_sum, cycle;
  int handed_out, end_seen, busy_seen, dispatch_seen, fetch_seen, idle, wrong, wrong_figures;

  assign word_valid = running && at_word < words;

  presence_scanner #(.WordTiles(WordTiles), .IndexWidth(16)) scanner (
    .clk_i(clk), .rst_ni(rst_n),
    .word_valid_i(word_valid), .word_ready_o(word_ready), .word_first_i(at_word == 0), .word_i(word[at_word]),
    .tile_valid_o(tile_there), .tile_ready_i(tile_ready), .tile_o(tile)
  );

  zero_free_lane
`ifndef NETLIST
  #(
    .Side(Side), .Multipliers(Multipliers), .ValueBits(ValueBits), .WeightBits(WeightBits), .SumBits(SumBits),
    .Taps(Taps), .PortBytes(PortBytes), .PositionBits(PositionBits), .ChannelBits(ChannelBits), .RowBits(3),
    .ColumnBits(3), .PassBits(PassBits)
  )
`endif
  dut (
    .clk_i(clk), .rst_ni(rst_n),
    .scatters_i(scatters != 0), .stride_two_i(stride_log2 != 0), .tap_rows_i(4'(tap_rows)),
    .tap_columns_i(4'(tap_columns)), .top_i(4'(top)), .left_i(4'(left)),
    .height_i(PositionBits'(height)), .width_i(PositionBits'(width)),
    .row_from_i(PositionBits'(row_from)), .row_to_i(PositionBits'(row_to)),
    .column_from_i(PositionBits'(column_from)), .column_to_i(PositionBits'(column_to)),
    .last_pass_i(PassBits'(last_pass)),
    .weight_write_i(weight_write), .weight_address_i(weight_address), .weight_i(weight),
    .tile_valid_i(tile_there), .tile_ready_o(tile_ready), .tile_sparse_i(sparse[at_tile]),
    .tile_row_i(tile_row[at_tile]), .tile_column_i(tile_column[at_tile]),
    .tile_channel_i(tile_channel[at_tile]),
    .data_valid_i(running && at_beat < beats), .data_ready_o(data_ready), .data_last_i(last[at_beat]),
    .data_i(data[at_beat]),
    .busy_o(busy), .held_o(held),
    .drain_i(drain), .sum_valid_o(sum_valid), .sum_ready_i(sum_ready), .sum_last_o(sum_last), .sum_o(sum)
  );

  always @(posedge clk) begin
    if (!rst_n) wrong <= 0;
    if (start) begin
      at_word <= 0;
      at_tile <= 0;
      at_beat <= 0;
      at_sum <= 0;
      cycle <= 0;
      handed_out <= 0;
      end_seen <= 0;
      busy_seen <= 0;
      dispatch_seen <= 0;
      fetch_seen <= 0;
      idle <= 0;
    end else if (running) begin
      cycle <= cycle + 1;
      if (word_valid && word_ready) at_word <= at_word + 1;
      if (tile_there && tile_ready) begin
        handed_out <= cycle;
        at_tile <= at_tile + 1;
        if (tile != index[at_tile]) begin
          $display("tile %0d is number %0d, want %0d", at_tile, tile, index[at_tile]);
          wrong <= wrong + 1;
        end
      end
      if (at_beat < beats && data_ready) at_beat <= at_beat + 1;
      if (busy) begin
        busy_seen <= busy_seen + 1;
        end_seen <= cycle + 1;
      end else if (held || (tile_there && tile_ready)) begin
        fetch_seen <= fetch_seen + 1;
        dispatch_seen <= dispatch_seen + idle;
        idle <= 0;
      end else begin
        idle <= idle + 1;
      end
    end
    if (sum_valid && sum_ready) begin
      at_sum <= at_sum + 1;
      if (sum !== sum_want[at_sum]) begin
        if (wrong < 5) $display("sum %0d is %h, want %h", at_sum, sum, sum_want[at_sum]);
        wrong <= wrong + 1;
      end
      if (sum_last != (at_sum == sums - 1)) begin
        $display("the last sum is marked at %0d of %0d", at_sum, sums);
        wrong <= wrong + 1;
      end
    end
  end

  int file, all_pieces, pieces, count;
  reg [8*1024-1:0] name;

  // Assigned from here, and not by $fscanf itself: Verilator 5.006 would not see that logic depends on it.
  function automatic int number(input int unused);
    int status, value;
    status = $fscanf(file, "%d", value);
    number = value;
  endfunction

  task automatic read_head;
    scatters = number(0);
    stride_log2 = number(0);
    tap_rows = number(0);
    tap_columns = number(0);
    top = number(0);
    left = number(0);
    height = number(0);
    width = number(0);
    row_from = number(0);
    row_to = number(0);
    column_from = number(0);
    column_to = number(0);
    last_pass = number(0);
  endtask

  task automatic write_weights;
    logic [Multipliers*WeightBits-1:0] value;
    int status;
    count = number(0);
    while (count > 0) begin
      weight_address = WeightAddressBits'(number(0));
      status = $fscanf(file, "%h", value);
      weight = value;
      weight_write = 1;
      @(negedge clk) weight_write = 0;
      count = count - 1;
    end
  endtask

  task automatic read_words;
    logic [WordTiles-1:0] value;
    int status;
    words = number(0);
    for (int i = 0; i < words; i++) begin
      status = $fscanf(file, "%h", value);
      word[i] = value;
    end
  endtask

  task automatic read_tiles;
    logic [8*PortBytes-1:0] value;
    int status, left_of_tile;
    beats = 0;
    tiles = number(0);
    for (int i = 0; i < tiles; i++) begin
      index[i] = 16'(number(0));
      sparse[i] = number(0) != 0;
      tile_row[i] = PositionBits'(number(0));
      tile_column[i] = PositionBits'(number(0));
      tile_channel[i] = ChannelBits'(number(0));
      left_of_tile = number(0);
      while (left_of_tile > 0) begin
        status = $fscanf(file, "%h", value);
        data[beats] = value;
        last[beats] = left_of_tile == 1;
        beats = beats + 1;
        left_of_tile = left_of_tile - 1;
      end
    end
  endtask

  task automatic read_results;
    logic [Multipliers*SumBits-1:0] value;
    int status;
    handed_out_want = number(0);
    end_want = number(0);
    busy_want = number(0);
    dispatch_want = number(0);
    fetch_want = number(0);
    sums = number(0);
    for (int i = 0; i < sums; i++) begin
      status = $fscanf(file, "%h", value);
      sum_want[i] = value;
    end
  endtask

  task automatic compare(input int got, input int want, input int what);
    if (got != want) begin
      $display("piece %0d: figure %0d is %0d, want %0d", pieces, what, got, want);
      wrong_figures = wrong_figures + 1;
    end
  endtask

  // A piece: its tiles, and then its sums, which are taken with pauses.
  task automatic run;
    start = 1;
    @(negedge clk) start = 0;
    running = 1;
    @(negedge clk);
    while (at_tile < tiles || held || busy) @(negedge clk);
    running = 0;
    repeat (2) @(negedge clk);
    drain = 1;
    @(negedge clk) drain = 0;
    while (at_sum < sums) begin
      sum_ready = pieces % 2 == 0 || at_sum % 3 != 1 || !sum_ready;
      @(negedge clk);
    end
    repeat (2) @(negedge clk);
    compare(handed_out, handed_out_want, 0);
    compare(end_seen, end_want, 1);
    compare(busy_seen, busy_want, 2);
    compare(dispatch_seen, dispatch_want, 3);
    compare(fetch_seen, fetch_want, 4);
    compare(at_sum, sums, 5);
  endtask

  initial begin
    clk = 0;
    rst_n = 0;
    running = 0;
    weight_write = 0;
    drain = 0;
    sum_ready = 1;
    start = 0;
    wrong_figures = 0;
    pieces = 0;
    words = 0;
    beats = 0;
    tiles = 0;
    sums = 0;
    if (!$value$plusargs("vectors=%s", name)) begin
      $display("wants +vectors=FILE");
      $finish;
    end
    file = $fopen(name, "r");
    repeat (2) @(negedge clk);
    rst_n = 1;
    while (!dut.ready) @(negedge clk);
    all_pieces = number(0);
    while (pieces < all_pieces) begin
      read_head;
      write_weights;
      read_words;
      read_tiles;
      read_results;
      run;
      pieces = pieces + 1;
    end
    if (wrong + wrong_figures == 0 && pieces > 0) $display("PASS %0d", pieces);
    else $display("FAIL %0d of %0d", wrong + wrong_figures, pieces);
    $finish;
  end

endmodule
