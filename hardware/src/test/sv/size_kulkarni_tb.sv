// All pairs: the sum of the products of digits of two bits, where 3 * 3 is 7.
module size_kulkarni_tb;

  localparam int Width = 6;

  logic [Width-1:0] a, b;
  logic [2*Width-1:0] p;
  int want, wrong;

  size_kulkarni #(.Width(Width)) dut (.a_i(a), .b_i(b), .p_o(p));

  function automatic int expected(input int x, input int y);
    int m, n;
    expected = 0;
    for (int d = 0; d < Width; d += 2) begin
      for (int e = 0; e < Width; e += 2) begin
        m = (x >> d) & 3;
        n = (y >> e) & 3;
        expected = expected + ((m == 3 && n == 3 ? 7 : m * n) << (d + e));
      end
    end
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
