// The top of a small board, over its pins alone: weights and an image go in by SPI, a run is started
// and waited for, and its class, cycles and first output are compared with what they are to be.
// Files are those of the folder's own test bench; of its runs this is the first.
module whyc_up5k_tb #(
    parameter Folder = ".",
    parameter int Lines = 1,
    parameter int WordBytes = 2,
    parameter int Words = 1,
    parameter int InputLines = 1,
    parameter int ExpectedLines = 1,
    parameter int Runs = 1,
    parameter int ImageAddress = 0,
    parameter int ScoreAddress = 0,
    parameter int Scores = 1,
    parameter int Lanes = 2
);

  localparam int ScoreWords = (Scores + Lanes - 1) / Lanes;

  logic clk = 1'b0;
  logic sck = 1'b0;
  logic cs_n = 1'b1;
  logic mosi = 1'b0;
  logic miso, idle;
  logic [7:0] got;
  logic [8*WordBytes-1:0] weights[Lines];
  logic [8*WordBytes-1:0] inputs[InputLines];
  logic [16*Lanes-1:0] expected[ExpectedLines];
  logic [63:0] runs[Runs];
  int wrong;

  whyc_up5k #(.Folder(Folder)) dut (
      .clk_i(clk), .sck_i(sck), .cs_ni(cs_n), .mosi_i(mosi), .miso_o(miso), .idle_o(idle));

  task automatic tick;
    #1 clk = 1'b1;
    #1 clk = 1'b0;
  endtask

  task automatic half;
    repeat (4) tick;
  endtask

  task automatic select(input logic on);
    cs_n = !on;
    half;
    half;
  endtask

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

  task automatic head(input logic [7:0] command, input logic [15:0] at);
    select(1'b1);
    send(command);
    send(at[7:0]);
    send(at[15:8]);
  endtask

  task automatic wants(input logic [7:0] value);
    send(8'd0);
    if (got != value) begin
      wrong = wrong + 1;
      $display("wants %h, got %h", value, got);
    end
  endtask

  initial begin
    $readmemh({Folder, "/weights.hex"}, weights);
    $readmemh({Folder, "/inputs.hex"}, inputs);
    $readmemh({Folder, "/expected.hex"}, expected);
    $readmemh({Folder, "/runs.hex"}, runs);
    wrong = 0;
    repeat (8) tick;
    while (!idle) tick;
    head(8'd1, 16'd0);
    for (int l = 0; l < Lines; l++) begin
      for (int b = 0; b < WordBytes; b++) send(weights[l][8*b +: 8]);
    end
    select(1'b0);
    head(8'd2, 16'(ImageAddress));
    for (int w = 0; w < Words; w++) begin
      for (int b = 0; b < WordBytes; b++) send(inputs[w][8*b +: 8]);
    end
    select(1'b0);
    select(1'b1);
    send(8'd4);
    send(8'd1);
    send(8'd0);
    send(8'd0);
    select(1'b0);
    if (idle) wrong = wrong + 1;
    while (!idle) tick;
    select(1'b1);
    send(8'd5);
    wants(8'd0);
    wants(runs[0][39:32]);
    wants(runs[0][47:40]);
    wants(runs[0][7:0]);
    wants(runs[0][15:8]);
    wants(runs[0][23:16]);
    select(1'b0);
    head(8'd3, 16'(ScoreAddress));
    for (int i = 0; i < ScoreWords * Lanes; i++) begin
      if (i < Scores) begin
        wants(expected[i / Lanes][i % Lanes * 16 +: 8]);
        wants(expected[i / Lanes][i % Lanes * 16 + 8 +: 8]);
      end
    end
    select(1'b0);
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
