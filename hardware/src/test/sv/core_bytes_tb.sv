// A core that takes 300 cycles and whose results are the words of the image, turned over, plus the
// first of the weights: what goes in by SPI is found in its memories, and what it says comes back.
module core_bytes_tb;

  localparam int Words = 6;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic sck = 1'b0;
  logic cs_n = 1'b1;
  logic mosi = 1'b0;
  logic miso, begins, valid;
  logic [7:0] in_byte, reply, got;
  logic start, given, busy, weight_load, load;
  logic [2:0] methods;
  logic [9:0] asked, found;
  logic [15:0] address, weight, feature;
  logic [31:0] result;
  logic [15:0] features[64];
  logic [15:0] weights[64];
  int left, wrong;

  spi_bytes spi (
      .clk_i(clk), .rst_ni(rst_n), .sck_i(sck), .cs_ni(cs_n), .mosi_i(mosi), .miso_o(miso),
      .begin_o(begins), .valid_o(valid), .byte_o(in_byte), .reply_i(reply));

  core_bytes #(
      .FeatureWidth(16), .WeightWidth(16), .ResultWidth(32), .FieldBits(16), .MethodBits(3),
      .ClassBits(10)
  ) dut (
      .clk_i(clk), .rst_ni(rst_n), .begin_i(begins), .valid_i(valid), .byte_i(in_byte),
      .reply_o(reply), .start_o(start), .methods_o(methods), .class_given_o(given),
      .class_o(asked), .busy_i(busy), .class_i(found), .weight_load_o(weight_load),
      .load_o(load), .address_o(address), .weight_o(weight), .feature_o(feature),
      .result_i(result));

  assign busy  = left != 0;
  assign found = given ? asked : 10'd9;

  always_ff @(posedge clk) begin
    if (load) features[address[5:0]] <= feature;
    if (weight_load) weights[address[5:0]] <= weight;
    result <= {weights[1], ~features[address[5:0]]};
    if (start) left <= 300;
    else if (left != 0) left <= left - 1;
  end

  task automatic half;
    repeat (4) begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
    end
  endtask

  task automatic select(input logic on);
    cs_n = !on;
    half;
    half;
  endtask

  // What comes back is what was answered to the byte before.
  task automatic send(input logic [7:0] value);
    for (int i = 7; i >= 0; i--) begin
      mosi = value[i];
      half;
      sck = 1'b1;
      got[i] = miso;
      half;
      sck = 1'b0;
    end
    half;
  endtask

  task automatic expect_next(input logic [7:0] value);
    send(8'd0);
    if (got != value) begin
      wrong = wrong + 1;
      $display("wants %h, got %h", value, got);
    end
  endtask

  task automatic head(input logic [7:0] command, input logic [15:0] at);
    select(1'b1);
    send(command);
    send(at[7:0]);
    send(at[15:8]);
  endtask

  initial begin
    wrong = 0;
    left = 0;
    half;
    rst_n = 1'b1;
    half;
    for (int run = 0; run < 2; run++) begin
      head(8'd1, 16'd0);
      send(8'h11);
      send(8'h22);
      send(8'(run));
      send(8'h44);
      select(1'b0);
      head(8'd2, 16'd8);
      for (int w = 0; w < Words; w++) begin
        send(8'(16 * run + w));
        send(8'hab);
      end
      select(1'b0);
      select(1'b1);
      send(8'd4);
      send(8'd5);
      send(run == 0 ? 8'd0 : 8'd3);
      send(run == 0 ? 8'd0 : 8'h82);
      select(1'b0);
      if (methods != 3'd5) wrong = wrong + 1;
      select(1'b1);
      send(8'd5);
      expect_next(8'd1);
      select(1'b0);
      while (busy) half;
      select(1'b1);
      send(8'd5);
      expect_next(8'd0);
      expect_next(run == 0 ? 8'd9 : 8'd3);
      expect_next(run == 0 ? 8'd0 : 8'd2);
      expect_next(8'd45);
      expect_next(8'd1);
      expect_next(8'd0);
      select(1'b0);
      if (weights[0] != 16'h2211) wrong = wrong + 1;
      head(8'd3, 16'd8);
      for (int w = 0; w < Words; w++) begin
        expect_next(~8'(16 * run + w));
        expect_next(~8'hab);
        expect_next(8'(run));
        expect_next(8'h44);
      end
      select(1'b0);
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
