// Sums of two lanes with drawn operations of all kinds, against the header's formula in 64 bits.
module drain_tb;

  localparam int Words = 12;
  localparam int Lanes = 2;

  logic clk = 1'b0;
  logic wide, adds, own_minus, residual_minus, relu, gate, clip;
  logic [4:0] shift, own_left, residual_left, residual_right, sum_shift;
  logic [7:0] ceiling;
  logic [Lanes*32-1:0] sums, bias;
  logic [Lanes*16-1:0] factor;
  logic [Lanes*8-1:0] residual;
  logic [Lanes-1:0] bits, mask;
  logic [Lanes*16-1:0] codes;

  logic [Lanes*32-1:0] sum[Words];
  logic [Lanes*8-1:0] stored[Words];
  logic [Lanes-1:0] open[Words];
  longint wants;
  int wrong, seed;

  drain #(.Lanes(Lanes), .SumBits(32), .FactorBits(16), .CodeBits(8), .ResultBits(16)) dut (
      .clk_i(clk), .shift_i(shift), .wide_i(wide), .with_residual_i(adds), .own_left_i(own_left),
      .residual_left_i(residual_left), .residual_right_i(residual_right),
      .own_minus_i(own_minus), .residual_minus_i(residual_minus), .sum_shift_i(sum_shift),
      .relu_i(relu), .gate_i(gate), .clip_i(clip), .ceiling_i(ceiling), .sums_i(sums),
      .bias_i(bias), .factor_i(factor), .residual_i(residual), .bits_i(bits), .codes_o(codes),
      .mask_o(mask));

  task automatic tick;
    #1 clk = 1'b1;
    #1 clk = 1'b0;
  endtask

  function automatic longint rounded(longint x, int places, int width);
    longint floor, rest, half;
    floor = x >>> places;
    rest  = x - (floor <<< places);
    half  = places == 0 ? 64'sd0 : 64'sd1 <<< (places - 1);
    if (rest > half || (places != 0 && rest == half && floor[0])) floor = floor + 1;
    if (floor >= (64'sd1 <<< (width - 1))) floor = (64'sd1 <<< (width - 1)) - 1;
    if (floor < -(64'sd1 <<< (width - 1))) floor = -(64'sd1 <<< (width - 1));
    return floor;
  endfunction

  function automatic longint code(int w, int i);
    longint x, own, other;
    x = longint'($signed(sum[w][i*32 +: 32])) + longint'($signed(bias[i*32 +: 32]));
    own = rounded(x * longint'($signed(factor[i*16 +: 16])), int'(shift), wide && !adds ? 16 : 8);
    other = rounded(longint'($signed(stored[w][i*8 +: 8])), int'(residual_right), 8);
    own = own <<< own_left;
    other = adds ? other <<< residual_left : 64'sd0;
    x = rounded((own_minus ? -own : own) + (residual_minus ? -other : other),
                int'(sum_shift), wide ? 16 : 8);
    if ((relu && x < 0) || (gate && !open[w][i])) return 0;
    return clip && x > longint'($signed(ceiling)) ? longint'($signed(ceiling)) : x;
  endfunction

  task automatic draw;
    {wide, adds, own_minus, residual_minus, relu, gate, clip} = 7'($random(seed));
    shift          = 5'($unsigned($random(seed)) % 24);
    own_left       = 5'($unsigned($random(seed)) % 12);
    residual_left  = 5'($unsigned($random(seed)) % 12);
    residual_right = 5'($unsigned($random(seed)) % 6);
    sum_shift      = 5'($unsigned($random(seed)) % 16);
    ceiling        = 8'($unsigned($random(seed)) % 128);
    for (int i = 0; i < Lanes; i++) begin
      bias[i*32 +: 32]   = 32'($random(seed) >>> 12);
      factor[i*16 +: 16] = 16'($random(seed));
    end
    for (int w = 0; w < Words; w++) begin
      stored[w] = (Lanes*8)'($random(seed));
      open[w]   = Lanes'($random(seed));
      for (int i = 0; i < Lanes; i++) sum[w][i*32 +: 32] = 32'($random(seed) >>> (8 + w));
    end
  endtask

  initial begin
    wrong = 0;
    seed = 3;
    for (int run = 0; run < 2000; run++) begin
      draw;
      for (int t = 0; t < Words + 7; t++) begin
        sums     = t < Words ? sum[t] : '0;
        residual = t >= 4 && t < Words + 4 ? stored[t-4] : '0;
        bits     = t >= 6 && t < Words + 6 ? open[t-6] : '0;
        for (int i = 0; i < Lanes; i++) begin
          if (t >= 7) begin
            wants = code(t - 7, i);
            if ($signed(codes[i*16 +: 16]) != 16'(wants)) wrong = wrong + 1;
            if (mask[i] != (wants > 0)) wrong = wrong + 1;
          end
        end
        tick;
      end
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
