// The tiles that are present, one in a cycle and none for those that are empty.
//
//   words of the presence bitmap, lowest bit first   ->   indices of the bits that are set, in their order
//
// Latency: a word's first tile stands there in the cycle after the word was taken. While tiles of a word are handed
// out the next one is taken; a word without tiles costs a cycle. Memory: two words.
module presence_scanner #(
  parameter int WordTiles = 64,
  parameter int IndexWidth = 16
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  input  logic                  word_valid_i,
  output logic                  word_ready_o,
  input  logic                  word_first_i,  // starts counting at tile 0
  input  logic [WordTiles-1:0]  word_i,

  output logic                  tile_valid_o,
  input  logic                  tile_ready_i,
  output logic [IndexWidth-1:0] tile_o
);

  logic next_valid_q, empty;
  logic [WordTiles-1:0] next_q, left_q, left;
  logic [IndexWidth-1:0] next_base_q, base_q, base, place;

  assign empty = left_q == '0;
  assign left = empty ? next_q & {WordTiles{next_valid_q}} : left_q;
  assign base = empty ? next_base_q : base_q;
  assign word_ready_o = !next_valid_q || empty;
  assign tile_valid_o = left != '0;
  assign tile_o = base + place;

  always_comb begin
    place = '0;
    for (int i = WordTiles - 1; i >= 0; i--) begin
      if (left[i]) place = IndexWidth'(i);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_valid_q <= 1'b0;
      next_q <= '0;
      next_base_q <= '0;
      left_q <= '0;
      base_q <= '0;
    end else begin
      left_q <= tile_valid_o && tile_ready_i ? left & (left - WordTiles'(1)) : left;
      base_q <= base;
      if (word_valid_i && word_ready_o) begin
        next_valid_q <= 1'b1;
        next_q <= word_i;
        next_base_q <= word_first_i ? '0 : next_base_q + IndexWidth'(WordTiles);
      end else if (empty) begin
        next_valid_q <= 1'b0;
      end
    end
  end

endmodule
