// Memory with one port, which in a cycle writes, or reads, or does nothing:
//
//   data_o(t + 1) = memory[address_i(t)] where read_i(t) and not write_i(t), else data_o(t)
//
// What it holds at the start is not known: large memories of small FPGAs cannot be told.
module ram_1p #(
    parameter int Width = 16,
    parameter int Depth = 16,
    parameter int AddressBits = 4
) (
    input  logic                   clk_i,
    input  logic                   read_i,
    input  logic                   write_i,
    input  logic [AddressBits-1:0] address_i,
    input  logic [Width-1:0]       data_i,
    output logic [Width-1:0]       data_o
);
  logic [Width-1:0] memory[Depth];

  always_ff @(posedge clk_i) begin
    if (write_i) memory[address_i] <= data_i;
    else if (read_i) data_o <= memory[address_i];
  end
endmodule
