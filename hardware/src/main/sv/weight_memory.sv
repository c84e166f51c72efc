// Weights on the chip, a line a cycle: the first line of a request comes in the cycle after it, and
// the others behind it. The next request may come in the cycle after the last line.
module weight_memory #(
    parameter int LineBits = 64,
    parameter int Depth = 1024,
    parameter int AddressBits = 10,
    parameter int FieldBits = 16,
    parameter Image = ""
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 request_i,
    input  logic [FieldBits-1:0] address_i,
    input  logic [7:0]           lines_i,
    output logic                 line_o,
    output logic [LineBits-1:0]  data_o,
    input  logic                 write_i,
    input  logic [FieldBits-1:0] write_address_i,
    input  logic [LineBits-1:0]  write_data_i
);
  logic [FieldBits-1:0] next_q, read;
  logic [7:0] left_q;

  assign read = request_i ? address_i : next_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q <= '0;
      line_o <= 1'b0;
    end else begin
      line_o <= request_i || left_q != '0;
      if (request_i) left_q <= lines_i - 1'b1;
      else if (left_q != '0) left_q <= left_q - 1'b1;
    end
  end

  always_ff @(posedge clk_i) next_q <= read + 1'b1;

  ram_1r1w #(
      .Width(LineBits),
      .Depth(Depth),
      .AddressBits(AddressBits),
      .Image(Image)
  ) u_lines (
      .clk_i,
      .read_i   (AddressBits'(read)),
      .data_o,
      .write_i,
      .address_i(AddressBits'(write_address_i)),
      .data_i   (write_data_i)
  );
endmodule
