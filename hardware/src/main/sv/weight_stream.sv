// Weights from a memory outside: lines are read ahead, in the order in which they will be wanted, and
// wait here. Towards those who want them it is a weight_memory whose lines may come later.
//
//   ahead     what will be wanted, as early as it is known; taken while there is room for it
//   request   what is wanted now: the lines that came for the first of ahead that is left
//   read      a burst of lines from an address on, taken where valid and ready meet
//   data      a piece of PortBits of a line each, lowest first, bursts in the order of their reads;
//             there is room for whatever was asked for
//
// Lines from Depth - OwnLines on are written by the core itself, and lie here. Those that were read
// come a cycle after they are wanted, or two after their last piece.
module weight_stream #(
    parameter int LineBits = 64,
    parameter int Depth = 1024,
    parameter int OwnLines = 0,
    parameter int FieldBits = 16,
    parameter int PortBits = 32,
    parameter int Waiting = 32,
    parameter int WaitingBits = 5
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,

    input  logic                 ahead_valid_i,
    output logic                 ahead_ready_o,
    input  logic [FieldBits-1:0] ahead_address_i,

    input  logic                 request_i,
    input  logic [FieldBits-1:0] address_i,
    input  logic [7:0]           lines_i,
    output logic                 line_o,
    output logic [LineBits-1:0]  data_o,
    input  logic                 write_i,
    input  logic [FieldBits-1:0] write_address_i,
    input  logic [LineBits-1:0]  write_data_i,

    output logic                 read_valid_o,
    input  logic                 read_ready_i,
    output logic [FieldBits-1:0] read_address_o,
    output logic [7:0]           read_lines_o,
    input  logic                 data_valid_i,
    input  logic [PortBits-1:0]  data_i
);
  localparam int Known = Depth - OwnLines;
  localparam int Pieces = LineBits / PortBits;
  localparam int OwnDepth = OwnLines < 2 ? 2 : OwnLines;
  localparam int OwnBits = $clog2(OwnDepth);

  logic [WaitingBits:0] free_q, there_q;
  logic [WaitingBits-1:0] write_q, read_q;
  logic [7:0] left_q, piece_q;
  logic [FieldBits-1:0] own_next_q, own_read;
  logic own_ahead, own, own_q, shown_own_q, asks, complete, pops, goes;
  logic [LineBits-1:0] line, read_line, own_line;

  // What is read ahead.
  assign own_ahead      = ahead_address_i >= FieldBits'(Known);
  assign read_valid_o   = ahead_valid_i && !own_ahead && 8'(free_q) >= lines_i;
  assign read_address_o = ahead_address_i;
  assign read_lines_o   = lines_i;
  assign asks           = read_valid_o && read_ready_i;
  assign ahead_ready_o  = own_ahead || asks;

  if (Pieces > 1) begin : gen_pieces
    logic [LineBits-PortBits-1:0] pieces_q;
    always_ff @(posedge clk_i) begin
      if (data_valid_i) pieces_q <= (LineBits - PortBits)'({data_i, pieces_q} >> PortBits);
    end
    assign line = {data_i, pieces_q};
  end else begin : gen_whole
    assign line = data_i;
  end

  assign complete = data_valid_i && piece_q == 8'(Pieces - 1);

  // What is wanted.
  assign own   = request_i ? address_i >= FieldBits'(Known) : own_q;
  assign pops  = (request_i || left_q != '0) && !own && there_q != '0;
  assign goes  = pops || ((request_i || left_q != '0) && own);
  assign own_read = request_i ? address_i - FieldBits'(Known) : own_next_q;
  assign data_o   = shown_own_q ? own_line : read_line;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      free_q  <= (WaitingBits + 1)'(Waiting);
      there_q <= '0;
      write_q <= '0;
      read_q  <= '0;
      left_q  <= '0;
      piece_q <= '0;
      line_o  <= 1'b0;
    end else begin
      free_q  <= free_q - (asks ? (WaitingBits + 1)'(lines_i) : '0) + (WaitingBits + 1)'(pops);
      there_q <= there_q + (WaitingBits + 1)'(complete) - (WaitingBits + 1)'(pops);
      if (data_valid_i) piece_q <= complete ? '0 : piece_q + 1'b1;
      if (complete) write_q <= write_q + 1'b1;
      if (pops) read_q <= read_q + 1'b1;
      left_q <= (request_i ? lines_i : left_q) - 8'(goes);
      line_o <= goes;
    end
  end

  always_ff @(posedge clk_i) begin
    own_q       <= own;
    shown_own_q <= own;
    own_next_q  <= own_read + 1'b1;
  end

  ram_1r1w #(
      .Width(LineBits),
      .Depth(Waiting),
      .AddressBits(WaitingBits)
  ) u_waiting (
      .clk_i,
      .read_i   (read_q),
      .data_o   (read_line),
      .write_i  (complete),
      .address_i(write_q),
      .data_i   (line)
  );

  ram_1r1w #(
      .Width(LineBits),
      .Depth(OwnDepth),
      .AddressBits(OwnBits)
  ) u_own (
      .clk_i,
      .read_i   (OwnBits'(own_read)),
      .data_o   (own_line),
      .write_i,
      .address_i(OwnBits'(write_address_i - FieldBits'(Known))),
      .data_i   (write_data_i)
  );
endmodule
