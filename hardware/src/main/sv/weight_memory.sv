// Weights on the chip, a line a cycle: the first line of a request comes in the cycle after it, and
// the others behind it. The next request may come in the cycle after the last line.
//
// Depth      lines
// OwnLines   of these the last ones, which are written while the core works
// Loaded     0: the memory begins with the image
//            1: the memory has one port and begins with nothing; the lines before the core's own
//               are written before it works, and the core's own lie in a memory beside it
module weight_memory #(
    parameter int LineBits = 64,
    parameter int Depth = 1024,
    parameter int OwnLines = 0,
    parameter int AddressBits = 10,
    parameter int FieldBits = 16,
    parameter int Loaded = 0,
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

  if (Loaded != 0) begin : gen_loaded
    localparam int Known = Depth - OwnLines;
    localparam int KnownDepth = Known < 2 ? 2 : Known;
    localparam int KnownBits = $clog2(KnownDepth);
    logic own_write;
    logic [LineBits-1:0] known;

    ram_1p #(
        .Width(LineBits),
        .Depth(KnownDepth),
        .AddressBits(KnownBits)
    ) u_lines (
        .clk_i,
        .read_i   (1'b1),
        .write_i  (write_i && !own_write),
        .address_i(KnownBits'(write_i && !own_write ? write_address_i : read)),
        .data_i   (write_data_i),
        .data_o   (known)
    );

    if (OwnLines != 0) begin : gen_own
      localparam int OwnDepth = OwnLines < 2 ? 2 : OwnLines;
      localparam int OwnBits = $clog2(OwnDepth);
      logic own_q;
      logic [LineBits-1:0] own;

      assign own_write = write_address_i >= FieldBits'(Known);
      assign data_o    = own_q ? own : known;

      always_ff @(posedge clk_i) own_q <= read >= FieldBits'(Known);

      ram_1r1w #(
          .Width(LineBits),
          .Depth(OwnDepth),
          .AddressBits(OwnBits)
      ) u_own (
          .clk_i,
          .read_i   (OwnBits'(read - FieldBits'(Known))),
          .data_o   (own),
          .write_i  (write_i && own_write),
          .address_i(OwnBits'(write_address_i - FieldBits'(Known))),
          .data_i   (write_data_i)
      );
    end else begin : gen_none
      assign own_write = 1'b0;
      assign data_o    = known;
    end
  end else begin : gen_held
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
  end
endmodule
