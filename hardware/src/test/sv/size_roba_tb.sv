// All pairs: r(a) b + r(b) a - r(a) r(b), with the nearest power of two found by distance.
module size_roba_tb;

  localparam int Width = 6;

  logic [Width-1:0] a, b;
  logic [2*Width-1:0] p;
  int want, wrong;

  size_roba #(.Width(Width)) dut (.a_i(a), .b_i(b), .p_o(p));

  function automatic int place(input int x);
    place = 0;
    while ((x >> (place + 1)) != 0) place = place + 1;
  endfunction

  function automatic int rounded(input int x);
    int low;
    low = 1 << place(x);
    rounded = x == 0 ? 0 : x > 3 && 2 * low - x <= x - low ? 2 * low : low;
  endfunction

  function automatic int expected(input int x, input int y);
    expected = rounded(x) * y + rounded(y) * x - rounded(x) * rounded(y);
  endfunction

  initial begin
    wrong = 0;
    for (int i = 0; i < 1 << Width; i++) begin
      for (int j = 0; j < 1 << Width; j++) begin
        a = Width'(i);
        b = Width'(j);
        #1;
        want = expected(i, j);
        if (p !== (2*Width)'(want)) begin
          if (wrong < 5) $display("%0d, %0d is %0d, want %0d", i, j, p, want);
          wrong = wrong + 1;
        end
      end
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
