// All pairs: Mitchell's product and a twelfth of its power of two, as far as there are bits.
module size_mbm_tb;

  localparam int Width = 6;

  logic [Width-1:0] a, b;
  logic [2*Width-1:0] p;
  int want, wrong;

  size_mbm #(.Width(Width)) dut (.a_i(a), .b_i(b), .p_o(p));

  function automatic int place(input int x);
    place = 0;
    while ((x >> (place + 1)) != 0) place = place + 1;
  endfunction

  function automatic int mitchell(input int x, input int y);
    int one, fractions;
    one = 1 << (place(x) + place(y));
    fractions = (x << place(y)) + (y << place(x)) - 2 * one;
    mitchell = x == 0 || y == 0 ? 0 : fractions < one ? one + fractions : 2 * fractions;
  endfunction

  function automatic int expected(input int x, input int y);
    int sum;
    sum = mitchell(x, y) + (1 << (place(x) + place(y))) / 12;
    expected = x == 0 || y == 0 ? 0 : sum < 1 << (2 * Width) ? sum : (1 << (2 * Width)) - 1;
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
