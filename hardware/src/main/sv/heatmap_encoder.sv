// Turns the codes of a heat map into the sections of a record of the compressed format (docs/heatmap-format.md).
//
//   codes, tile by tile, those of a tile row by row   ->   presence, modes and bitmaps if mixed, codes: byte by byte
//
// Tiles at the right and the lower edge have only the codes within the map. Of a record, bytes 0 to 43, name and
// metadata are left to software: they name scale, name and sums that come before the map. What they need of the map is
// given from the last byte on until the next map begins: mixed_o is flag 4 of byte 5, length_o bytes 28 to 31, crc_o
// bytes 36 to 39.
//
// Latency: all codes of a map are taken before the first byte comes, a code in a cycle; then a cycle for each tile and
// section, for each eight bits of a bitmap and for each code that is stored, and where a code has more than 8 bits, for
// each byte. Memory: the codes of tiles that are present, at most MaxCodes; for each tile, at most MaxTiles, a bit for
// each code, how many there are, and whether it is sparse.
module heatmap_encoder #(
  parameter int Bits = 8,
  parameter int Side = 4,
  parameter int MaxCodes = 4096,
  parameter int MaxTiles = 256,
  parameter int ExtentBits = 10
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  // Extents of the map: steady from its first code to its last.
  input  logic [ExtentBits-1:0] channels_i,
  input  logic [ExtentBits-1:0] height_i,
  input  logic [ExtentBits-1:0] width_i,

  input  logic                  code_valid_i,
  output logic                  code_ready_o,
  input  logic [Bits-1:0]       code_i,

  output logic                  byte_valid_o,
  input  logic                  byte_ready_i,
  output logic                  byte_last_o,
  output logic [7:0]            byte_o,

  output logic                  mixed_o,
  output logic [31:0]           length_o,
  output logic [31:0]           crc_o
);

  localparam int Places = Side * Side;
  localparam int PlaceBits = $clog2(Places);
  localparam int CodeBits = $clog2(MaxCodes);
  localparam int TileBits = $clog2(MaxTiles);
  localparam int TotalBits = CodeBits + $clog2(Bits) + 2;
  localparam int EntryBits = 1 + PlaceBits + 1 + Places;

  typedef enum logic [2:0] {Take, Decide, Presence, Modes, Bitmaps, Codes} state_e;

  state_e state_q;
  logic [Bits-1:0] codes[MaxCodes];
  logic [EntryBits-1:0] tiles[MaxTiles];

  // Where in the map the next code stands: its tile's first, and its place in the tile.
  logic [ExtentBits-1:0] channel_q, row_q, column_q, rows, columns;
  logic [PlaceBits-1:0] x_q, y_q, last_x, last_y;
  logic take, ends_row, ends_tile, ends_tile_row, ends_channel, ends_map;

  assign code_ready_o = state_q == Take;
  assign take = code_valid_i && code_ready_o;
  assign rows = height_i - row_q;
  assign columns = width_i - column_q;
  assign last_x = columns < ExtentBits'(Side) ? PlaceBits'(columns - ExtentBits'(1)) : PlaceBits'(Side - 1);
  assign last_y = rows < ExtentBits'(Side) ? PlaceBits'(rows - ExtentBits'(1)) : PlaceBits'(Side - 1);
  assign ends_row = x_q == last_x;
  assign ends_tile = ends_row && y_q == last_y;
  assign ends_tile_row = ends_tile && columns <= ExtentBits'(Side);
  assign ends_channel = ends_tile_row && rows <= ExtentBits'(Side);
  assign ends_map = ends_channel && channel_q == channels_i - ExtentBits'(1);

  // What is known of the tile with this code.
  logic [Places-1:0] bitmap_q, bitmap;
  logic [PlaceBits:0] count_q, count;
  logic [TotalBits-1:0] dense_q, dense, sparse_q, sparse;
  logic present, is_sparse;

  assign count = count_q + (PlaceBits+1)'(1);
  assign bitmap = bitmap_q | (Places'(code_i != '0) << count_q);
  assign dense = dense_q + TotalBits'(Bits);
  assign sparse = sparse_q + (code_i != '0 ? TotalBits'(Bits) : '0);
  assign present = bitmap != '0;
  assign is_sparse = TotalBits'(count) + sparse < dense;

  // What is known of the map: bits of its sections.
  logic [TileBits:0] tiles_q, present_q;
  logic [CodeBits-1:0] tile_start_q;
  logic [TotalBits-1:0] all_dense_q, bitmaps_q, all_mixed_q, tile_bytes, dense_bytes, mixed_bytes, least_bytes;
  logic mixed_q;
  logic [31:0] length_q;

  function automatic logic [TotalBits-1:0] to_bytes(logic [TotalBits-1:0] bits);
    to_bytes = (bits + TotalBits'(7)) >> 3;
  endfunction

  assign tile_bytes = to_bytes(TotalBits'(tiles_q));
  assign dense_bytes = to_bytes(all_dense_q);
  assign mixed_bytes = to_bytes(TotalBits'(present_q)) + to_bytes(bitmaps_q) + to_bytes(all_mixed_q);
  assign least_bytes = mixed_bytes < dense_bytes ? mixed_bytes : dense_bytes;
  assign mixed_o = mixed_q;
  assign length_o = length_q;

  // The tile that is written of. Its entry is read a cycle ahead.
  logic [TileBits:0] index_q, index_d;
  logic [EntryBits-1:0] entry_q;
  logic [Places-1:0] entry_bitmap, left_q, left, rest;
  logic [PlaceBits:0] entry_count;
  logic entry_sparse, entry_present, fresh_q, writes, next_tile, section_ends;
  logic [PlaceBits+1:0] chunk_q, chunk_left;
  logic [Places+7:0] chunks;
  logic [7:0] chunk;
  logic [CodeBits-1:0] start_q;
  logic [PlaceBits-1:0] place;

  assign {entry_sparse, entry_count, entry_bitmap} = entry_q;
  assign entry_present = entry_bitmap != '0;
  assign chunk_left = (PlaceBits+2)'(entry_count) - chunk_q;
  assign chunks = {8'd0, entry_bitmap} >> chunk_q;
  assign chunk = chunks[7:0];

  // Codes that are left of the tile, and the first of them.
  logic [Places-1:0] all_places;

  assign all_places = {Places{1'b1}} >> ((PlaceBits+1)'(Places) - entry_count);
  assign left = !fresh_q ? left_q : mixed_q && entry_sparse ? entry_bitmap : entry_present ? all_places : '0;
  assign rest = left & (left - Places'(1));

  always_comb begin
    place = '0;
    for (int p = Places - 1; p >= 0; p--) begin
      if (left[p]) place = PlaceBits'(p);
    end
  end

  // What is put into the stream: at most 16 bits at a time.
  logic put, put_ready, flush, code_valid_q, code_moves;
  logic [Bits-1:0] code_q;
  logic [15:0] put_value;
  logic [4:0] put_bits;

  assign writes = state_q == Presence || state_q == Modes || state_q == Bitmaps || state_q == Codes;
  assign code_moves = !code_valid_q || put_ready;
  assign section_ends = index_q == tiles_q && !code_valid_q;
  assign flush = writes && section_ends;

  always_comb begin
    put = 1'b0;
    put_value = '0;
    put_bits = 5'd1;
    next_tile = 1'b0;
    case (state_q)
      Presence: begin
        put = index_q != tiles_q;
        put_value = 16'(entry_present);
        next_tile = put && put_ready;
      end
      Modes: begin
        put = index_q != tiles_q && entry_present;
        put_value = 16'(entry_sparse);
        next_tile = index_q != tiles_q && (put_ready || !entry_present);
      end
      Bitmaps: begin
        put = index_q != tiles_q && entry_present && entry_sparse;
        put_value = 16'(chunk);
        put_bits = chunk_left < (PlaceBits+2)'(8) ? 5'(chunk_left) : 5'd8;
        next_tile = index_q != tiles_q && (put ? put_ready && chunk_left <= (PlaceBits+2)'(8) : 1'b1);
      end
      Codes: begin
        put = code_valid_q;
        put_value = 16'(code_q);
        put_bits = 5'(Bits);
        next_tile = index_q != tiles_q && (left == '0 || (code_moves && rest == '0));
      end
      default: ;
    endcase
    index_d = index_q;
    if (next_tile) index_d = index_q + (TileBits+1)'(1);
    if (!writes || (section_ends && state_q != Codes)) index_d = '0;
  end

  // Bits wait here until they are a byte; a section that ends fills its last one up.
  logic [23:0] bits_q, bits_d;
  logic [4:0] held_q, held_out, held_d;
  logic gives, done;
  logic [31:0] sent_q, crc_q, crc_d;

  assign byte_valid_o = held_q >= 5'd8;
  assign byte_o = bits_q[7:0];
  assign byte_last_o = sent_q == length_q - 32'd1;
  assign gives = byte_valid_o && byte_ready_i;
  assign done = state_q == Codes && sent_q == length_q;
  assign held_out = gives ? held_q - 5'd8 : held_q;
  assign put_ready = held_out < 5'd8;

  always_comb begin
    bits_d = gives ? bits_q >> 8 : bits_q;
    held_d = held_out;
    if (put && put_ready) begin
      bits_d = bits_d | (24'(put_value) << held_out);
      held_d = held_out + put_bits;
    end
    if (flush) held_d = (held_out + 5'd7) & 5'b11000;
  end

  // CRC-32C of what was sent.
  always_comb begin
    crc_d = crc_q ^ 32'(byte_o);
    for (int i = 0; i < 8; i++) begin
      crc_d = (crc_d >> 1) ^ ((crc_d & 32'd1) != '0 ? 32'h82f63b78 : '0);
    end
  end

  assign crc_o = ~crc_q;

  always_ff @(posedge clk_i) begin
    if (take) codes[tile_start_q + CodeBits'(count_q)] <= code_i;
    if (take && ends_tile) tiles[tiles_q[TileBits-1:0]] <= {is_sparse, count, bitmap};
    entry_q <= tiles[index_d[TileBits-1:0]];
    if (code_moves) code_q <= codes[start_q + CodeBits'(place)];
  end

  // Taking: places, tiles, totals.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      channel_q <= '0;
      row_q <= '0;
      column_q <= '0;
      x_q <= '0;
      y_q <= '0;
      count_q <= '0;
      bitmap_q <= '0;
      dense_q <= '0;
      sparse_q <= '0;
    end else if (take) begin
      x_q <= ends_row ? '0 : x_q + PlaceBits'(1);
      if (ends_row) y_q <= ends_tile ? '0 : y_q + PlaceBits'(1);
      if (ends_tile) column_q <= ends_tile_row ? '0 : column_q + ExtentBits'(Side);
      if (ends_tile_row) row_q <= ends_channel ? '0 : row_q + ExtentBits'(Side);
      if (ends_channel) channel_q <= ends_map ? '0 : channel_q + ExtentBits'(1);
      count_q <= ends_tile ? '0 : count;
      bitmap_q <= ends_tile ? '0 : bitmap;
      dense_q <= ends_tile ? '0 : dense;
      sparse_q <= ends_tile ? '0 : sparse;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tiles_q <= '0;
      present_q <= '0;
      tile_start_q <= '0;
      all_dense_q <= '0;
      bitmaps_q <= '0;
      all_mixed_q <= '0;
    end else if (done) begin
      tiles_q <= '0;
      present_q <= '0;
      tile_start_q <= '0;
      all_dense_q <= '0;
      bitmaps_q <= '0;
      all_mixed_q <= '0;
    end else if (take && ends_tile) begin
      tiles_q <= tiles_q + (TileBits+1)'(1);
      if (present) begin
        present_q <= present_q + (TileBits+1)'(1);
        tile_start_q <= tile_start_q + CodeBits'(count);
        all_dense_q <= all_dense_q + dense;
        all_mixed_q <= all_mixed_q + (is_sparse ? sparse : dense);
        if (is_sparse) bitmaps_q <= bitmaps_q + TotalBits'(count);
      end
    end
  end

  // Giving: sections, tiles, codes.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Take;
      mixed_q <= 1'b0;
      length_q <= '0;
      index_q <= '0;
      fresh_q <= 1'b1;
      left_q <= '0;
      chunk_q <= '0;
      start_q <= '0;
      code_valid_q <= 1'b0;
    end else begin
      index_q <= index_d;
      fresh_q <= next_tile || state_q != Codes;
      case (state_q)
        Take: if (take && ends_map) state_q <= Decide;
        Decide: begin
          mixed_q <= mixed_bytes < dense_bytes;
          length_q <= 32'(tile_bytes) + 32'(least_bytes);
          start_q <= '0;
          state_q <= Presence;
        end
        Presence: if (section_ends) state_q <= mixed_q ? Modes : Codes;
        Modes: if (section_ends) state_q <= Bitmaps;
        Bitmaps: begin
          chunk_q <= next_tile || section_ends ? '0 : put && put_ready ? chunk_q + (PlaceBits+2)'(8) : chunk_q;
          if (section_ends) state_q <= Codes;
        end
        default: begin
          if (index_q != tiles_q) left_q <= code_moves ? rest : left;
          if (next_tile && entry_present) start_q <= start_q + CodeBits'(entry_count);
          if (code_moves) code_valid_q <= index_q != tiles_q && left != '0;
          if (done) state_q <= Take;
        end
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bits_q <= '0;
      held_q <= '0;
      sent_q <= '0;
      crc_q <= '1;
    end else if (state_q == Decide) begin
      bits_q <= '0;
      held_q <= '0;
      sent_q <= '0;
      crc_q <= '1;
    end else begin
      bits_q <= bits_d;
      held_q <= held_d;
      if (gives) begin
        sent_q <= sent_q + 32'd1;
        crc_q <= crc_d;
      end
    end
  end

endmodule
