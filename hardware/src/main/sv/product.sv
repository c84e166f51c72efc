// One product of two signed numbers, p = a * b. An array of approximate multipliers has another
// module of this name; a is the feature, b the weight.
module product #(
    parameter int ABits = 8,
    parameter int BBits = 8
) (
    input  logic signed [ABits-1:0]       a_i,
    input  logic signed [BBits-1:0]       b_i,
    output logic signed [ABits+BBits-1:0] p_o
);
  assign p_o = a_i * b_i;
endmodule
