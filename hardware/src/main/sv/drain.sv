// Sums become codes, word by word:
//
//   code = requantize(sum + bias, factor, shift)
//   code = round_shift(+-code * 2^own_left +- residual * 2^residual_left, sum_shift)   with_residual_i
//   code = 0 where the gate's bit is 0 (gate_i), where code < 0 (relu_i); at most ceiling_i (clip_i)
//   mask = code > 0
//
// A sum that comes at cycle t leaves at t + 7. The residual is wanted at t + 4, rounded to
// residual_right_i places less before anything else; the gate's bits at t + 6. Lanes of words:
// [i*Bits +: Bits]. What describes the operation stays the same while words are on their way.
//
// PairBits    of the sum of code and residual, more than ResultBits
// LeftBits    of own_left_i and residual_left_i that may be set
module drain #(
    parameter int Lanes = 8,
    parameter int SumBits = 32,
    parameter int FactorBits = 16,
    parameter int CodeBits = 8,
    parameter int ResultBits = 16,
    parameter int PairBits = 34,
    parameter int LeftBits = 5
) (
    input  logic                         clk_i,

    input  logic [4:0]                   shift_i,
    input  logic                         wide_i,
    input  logic                         with_residual_i,
    input  logic [4:0]                   own_left_i,
    input  logic [4:0]                   residual_left_i,
    input  logic [4:0]                   residual_right_i,
    input  logic                         own_minus_i,
    input  logic                         residual_minus_i,
    input  logic [4:0]                   sum_shift_i,
    input  logic                         relu_i,
    input  logic                         gate_i,
    input  logic                         clip_i,
    input  logic [CodeBits-1:0]          ceiling_i,

    input  logic [Lanes*SumBits-1:0]     sums_i,
    input  logic [Lanes*SumBits-1:0]     bias_i,
    input  logic [Lanes*FactorBits-1:0]  factor_i,
    input  logic [Lanes*CodeBits-1:0]    residual_i,
    input  logic [Lanes-1:0]             bits_i,

    output logic [Lanes*ResultBits-1:0]  codes_o,
    output logic [Lanes-1:0]             mask_o
);
  for (genvar i = 0; i < Lanes; i++) begin : gen_lane
    logic signed [SumBits-1:0] sum_q;
    logic signed [FactorBits-1:0] factor;
    logic signed [ResultBits-1:0] own, pair_code, code_q, code_d;
    logic signed [CodeBits-1:0] residual, near_residual;
    logic signed [PairBits-1:0] own_wide, residual_wide, pair_q;
    logic cut;

    assign factor   = factor_i[i*FactorBits +: FactorBits];
    assign residual = residual_i[i*CodeBits +: CodeBits];

    always_ff @(posedge clk_i) begin
      sum_q <= $signed(sums_i[i*SumBits +: SumBits]) + $signed(bias_i[i*SumBits +: SumBits]);
    end

    requantize #(
        .SumBits(SumBits),
        .FactorBits(FactorBits),
        .OutBits(ResultBits),
        .NarrowBits(CodeBits)
    ) u_requantize (
        .clk_i,
        .sum_i   (sum_q),
        .factor_i(factor),
        .shift_i,
        .narrow_i(!wide_i || with_residual_i),
        .code_o  (own)
    );

    round_shift #(
        .SumBits(CodeBits + 1),
        .OutBits(CodeBits),
        .NarrowBits(CodeBits)
    ) u_residual (
        .sum_i   ((CodeBits + 1)'(residual)),
        .shift_i (residual_right_i),
        .narrow_i(1'b1),
        .code_o  (near_residual)
    );

    assign own_wide      = PairBits'(own) <<< own_left_i[LeftBits-1:0];
    assign residual_wide =
        with_residual_i ? PairBits'(near_residual) <<< residual_left_i[LeftBits-1:0] : '0;

    always_ff @(posedge clk_i) begin
      pair_q <= (own_minus_i ? -own_wide : own_wide)
              + (residual_minus_i ? -residual_wide : residual_wide);
    end

    round_shift #(
        .SumBits(PairBits),
        .OutBits(ResultBits),
        .NarrowBits(CodeBits)
    ) u_pair (
        .sum_i   (pair_q),
        .shift_i (sum_shift_i),
        .narrow_i(!wide_i),
        .code_o  (pair_code)
    );

    always_ff @(posedge clk_i) code_q <= pair_code;

    assign cut = (relu_i && code_q < 0) || (gate_i && !bits_i[i]);
    always_comb begin
      code_d = code_q;
      if (cut) code_d = '0;
      else if (clip_i && code_q > ResultBits'($signed(ceiling_i))) begin
        code_d = ResultBits'($signed(ceiling_i));
      end
    end

    always_ff @(posedge clk_i) begin
      codes_o[i*ResultBits +: ResultBits] <= code_d;
      mask_o[i] <= code_d > 0;
    end
  end
endmodule
