// Carries out passes and drains, one after the other: makes an address for each position, and says
// when what belongs to it comes out of the pipelines behind it.
//
//   pass    a position a cycle, and the next pass right behind it
//   drain   waits for the last sums, then a position a cycle
//
// Cycles are those after a position's address has gone out: 1 its word is there, 3 its place is
// wanted, 4 its sum is there. In a drain: 1 the sums are there, 4 the residual's address, 6 that
// of the gate, 8 the codes.
//
// OnePort    1: the memory of features reads or writes in a cycle, not both. A drain that reads takes
//            two cycles for a position: writes fall into the second, and reads, a cycle earlier than
//            above, into the first; what was read stays for two cycles. No pass begins before the
//            last code is written.
module streamer #(
    parameter int FieldBits = 16,
    parameter int PlaceBits = 6,
    parameter int TapBits = 4,
    parameter int OnePort = 0
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    output logic                 idle_o,

    // the instruction
    input  logic                 sweeps_i,
    input  logic                 reduces_i,
    input  logic                 with_residual_i,
    input  logic [FieldBits-1:0] plane_columns_i,
    input  logic [FieldBits-1:0] source_row_i,
    input  logic [FieldBits-1:0] source_column_i,
    input  logic [FieldBits-1:0] target_row_i,
    input  logic [FieldBits-1:0] target_column_i,
    input  logic [FieldBits-1:0] residual_row_i,
    input  logic [FieldBits-1:0] residual_column_i,

    // steps
    input  logic                 valid_i,
    output logic                 ready_o,
    input  logic                 drains_i,
    input  logic [FieldBits-1:0] address_i,
    input  logic [7:0]           rows_i,
    input  logic [7:0]           columns_i,
    input  logic [PlaceBits-1:0] place_i,
    input  logic [TapBits-1:0]   tap_i,
    input  logic [7:0]           drain_rows_i,
    input  logic [FieldBits-1:0] drain_target_i,
    input  logic [FieldBits-1:0] drain_residual_i,
    input  logic                 drain_has_residual_i,

    // reading of features; tap and swap come with the word
    output logic                 reads_o,
    output logic [FieldBits-1:0] read_o,
    output logic                 swap_o,
    output logic [TapBits-1:0]   word_tap_o,

    // summing
    output logic                 sum_valid_o,
    output logic [PlaceBits-1:0] sum_place_o,
    output logic [TapBits-1:0]   sum_tap_o,

    // draining
    output logic                 drain_o,
    output logic [PlaceBits-1:0] drain_place_o,
    output logic                 residual_there_o,
    output logic [FieldBits-1:0] gate_o,
    output logic                 write_o,
    output logic [FieldBits-1:0] write_address_o
);
  localparam int Flush = 4;
  localparam int Settle = OnePort != 0 ? 7 : 3;
  // Of the residual's address, and so which of the last positions it is.
  localparam int ResidualAt = OnePort != 0 ? 3 : 4;
  localparam int Depth = 8;

  typedef enum logic [2:0] {Idle, Stream, Flushing, Draining, Settling} state_e;
  state_e state_q;

  logic [2:0] wait_q;
  logic [FieldBits-1:0] address_q, row_address_q, target_q, row_target_q, residual_q, row_residual_q;
  logic [7:0] column_q, row_q, columns_q, rows_q;
  logic [PlaceBits-1:0] place_q, row_place_q;
  logic [TapBits-1:0] tap_q;
  logic first_q, has_residual_q, second_q;
  logic last_column, last_row, last, accepted, drains;

  assign last_column = column_q + 1'b1 == columns_q;
  assign last_row    = row_q + 1'b1 == rows_q;
  assign last        = last_column && last_row;
  assign ready_o     = state_q == Idle || (state_q == Stream && last);
  assign accepted    = valid_i && ready_o;

  // In the first of two cycles a drain stands still.
  assign drains = state_q == Draining
      && (OnePort == 0 || !(sweeps_i || with_residual_i) || second_q);

  always_ff @(posedge clk_i) second_q <= state_q == Draining && !second_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      wait_q  <= '0;
    end else begin
      wait_q <= wait_q - 1'b1;
      unique case (state_q)
        Idle, Stream: begin
          if (accepted) begin
            state_q <= drains_i ? Flushing : Stream;
            wait_q  <= 3'(Flush - 1);
          end else if (state_q == Stream && last) begin
            state_q <= Idle;
          end
        end
        Flushing: if (wait_q == '0) state_q <= Draining;
        Draining: begin
          if (drains && last) begin
            state_q <= Settling;
            wait_q  <= 3'(Settle - 1);
          end
        end
        Settling: if (wait_q == '0) state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (accepted) begin
      column_q      <= '0;
      row_q         <= '0;
      first_q       <= 1'b1;
      if (drains_i) begin
        rows_q         <= drain_rows_i;
        columns_q      <= reduces_i ? 8'd1 : plane_columns_i[7:0];
        place_q        <= '0;
        target_q       <= drain_target_i;
        row_target_q   <= drain_target_i;
        residual_q     <= drain_residual_i;
        row_residual_q <= drain_residual_i;
        has_residual_q <= drain_has_residual_i;
      end else begin
        rows_q        <= rows_i;
        columns_q     <= columns_i;
        address_q     <= address_i;
        row_address_q <= address_i;
        place_q       <= place_i;
        row_place_q   <= place_i;
        tap_q         <= tap_i;
      end
    end else if (state_q == Stream || drains) begin
      first_q  <= 1'b0;
      column_q <= last_column ? '0 : column_q + 1'b1;
      if (last_column) row_q <= row_q + 1'b1;
      if (state_q == Stream) begin
        if (last_column) begin
          address_q     <= row_address_q + source_row_i;
          row_address_q <= row_address_q + source_row_i;
          if (!reduces_i) begin
            place_q     <= row_place_q + plane_columns_i[PlaceBits-1:0];
            row_place_q <= row_place_q + plane_columns_i[PlaceBits-1:0];
          end
        end else begin
          address_q <= address_q + source_column_i;
          if (!reduces_i) place_q <= place_q + 1'b1;
        end
      end else begin
        place_q <= place_q + 1'b1;
        if (last_column) begin
          target_q       <= row_target_q + target_row_i;
          row_target_q   <= row_target_q + target_row_i;
          residual_q     <= row_residual_q + residual_row_i;
          row_residual_q <= row_residual_q + residual_row_i;
        end else begin
          target_q   <= target_q + target_column_i;
          residual_q <= residual_q + residual_column_i;
        end
      end
    end
  end

  // What goes along with a position.
  logic [3:0] streams_q;
  logic [3*PlaceBits-1:0] places_q;
  logic [3*TapBits-1:0] taps_q;
  logic swap_q;

  logic [Depth-1:0] drains_q;
  logic [Depth*FieldBits-1:0] targets_q;
  logic [4*FieldBits-1:0] residuals_q;
  logic [3:0] has_residuals_q;
  logic there_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      streams_q <= '0;
      drains_q  <= '0;
      swap_q    <= 1'b0;
    end else begin
      streams_q <= {streams_q[2:0], state_q == Stream};
      drains_q  <= {drains_q[Depth-2:0], drains};
      swap_q    <= state_q == Stream && first_q;
    end
  end

  always_ff @(posedge clk_i) begin
    places_q        <= {places_q[2*PlaceBits-1:0], place_q};
    taps_q          <= {taps_q[2*TapBits-1:0], tap_q};
    targets_q       <= {targets_q[(Depth-1)*FieldBits-1:0], target_q};
    residuals_q     <= {residuals_q[3*FieldBits-1:0], residual_q};
    has_residuals_q <= {has_residuals_q[2:0], has_residual_q};
    there_q         <= has_residuals_q[3];
  end

  logic sweep_reads, residual_reads;
  assign sweep_reads    = state_q == Draining && sweeps_i;
  assign residual_reads = drains_q[ResidualAt-1] && with_residual_i;

  assign reads_o = state_q == Stream || residual_reads || (sweep_reads && !second_q);

  always_comb begin
    read_o = address_q;
    if (sweep_reads) read_o = residual_q;
    else if (residual_reads) read_o = residuals_q[(ResidualAt-1)*FieldBits +: FieldBits];
  end

  assign swap_o      = swap_q;
  assign word_tap_o  = taps_q[0 +: TapBits];
  assign sum_valid_o = streams_q[2];
  assign sum_place_o = places_q[2*PlaceBits +: PlaceBits];
  assign sum_tap_o   = taps_q[2*TapBits +: TapBits];

  assign drain_o          = drains && !sweeps_i;
  assign drain_place_o    = place_q;
  assign residual_there_o = there_q;
  assign gate_o           = targets_q[5*FieldBits +: FieldBits];
  assign write_o          = drains_q[7];
  assign write_address_o  = targets_q[7*FieldBits +: FieldBits];

  assign idle_o = state_q == Idle && drains_q == '0 && streams_q == '0;
endmodule
