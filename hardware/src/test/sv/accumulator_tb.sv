// Sums and maxima grow in one bank, often twice at the same place in a row, while the other is
// drained; then the banks change. Places are empty after reset and after a drain.
module accumulator_tb;

  localparam int Columns = 3;
  localparam int DotBits = 10;
  localparam int SumBits = 16;
  localparam int Places = 8;
  localparam int All = 2 * Places * Columns;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic busy, valid, bank, max, drain, drain_bank;
  logic [2:0] place, tap, drain_place;
  logic [Columns*DotBits-1:0] dot;
  logic [Columns*SumBits-1:0] drained;
  logic [Columns*3-1:0] winner;

  logic signed [SumBits-1:0] sum[All];
  logic [2:0] best[All];
  logic seen[All];
  logic signed [DotBits-1:0] number;
  logic of_maxima[2];
  logic was_valid, was_bank, was_max;
  logic [2:0] was_place, was_tap;
  int wrong, seed, at;

  accumulator #(
      .Columns(Columns), .DotBits(DotBits), .SumBits(SumBits), .Places(Places), .PlaceBits(3),
      .TapBits(3), .HasMax(1)
  ) dut (
      .clk_i(clk), .rst_ni(rst_n), .busy_o(busy), .early_valid_i(valid), .early_place_i(place),
      .early_bank_i(bank), .max_i(max), .tap_i(tap), .dot_i(dot), .drain_i(drain),
      .drain_place_i(drain_place), .drain_bank_i(drain_bank), .drained_o(drained),
      .winner_o(winner));

  task automatic tick;
    #1 clk = 1'b1;
    #1 clk = 1'b0;
  endtask

  // What the sums become that were announced a cycle ago.
  task automatic grow;
    for (int c = 0; c < Columns; c++) begin
      number = DotBits'($random(seed));
      dot[c*DotBits +: DotBits] = number;
      at = (int'(was_bank) * Places + int'(was_place)) * Columns + c;
      if (was_valid && !was_max) sum[at] = sum[at] + SumBits'(number);
      if (was_valid && was_max && (!seen[at] || SumBits'(number) > sum[at])) begin
        sum[at]  = SumBits'(number);
        best[at] = was_tap;
      end
      if (was_valid) seen[at] = 1'b1;
    end
    was_valid = valid;
    was_bank  = bank;
    was_max   = max;
    was_place = place;
    was_tap   = tap;
  endtask

  task automatic compare;
    for (int c = 0; c < Columns; c++) begin
      at = (int'(drain_bank) * Places + int'(drain_place)) * Columns + c;
      if ($signed(drained[c*SumBits +: SumBits]) != sum[at]) wrong = wrong + 1;
      if (seen[at] && of_maxima[drain_bank] && winner[c*3 +: 3] != best[at]) wrong = wrong + 1;
      sum[at]  = '0;
      seen[at] = 1'b0;
    end
  endtask

  initial begin
    wrong = 0;
    seed = 11;
    valid = 1'b0;
    was_valid = 1'b0;
    drain = 1'b0;
    bank = 1'b0;
    max = 1'b0;
    place = '0;
    dot = '0;
    for (int i = 0; i < All; i++) begin
      sum[i]  = '0;
      seen[i] = 1'b0;
    end
    tick;
    rst_n = 1'b1;
    while (busy) tick;
    for (int run = 0; run < 200; run++) begin
      bank = run[0];
      drain_bank = !bank;
      max = run % 8 < 4;
      of_maxima[bank] = max;
      drain_place = '0;
      for (int t = 0; t < 24; t++) begin
        valid = t < 20 && $random(seed) % 4 != 0;
        if ($random(seed) % 3 != 0) place = 3'($random(seed));
        tap = 3'($random(seed));
        drain = t >= 2 && t < 2 + Places && run % 4 != 0;
        drain_place = 3'(t - 2);
        grow;
        tick;
        if (drain) compare;
      end
      if (run % 4 == 0) begin
        for (int p = 0; p < Places; p++) begin
          drain = 1'b1;
          drain_place = 3'(p);
          tick;
          compare;
        end
        drain = 1'b0;
        tick;
      end
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
