// Bias and factor of each lane of a block of output channels, one lane a cycle from their memory
// into waiting registers; take_i makes them those that are used.
module parameter_loader #(
    parameter int Lanes = 8,
    parameter int SumBits = 32,
    parameter int FactorBits = 16,
    parameter int FieldBits = 16,
    parameter int Depth = 256,
    parameter int AddressBits = 8,
    parameter Image = ""
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic                        request_i,
    input  logic [FieldBits-1:0]        address_i,
    output logic                        there_o,
    input  logic                        take_i,
    output logic [Lanes*SumBits-1:0]    bias_o,
    output logic [Lanes*FactorBits-1:0] factor_o
);
  localparam int Width = SumBits + FactorBits;

  logic [FieldBits-1:0] next_q, read;
  logic [7:0] left_q;
  logic comes_q;
  logic [Width-1:0] word;
  logic [Lanes*Width-1:0] waiting_q, taken_q;

  assign read    = request_i ? address_i : next_q;
  assign there_o = !comes_q && left_q == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q  <= '0;
      comes_q <= 1'b0;
    end else begin
      comes_q <= request_i || left_q != '0;
      if (request_i) left_q <= 8'(Lanes - 1);
      else if (left_q != '0) left_q <= left_q - 1'b1;
    end
  end

  // The first lane that comes ends up lowest.
  always_ff @(posedge clk_i) begin
    next_q <= read + 1'b1;
    if (comes_q) waiting_q <= {word, waiting_q[Lanes*Width-1:Width]};
    if (take_i) taken_q <= waiting_q;
  end

  ram_1r1w #(
      .Width(Width),
      .Depth(Depth),
      .AddressBits(AddressBits),
      .Image(Image)
  ) u_parameters (
      .clk_i,
      .read_i   (AddressBits'(read)),
      .data_o   (word),
      .write_i  (1'b0),
      .address_i('0),
      .data_i   ('0)
  );

  for (genvar i = 0; i < Lanes; i++) begin : gen_lane
    assign bias_o[i*SumBits +: SumBits] = taken_q[i*Width +: SumBits];
    assign factor_o[i*FactorBits +: FactorBits] = taken_q[i*Width + SumBits +: FactorBits];
  end
endmodule
