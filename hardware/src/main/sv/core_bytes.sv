// A core behind bytes. A message begins with begin_i; its first byte says what it is:
//
//   1, address, words     weights are loaded, from a line on
//   2, address, words     features are loaded, from a word on
//   3, address            results are read: each byte after the address is answered by the next one
//   4, methods, class     a run is started; of the class's two bytes the highest bit says whether it
//                         is given
//   5                     answers: 1 while a run lasts, the class in two bytes, cycles in three
//
// Numbers and words come lowest byte first; an address has two bytes. What is answered to a byte
// goes out with the byte after it. Nothing but 5 wants to be sent during a run.
module core_bytes #(
    parameter int FeatureWidth = 16,
    parameter int WeightWidth = 16,
    parameter int ResultWidth = 32,
    parameter int FieldBits = 16,
    parameter int MethodBits = 4,
    parameter int ClassBits = 10
) (
    input  logic                    clk_i,
    input  logic                    rst_ni,

    input  logic                    begin_i,
    input  logic                    valid_i,
    input  logic [7:0]              byte_i,
    output logic [7:0]              reply_o,

    // the core
    output logic                    start_o,
    output logic [MethodBits-1:0]   methods_o,
    output logic                    class_given_o,
    output logic [ClassBits-1:0]    class_o,
    input  logic                    busy_i,
    input  logic [ClassBits-1:0]    class_i,
    output logic                    weight_load_o,
    output logic                    load_o,
    output logic [FieldBits-1:0]    address_o,
    output logic [WeightWidth-1:0]  weight_o,
    output logic [FeatureWidth-1:0] feature_o,
    input  logic [ResultWidth-1:0]  result_i
);
  localparam int Wide = FeatureWidth > WeightWidth ? FeatureWidth : WeightWidth;
  localparam logic [7:0] Weights = 8'd1;
  localparam logic [7:0] Features = 8'd2;
  localparam logic [7:0] Results = 8'd3;
  localparam logic [7:0] Start = 8'd4;

  // Bytes of the message that have come, seven at most; bytes of the word in hand.
  logic [2:0] count_q;
  logic [7:0] index_q, last;
  logic [7:0] command_q;
  logic [15:0] address_q;
  logic [Wide-1:0] word_d, word_q;
  logic [23:0] cycles_q;
  logic in_words, ends;

  assign in_words = count_q >= 3'd3;
  assign ends     = valid_i && in_words && index_q == last;
  assign word_d   = {byte_i, word_q[Wide-1:8]};

  always_comb begin
    unique case (command_q)
      Weights: last = 8'(WeightWidth / 8 - 1);
      Features: last = 8'(FeatureWidth / 8 - 1);
      default: last = 8'(ResultWidth / 8 - 1);
    endcase
  end

  assign weight_load_o = ends && command_q == Weights;
  assign load_o        = ends && command_q == Features;
  assign address_o     = FieldBits'(address_q);
  assign weight_o      = word_d[Wide-1 -: WeightWidth];
  assign feature_o     = word_d[Wide-1 -: FeatureWidth];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q <= '0;
      start_o <= 1'b0;
    end else begin
      start_o <= valid_i && command_q == Start && count_q == 3'd3;
      if (begin_i) count_q <= '0;
      else if (valid_i && count_q != 3'd7) count_q <= count_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      word_q <= word_d;
      unique case (count_q)
        3'd0: begin
          command_q <= byte_i;
          index_q   <= '0;
        end
        3'd1: begin
          address_q[7:0] <= byte_i;
          if (command_q == Start) methods_o <= MethodBits'(byte_i);
        end
        3'd2: address_q[15:8] <= byte_i;
        default: begin
          index_q <= index_q == last ? '0 : index_q + 1'b1;
          if (index_q == last) address_q <= address_q + 1'b1;
          if (command_q == Start) {class_given_o, class_o} <= {byte_i[7], ClassBits'({byte_i[6:0], address_q[15:8]})};
        end
      endcase
    end
    if (start_o) cycles_q <= 24'd1;
    else if (busy_i) cycles_q <= cycles_q + 1'b1;
  end

  always_comb begin
    if (command_q == Results) reply_o = 8'(result_i >> {index_q, 3'd0});
    else begin
      unique case (count_q)
        3'd1: reply_o = {7'd0, busy_i || start_o};
        3'd2: reply_o = 8'(class_i);
        3'd3: reply_o = 8'(16'(class_i) >> 8);
        3'd4: reply_o = cycles_q[7:0];
        3'd5: reply_o = cycles_q[15:8];
        default: reply_o = cycles_q[23:16];
      endcase
    end
  end
endmodule
