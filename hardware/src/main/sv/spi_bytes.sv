// Bytes over SPI (mode 0, highest bit first): this side is the peripheral.
//
// begin_o says that the peripheral was selected, valid_o that byte_o came. reply_i goes out with the
// next byte; it is taken at the falling edge after a byte's last bit, so that it has half a period of
// sck_i to settle. sck_i is looked at with clk_i: it wants to be slower by 8 at least.
module spi_bytes (
    input  logic       clk_i,
    input  logic       rst_ni,

    input  logic       sck_i,
    input  logic       cs_ni,
    input  logic       mosi_i,
    output logic       miso_o,

    output logic       begin_o,
    output logic       valid_o,
    output logic [7:0] byte_o,
    input  logic [7:0] reply_i
);
  logic [2:0] sck_q, select_q;
  logic [1:0] mosi_q;
  logic [2:0] bit_q;
  logic [7:0] in_q, out_q;
  logic rises, falls, selected, begins;

  assign selected = select_q[1];
  assign begins   = select_q[1] && !select_q[2];
  assign rises    = sck_q[1] && !sck_q[2];
  assign falls    = !sck_q[1] && sck_q[2];
  assign begin_o  = begins;
  assign byte_o   = in_q;
  assign miso_o   = out_q[7];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sck_q    <= '0;
      select_q <= '0;
      mosi_q   <= '0;
      bit_q    <= '0;
      valid_o  <= 1'b0;
    end else begin
      sck_q    <= {sck_q[1:0], sck_i};
      select_q <= {select_q[1:0], !cs_ni};
      mosi_q   <= {mosi_q[0], mosi_i};
      valid_o  <= selected && rises && bit_q == 3'd7;
      if (!selected) bit_q <= '0;
      else if (rises) bit_q <= bit_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rises) in_q <= {in_q[6:0], mosi_q[1]};
    if (begins || (falls && bit_q == '0)) out_q <= reply_i;
    else if (falls) out_q <= {out_q[6:0], 1'b0};
  end
endmodule
