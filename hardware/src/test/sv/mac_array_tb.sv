// Blocks loaded by rows and by columns, words of features after each: sums three cycles later, and
// words that go past the array. What a product is says the module `product`, the feature first; where
// exact ones are asked for it is the product itself.
module mac_array_tb;

  localparam int N = 4;

  logic clk = 1'b0;
  logic load, transposed, swap, direct, exact;
  logic [7:0] line;
  logic [N*8-1:0] data, features;
  logic [N*18-1:0] dot;
  logic signed [7:0] weight[N][N];
  logic signed [7:0] x[N];
  logic signed [7:0] a, b;
  logic signed [15:0] product;
  int wrong, seed, sum;

  mac_array #(.Rows(N), .Columns(N), .FeatureBits(8), .WeightBits(8), .DotBits(18),
              .MixesProducts(1)) dut (
      .clk_i(clk), .load_i(load), .load_transposed_i(transposed), .load_line_i(line),
      .load_data_i(data), .features_i(features), .swap_i(swap), .direct_i(direct),
      .exact_i(exact), .dot_o(dot));

  product #(.ABits(8), .BBits(8)) u_product (.a_i(a), .b_i(b), .p_o(product));

  task automatic tick;
    #1 clk = 1'b1;
    #1 clk = 1'b0;
  endtask

  initial begin
    wrong = 0;
    seed = 5;
    swap = 1'b0;
    direct = 1'b0;
    exact = 1'b0;
    features = '0;
    for (int run = 0; run < 120; run++) begin
      transposed = run % 2 == 1;
      load = 1'b1;
      for (int k = 0; k < N; k++) begin
        line = 8'(k);
        for (int i = 0; i < N; i++) begin
          data[i*8 +: 8] = 8'($random(seed));
          if (transposed) weight[i][k] = data[i*8 +: 8];
          else weight[k][i] = data[i*8 +: 8];
        end
        tick;
      end
      load = 1'b0;
      swap = 1'b1;
      direct = run % 5 == 0;
      exact = run % 3 == 0;
      for (int i = 0; i < N; i++) begin
        x[i] = 8'($random(seed));
        features[i*8 +: 8] = x[i];
      end
      tick;
      swap = 1'b0;
      tick;
      tick;
      for (int c = 0; c < N; c++) begin
        sum = 0;
        for (int r = 0; r < N; r++) begin
          a = x[r];
          b = weight[r][c];
          #1 sum = sum + (exact ? int'(a) * int'(b) : int'(product));
        end
        if (direct) sum = int'(x[c]);
        if ($signed(dot[c*18 +: 18]) != 18'(sum)) wrong = wrong + 1;
      end
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
