// Features: a word that is read is there one cycle later.
//
// OnePort    0: a port reads in each cycle and another one writes
//            1: one port; a write goes before a read, and what was read stays until the next read
module feature_memory #(
    parameter int Width = 16,
    parameter int Depth = 16,
    parameter int AddressBits = 4,
    parameter int OnePort = 0
) (
    input  logic                   clk_i,
    input  logic                   read_i,
    input  logic [AddressBits-1:0] read_address_i,
    output logic [Width-1:0]       data_o,
    input  logic                   write_i,
    input  logic [AddressBits-1:0] write_address_i,
    input  logic [Width-1:0]       data_i
);
  if (OnePort != 0) begin : gen_one
    ram_1p #(
        .Width(Width),
        .Depth(Depth),
        .AddressBits(AddressBits)
    ) u_words (
        .clk_i,
        .read_i,
        .write_i,
        .address_i(write_i ? write_address_i : read_address_i),
        .data_i,
        .data_o
    );
  end else begin : gen_two
    ram_1r1w #(
        .Width(Width),
        .Depth(Depth),
        .AddressBits(AddressBits)
    ) u_words (
        .clk_i,
        .read_i   (read_address_i),
        .data_o,
        .write_i,
        .address_i(write_address_i),
        .data_i
    );
  end
endmodule
