// Carries out passes, one right behind the other: an address for each position, and what belongs to
// it when it comes out of the pipelines behind.
//
// Cycles are those after a position's address has gone out: 1 its word is there, 3 its place is
// wanted, 4 its sum is there. While stall_i is set no address goes out. mark_i goes along with the
// positions of a pass. What describes the instruction is wanted when a pass is accepted.
module streamer #(
    parameter int FieldBits = 16,
    parameter int PlaceBits = 6,
    parameter int MarkBits = 4
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    output logic                 idle_o,
    input  logic                 stall_i,

    // the instruction
    input  logic                 reduces_i,
    input  logic [FieldBits-1:0] plane_columns_i,
    input  logic [FieldBits-1:0] source_row_i,
    input  logic [FieldBits-1:0] source_column_i,

    // passes; streaming_o until the last position goes out
    input  logic                 valid_i,
    output logic                 ready_o,
    output logic                 streaming_o,
    input  logic [FieldBits-1:0] address_i,
    input  logic [7:0]           rows_i,
    input  logic [7:0]           columns_i,
    input  logic [PlaceBits-1:0] place_i,
    input  logic [MarkBits-1:0]  mark_i,

    // reading of features; mark and swap come with the word
    output logic                 reads_o,
    output logic [FieldBits-1:0] read_o,
    output logic                 swap_o,
    output logic [MarkBits-1:0]  word_mark_o,

    // summing
    output logic                 sum_valid_o,
    output logic [PlaceBits-1:0] sum_place_o,
    output logic [MarkBits-1:0]  sum_mark_o
);
  logic stream_q, reduces_q, begins_q, swap_q;
  logic [FieldBits-1:0] address_q, row_address_q, source_row_q, source_column_q;
  logic [7:0] column_q, row_q, columns_q, rows_q;
  logic [PlaceBits-1:0] place_q, row_place_q, plane_columns_q;
  logic [MarkBits-1:0] mark_q;
  logic goes, last_column, last, accepted;

  assign goes        = stream_q && !stall_i;
  assign last_column = column_q + 1'b1 == columns_q;
  assign last        = last_column && row_q + 1'b1 == rows_q;
  assign ready_o     = !stream_q || (goes && last);
  assign streaming_o = !ready_o;
  assign accepted    = valid_i && ready_o;
  assign reads_o     = goes;
  assign read_o      = address_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) stream_q <= 1'b0;
    else stream_q <= accepted || !ready_o;
  end

  always_ff @(posedge clk_i) begin
    if (accepted) begin
      column_q        <= '0;
      row_q           <= '0;
      rows_q          <= rows_i;
      columns_q       <= columns_i;
      address_q       <= address_i;
      row_address_q   <= address_i;
      place_q         <= place_i;
      row_place_q     <= place_i;
      mark_q          <= mark_i;
      reduces_q       <= reduces_i;
      plane_columns_q <= PlaceBits'(plane_columns_i);
      source_row_q    <= source_row_i;
      source_column_q <= source_column_i;
    end else if (goes && last_column) begin
      column_q      <= '0;
      row_q         <= row_q + 1'b1;
      address_q     <= row_address_q + source_row_q;
      row_address_q <= row_address_q + source_row_q;
      if (!reduces_q) begin
        place_q     <= row_place_q + plane_columns_q;
        row_place_q <= row_place_q + plane_columns_q;
      end
    end else if (goes) begin
      column_q  <= column_q + 1'b1;
      address_q <= address_q + source_column_q;
      if (!reduces_q) place_q <= place_q + 1'b1;
    end
  end

  // What goes along with a position. The array takes its new weights even if the first position
  // has to wait: the next block may be on its way into the waiting registers.
  logic [2:0] goes_q;
  logic [3*PlaceBits-1:0] places_q;
  logic [3*MarkBits-1:0] marks_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      goes_q   <= '0;
      begins_q <= 1'b0;
      swap_q   <= 1'b0;
    end else begin
      goes_q   <= {goes_q[1:0], goes};
      begins_q <= accepted;
      swap_q   <= begins_q;
    end
  end

  always_ff @(posedge clk_i) begin
    places_q <= {places_q[2*PlaceBits-1:0], place_q};
    marks_q  <= {marks_q[2*MarkBits-1:0], mark_q};
  end

  assign swap_o      = swap_q;
  assign word_mark_o = marks_q[0 +: MarkBits];
  assign sum_valid_o = goes_q[2];
  assign sum_place_o = places_q[2*PlaceBits +: PlaceBits];
  assign sum_mark_o  = marks_q[2*MarkBits +: MarkBits];

  assign idle_o = !stream_q && goes_q == '0;
endmodule
