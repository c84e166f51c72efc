// Multiplies a value by the weights of Multipliers output channels in a cycle, and adds the products to their sums.
//
//   sums[a][m] += value * weights[w][m]          m = 0 .. Multipliers - 1; modulo 2^SumBits
//
// All numbers are in two's complement. When it is asked to drain, it gives the sums of all rows, columns and passes, the
// last of these counting fastest, one vector in a cycle, and leaves zeros behind; that is not to be asked for within two
// cycles of a step.
//
// Latency: a sum is right two cycles after its last step. After a reset, and before it is ready, it clears all sums, one
// address in a cycle. Memory: weights, written from outside; sums at {row, column, pass}.
module mac_lane #(
  parameter int Multipliers = 4,
  parameter int ValueBits = 8,
  parameter int WeightBits = 8,
  parameter int SumBits = 32,
  parameter int WeightAddressBits = 10,
  parameter int RowBits = 3,
  parameter int ColumnBits = 3,
  parameter int PassBits = 2,
  localparam int SumAddressBits = RowBits + ColumnBits + PassBits
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,

  input  logic                              weight_write_i,
  input  logic [WeightAddressBits-1:0]      weight_address_i,
  input  logic [Multipliers*WeightBits-1:0] weight_i,

  output logic                              ready_o,
  input  logic                              step_valid_i,
  input  logic [ValueBits-1:0]              step_value_i,
  input  logic [WeightAddressBits-1:0]      step_weight_i,
  input  logic [SumAddressBits-1:0]         step_sum_i,

  input  logic                              drain_i,
  input  logic [RowBits-1:0]                last_row_i,
  input  logic [ColumnBits-1:0]             last_column_i,
  input  logic [PassBits-1:0]               last_pass_i,
  output logic                              sum_valid_o,
  input  logic                              sum_ready_i,
  output logic                              sum_last_o,
  output logic [Multipliers*SumBits-1:0]    sum_o
);

  typedef enum logic [1:0] {Clear, Work, Drain} state_e;

  localparam int ProductBits = ValueBits + WeightBits;

  logic [Multipliers*WeightBits-1:0] weights[2**WeightAddressBits];
  logic [Multipliers*SumBits-1:0] sums[2**SumAddressBits];

  state_e state_q;
  logic [Multipliers*WeightBits-1:0] weight_q;
  logic [Multipliers*SumBits-1:0] read_q, result, written_q, held;
  logic [ValueBits-1:0] value_q;
  logic [SumAddressBits-1:0] address_q, written_address_q, read_address, write_address;
  logic step_q, written_valid_q, write, reads;

  // The address that is cleared or drained, whether it is to be read, and whether one was.
  logic [RowBits-1:0] row_q, row_d;
  logic [ColumnBits-1:0] column_q, column_d;
  logic [PassBits-1:0] pass_q, pass_d;
  logic asked_q, given_q, last_q, all_read, moves;

  assign ready_o = state_q == Work;
  assign moves = !given_q || sum_ready_i;
  assign all_read = row_q == last_row_i && column_q == last_column_i && pass_q == last_pass_i;
  assign sum_valid_o = given_q;
  assign sum_last_o = last_q;
  assign sum_o = read_q;

  assign reads = state_q == Drain ? asked_q && moves : step_valid_i;
  assign read_address = state_q == Drain ? {row_q, column_q, pass_q} : step_sum_i;
  assign write = state_q == Clear || (state_q == Drain ? asked_q && moves : step_q);
  assign write_address = state_q == Work ? address_q : {row_q, column_q, pass_q};

  always_comb begin
    row_d = row_q;
    column_d = column_q;
    pass_d = pass_q + PassBits'(1);
    if (pass_q == (state_q == Clear ? '1 : last_pass_i)) begin
      pass_d = '0;
      column_d = column_q + ColumnBits'(1);
      if (column_q == (state_q == Clear ? '1 : last_column_i)) begin
        column_d = '0;
        row_d = row_q == last_row_i && state_q == Drain ? '0 : row_q + RowBits'(1);
      end
    end
  end

  // What was written in the cycle in which this was read is not in it.
  assign held = written_valid_q && written_address_q == address_q ? written_q : read_q;

  for (genvar m = 0; m < Multipliers; m++) begin : gen_multiplier
    logic signed [ValueBits-1:0] value;
    logic signed [WeightBits-1:0] weight;
    logic signed [ProductBits-1:0] product;

    assign value = value_q;
    assign weight = weight_q[m*WeightBits +: WeightBits];
    assign product = ProductBits'(value) * ProductBits'(weight);
    assign result[m*SumBits +: SumBits] =
        held[m*SumBits +: SumBits] + {{(SumBits-ProductBits){product[ProductBits-1]}}, product};
  end

  always_ff @(posedge clk_i) begin
    if (weight_write_i) weights[weight_address_i] <= weight_i;
    if (step_valid_i) weight_q <= weights[step_weight_i];
  end

  always_ff @(posedge clk_i) begin
    if (write) sums[write_address] <= state_q == Work ? result : '0;
    if (reads) read_q <= sums[read_address];
  end

  always_ff @(posedge clk_i) begin
    value_q <= step_value_i;
    address_q <= step_sum_i;
    written_q <= result;
    written_address_q <= address_q;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Clear;
      step_q <= 1'b0;
      written_valid_q <= 1'b0;
      row_q <= '0;
      column_q <= '0;
      pass_q <= '0;
      asked_q <= 1'b0;
      given_q <= 1'b0;
      last_q <= 1'b0;
    end else begin
      step_q <= step_valid_i && state_q == Work;
      written_valid_q <= step_q;
      if (state_q == Clear || (state_q == Drain && asked_q && moves)) begin
        row_q <= row_d;
        column_q <= column_d;
        pass_q <= pass_d;
      end
      case (state_q)
        Clear: begin
          if (&row_q && &column_q && &pass_q) state_q <= Work;
        end
        Work: begin
          asked_q <= drain_i;
          if (drain_i) state_q <= Drain;
        end
        default: begin
          if (moves) begin
            given_q <= asked_q;
            last_q <= asked_q && all_read;
            asked_q <= asked_q && !all_read;
            if (!asked_q) state_q <= Work;
          end
        end
      endcase
    end
  end

endmodule
