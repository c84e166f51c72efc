// All pairs: rows added one by one, by an OR below bit L.
module size_loa_tb;

  localparam int Width = 6;
  localparam int L = 4;

  logic [Width-1:0] a, b;
  logic [2*Width-1:0] p;
  int want, wrong;

  size_loa #(.Width(Width), .L(L)) dut (.a_i(a), .b_i(b), .p_o(p));

  function automatic int expected(input int x, input int y);
    int row, carry, low;
    low = (1 << L) - 1;
    expected = (x & 1) * y;
    for (int i = 1; i < Width; i++) begin
      row = ((x >> i) & 1) * (y << i);
      carry = ((expected & row) >> (L - 1)) & 1;
      expected = (((expected >> L) + (row >> L) + carry) << L) | ((expected | row) & low);
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
