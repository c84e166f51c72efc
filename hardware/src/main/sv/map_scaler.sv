// Scales a map of codes that are not negative, where it lies among the results, so that its largest
// code becomes 2^(Bits-1) - 1:
//
//   q    = floor((2^(Bits-1) - 1) * 2^Bits / most)          most: the map's largest code
//   code = floor((code * q + 2^(Bits-1)) / 2^Bits)          0 where most is 0
//
// Codes lie in lane 0 of count_i words from an address on; most_o is what goes into lane 1. A word
// is wanted one cycle after its address. Takes 2 * (count_i + Bits) + 2 cycles.
module map_scaler #(
    parameter int Bits = 16,
    parameter int FieldBits = 16
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 start_i,
    output logic                 done_o,
    input  logic [FieldBits-1:0] address_i,
    input  logic [FieldBits-1:0] count_i,
    output logic [FieldBits-1:0] read_o,
    input  logic [Bits-1:0]      word_i,
    output logic                 write_o,
    output logic [FieldBits-1:0] address_o,
    output logic [Bits-1:0]      code_o,
    output logic [Bits-1:0]      most_o
);
  localparam int QuotientBits = 2 * Bits - 1;
  localparam int ProductBits = QuotientBits + Bits;

  typedef enum logic [1:0] {Idle, Scan, Divide, Scale} state_e;
  state_e state_q;

  logic [FieldBits-1:0] index_q;
  logic [QuotientBits-1:0] quotient_q;
  logic [Bits-1:0] rest_q, rest;
  logic [7:0] bit_q;
  logic [ProductBits-1:0] product_q, rounded;
  logic goes;

  assign done_o = state_q == Idle;
  assign read_o = address_i + index_q;

  // A bit of the dividend a cycle: as many ones as a code has, then zeros.
  assign rest = {rest_q[Bits-2:0], bit_q < 8'(Bits - 1)};
  assign goes = rest >= most_o;

  assign rounded   = product_q + (ProductBits'(1) << (Bits - 1));
  assign code_o    = rounded[Bits +: Bits];
  assign write_o   = state_q == Scale && index_q >= FieldBits'(2);
  assign address_o = address_i + index_q - FieldBits'(2);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      unique case (state_q)
        Idle: if (start_i) state_q <= Scan;
        Scan: if (index_q == count_i) state_q <= Divide;
        Divide: if (bit_q == 8'(QuotientBits - 1)) state_q <= Scale;
        Scale: if (index_q == count_i + 1'b1) state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    product_q <= ProductBits'(word_i) * ProductBits'(quotient_q);
    unique case (state_q)
      Idle: begin
        index_q <= '0;
        bit_q   <= '0;
        rest_q  <= '0;
        if (start_i) most_o <= '0;
      end
      Scan: begin
        index_q <= index_q + 1'b1;
        if (index_q != '0 && word_i > most_o) most_o <= word_i;
      end
      Divide: begin
        index_q    <= '0;
        bit_q      <= bit_q + 1'b1;
        rest_q     <= goes ? rest - most_o : rest;
        quotient_q <= {quotient_q[QuotientBits-2:0], goes};
      end
      Scale: index_q <= index_q + 1'b1;
      default: ;
    endcase
  end
endmodule
