// Memory with a port that reads and a port that writes.
//
//   data_o(t + 1) = memory[read_i(t)]          a word written at t is read from t + 1 on
//
// A word that is read while it is written may come as anything: it must not be used.
//
// Width    bits of a word
// Depth    words
// Image    file of hexadecimal words that the memory holds at the start; "" for zeros
module ram_1r1w #(
    parameter int Width = 8,
    parameter int Depth = 16,
    parameter int AddressBits = 4,
    parameter Image = ""
) (
    input  logic                   clk_i,
    input  logic [AddressBits-1:0] read_i,
    output logic [Width-1:0]       data_o,
    input  logic                   write_i,
    input  logic [AddressBits-1:0] address_i,
    input  logic [Width-1:0]       data_i
);
  (* no_rw_check *)
  logic [Width-1:0] memory[Depth];

  initial begin
    if (Image != "") begin
      $readmemh(Image, memory);
    end else begin
      for (int i = 0; i < Depth; i++) memory[i] = '0;
    end
  end

  always_ff @(posedge clk_i) begin
    data_o <= memory[read_i];
    if (write_i) memory[address_i] <= data_i;
  end
endmodule
