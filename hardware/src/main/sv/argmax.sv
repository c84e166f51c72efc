// The index of the largest of count_i numbers that lie, Lanes to a word, from an address on; of
// equal ones the first. A word is wanted one cycle after its address.
module argmax #(
    parameter int Lanes = 8,
    parameter int Bits = 16,
    parameter int FieldBits = 16,
    parameter int ClassBits = 10
) (
    input  logic                   clk_i,
    input  logic                   rst_ni,
    input  logic                   start_i,
    output logic                   done_o,
    input  logic [FieldBits-1:0]   address_i,
    input  logic [FieldBits-1:0]   count_i,
    output logic [FieldBits-1:0]   read_o,
    input  logic [Lanes*Bits-1:0]  word_i,
    output logic [ClassBits-1:0]   class_o
);
  typedef enum logic [1:0] {Idle, Read, Scan} state_e;
  state_e state_q;

  logic [FieldBits-1:0] read_q, index_q;
  logic [7:0] lane_q;
  logic [Lanes*Bits-1:0] word_q;
  logic signed [Bits-1:0] most_q, number;
  logic last, wins;

  assign number = lane_q == '0 ? word_i[0 +: Bits] : word_q[0 +: Bits];
  assign last   = index_q + 1'b1 == count_i;
  assign wins   = index_q == '0 || number > most_q;
  assign read_o = read_q;
  assign done_o = state_q == Idle;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      class_o <= '0;
    end else begin
      unique case (state_q)
        Idle: begin
          if (start_i) state_q <= Read;
        end
        Read: state_q <= Scan;
        Scan: begin
          if (wins) class_o <= ClassBits'(index_q);
          if (last) state_q <= Idle;
          else if (lane_q == 8'(Lanes - 1)) state_q <= Read;
        end
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    unique case (state_q)
      Idle: begin
        read_q  <= address_i;
        index_q <= '0;
        lane_q  <= '0;
      end
      Read: read_q <= read_q + 1'b1;
      Scan: begin
        word_q  <= lane_q == '0 ? word_i >> Bits : word_q >> Bits;
        index_q <= index_q + 1'b1;
        lane_q  <= lane_q == 8'(Lanes - 1) ? '0 : lane_q + 1'b1;
        if (wins) most_q <= number;
      end
      default: ;
    endcase
  end
endmodule
