// Offers steps once what they need is there: a pass its block of weights, a drain its parameters and,
// where it is one of a table, its line.
//
// A pass is offered Ahead cycles before its last line lies in the array's waiting registers: as long
// as it takes from the acceptance to the first word. The weights of a step are asked for in the
// first cycle of the step, the parameters of a block in that of its first step.
module issuer #(
    parameter int Ahead = 2
) (
    input  logic       clk_i,
    input  logic       rst_ni,

    // the instruction
    input  logic       table_i,
    input  logic       direct_i,
    input  logic [7:0] weight_lines_i,

    // the step
    input  logic       step_valid_i,
    input  logic       step_drains_i,
    output logic       step_taken_o,

    // weights: a request, and a pulse for each line that came
    output logic       weight_request_o,
    input  logic       weight_line_i,

    // parameters of a block
    output logic       parameter_request_o,
    input  logic       parameters_there_i,

    // to those who carry it out
    output logic       valid_o,
    input  logic       ready_i
);
  typedef enum logic [1:0] {Fetch, Lines, Offer} state_e;
  state_e state_q;

  logic [7:0] lines_q, enough;
  logic asked_q, wants, fetched;

  assign wants   = step_drains_i ? table_i : !direct_i;
  assign enough  = step_drains_i ? weight_lines_i : weight_lines_i - 8'(Ahead);
  assign fetched = state_q == Offer || (state_q == Fetch && !wants);

  assign weight_request_o    = state_q == Fetch && step_valid_i && wants;
  assign parameter_request_o = step_valid_i && !asked_q;

  assign valid_o      = step_valid_i && fetched && (!step_drains_i || (asked_q && parameters_there_i));
  assign step_taken_o = valid_o && ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Fetch;
      asked_q <= 1'b0;
    end else begin
      if (step_taken_o && step_drains_i) asked_q <= 1'b0;
      else if (step_valid_i) asked_q <= 1'b1;
      unique case (state_q)
        Fetch: begin
          if (weight_request_o) begin
            state_q <= !step_drains_i && weight_lines_i <= 8'(Ahead) ? Offer : Lines;
          end
        end
        Lines: if (weight_line_i && lines_q == enough) state_q <= Offer;
        Offer: if (step_taken_o) state_q <= Fetch;
        default: state_q <= Fetch;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Fetch) lines_q <= 8'd1;
    else if (weight_line_i) lines_q <= lines_q + 1'b1;
  end
endmodule
