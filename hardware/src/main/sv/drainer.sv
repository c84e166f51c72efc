// Carries out drains, one after the other and behind the passes whose sums they take: addresses for
// each position of a tile.
//
// Cycles are those after a position: 1 the sums are there, 4 the residual's address, 6 that of the
// gate, 8 the codes are written. reads_o is set while a drain wants the port of features. The first
// position comes five cycles after the last of the passes; the next drain is accepted when the last
// codes are written, and what describes the instruction is wanted when a drain is accepted.
//
// TakesTurns    1: the memory of features reads or writes in a cycle, not both. A drain that reads
//               takes two cycles for a position: writes fall into the second, and reads, a cycle
//               earlier than above, into the first; what was read stays for two cycles.
module drainer #(
    parameter int FieldBits = 16,
    parameter int PlaceBits = 6,
    parameter int TakesTurns = 0
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    output logic                 idle_o,
    // a pass is under way
    input  logic                 streaming_i,

    // the instruction
    input  logic                 sweeps_i,
    input  logic                 reduces_i,
    input  logic                 with_residual_i,
    input  logic [FieldBits-1:0] plane_columns_i,
    input  logic [FieldBits-1:0] target_row_i,
    input  logic [FieldBits-1:0] target_column_i,
    input  logic [FieldBits-1:0] residual_row_i,
    input  logic [FieldBits-1:0] residual_column_i,

    // drains
    input  logic                 valid_i,
    output logic                 ready_o,
    input  logic [7:0]           rows_i,
    input  logic [FieldBits-1:0] target_i,
    input  logic [FieldBits-1:0] residual_i,
    input  logic                 has_residual_i,

    output logic                 reads_o,
    output logic [FieldBits-1:0] read_o,

    output logic                 drain_o,
    output logic [PlaceBits-1:0] drain_place_o,
    output logic                 residual_there_o,
    output logic [FieldBits-1:0] gate_o,
    output logic                 write_o,
    output logic [FieldBits-1:0] write_address_o
);
  localparam int Flush = 4;
  localparam int Settle = 7;
  localparam int Depth = 8;
  // The address of a residual goes out so many cycles after its position.
  localparam int ResidualAt = TakesTurns != 0 ? 3 : 4;

  typedef enum logic [1:0] {Idle, Flushing, Draining, Settling} state_e;
  state_e state_q;

  logic [2:0] wait_q;
  logic [FieldBits-1:0] target_q, row_target_q, target_row_q, target_column_q;
  logic [FieldBits-1:0] residual_q, row_residual_q, residual_row_q, residual_column_q;
  logic [7:0] column_q, row_q, columns_q, rows_q;
  logic [PlaceBits-1:0] place_q;
  logic tail_q, sweeps_q, adds_q, first_q, goes, last_column, last, accepted;

  assign ready_o     = state_q == Idle;
  assign accepted    = valid_i && ready_o;
  assign goes        = state_q == Draining && !first_q;
  assign last_column = column_q + 1'b1 == columns_q;
  assign last        = last_column && row_q + 1'b1 == rows_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      wait_q  <= '0;
      tail_q  <= 1'b0;
    end else begin
      wait_q <= wait_q - 1'b1;
      // The passes of the block end; those that come then are of the next.
      tail_q <= (accepted || tail_q) && streaming_i;
      unique case (state_q)
        Idle: begin
          wait_q <= 3'(Flush - 1);
          if (accepted) state_q <= Flushing;
        end
        Flushing: begin
          if (tail_q) wait_q <= 3'(Flush - 1);
          else if (wait_q == '0) state_q <= Draining;
        end
        Draining: begin
          wait_q <= 3'(Settle - 1);
          if (goes && last) state_q <= Settling;
        end
        Settling: if (wait_q == '0) state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  // The first of two cycles of a position, in which a drain stands still.
  always_ff @(posedge clk_i) begin
    first_q <= TakesTurns != 0 && (sweeps_q || adds_q) && !(state_q == Draining && first_q);
  end

  always_ff @(posedge clk_i) begin
    if (accepted) begin
      column_q          <= '0;
      row_q             <= '0;
      rows_q            <= rows_i;
      columns_q         <= reduces_i ? 8'd1 : plane_columns_i[7:0];
      place_q           <= '0;
      target_q          <= target_i;
      row_target_q      <= target_i;
      residual_q        <= residual_i;
      row_residual_q    <= residual_i;
      sweeps_q          <= sweeps_i;
      adds_q            <= with_residual_i && has_residual_i;
      target_row_q      <= target_row_i;
      target_column_q   <= target_column_i;
      residual_row_q    <= residual_row_i;
      residual_column_q <= residual_column_i;
    end else if (goes) begin
      place_q  <= place_q + 1'b1;
      column_q <= last_column ? '0 : column_q + 1'b1;
      if (last_column) begin
        row_q          <= row_q + 1'b1;
        target_q       <= row_target_q + target_row_q;
        row_target_q   <= row_target_q + target_row_q;
        residual_q     <= row_residual_q + residual_row_q;
        row_residual_q <= row_residual_q + residual_row_q;
      end else begin
        target_q   <= target_q + target_column_q;
        residual_q <= residual_q + residual_column_q;
      end
    end
  end

  // What goes along with a position.
  logic [Depth-1:0] goes_q;
  logic [Depth*FieldBits-1:0] targets_q;
  logic [4*FieldBits-1:0] residuals_q;
  logic adds, sweeps, there_q;

  assign adds   = goes_q[ResidualAt-1] && adds_q;
  assign sweeps = sweeps_q && (TakesTurns != 0 ? state_q == Draining && first_q : goes);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) goes_q <= '0;
    else goes_q <= {goes_q[Depth-2:0], goes};
  end

  always_ff @(posedge clk_i) begin
    targets_q   <= {targets_q[(Depth-1)*FieldBits-1:0], target_q};
    residuals_q <= {residuals_q[3*FieldBits-1:0], residual_q};
    there_q     <= goes_q[3] && adds_q;
  end

  assign reads_o = adds || sweeps;
  assign read_o  = sweeps_q ? residual_q : residuals_q[(ResidualAt-1)*FieldBits +: FieldBits];

  assign drain_o          = goes && !sweeps_q;
  assign drain_place_o    = place_q;
  assign residual_there_o = there_q;
  assign gate_o           = targets_q[5*FieldBits +: FieldBits];
  assign write_o          = goes_q[7];
  assign write_address_o  = targets_q[7*FieldBits +: FieldBits];

  assign idle_o = state_q == Idle && goes_q == '0;
endmodule
