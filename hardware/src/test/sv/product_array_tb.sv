// All pairs of signed operands: the cells with i >= 1 and i + j >= 3, and a constant.
module product_array_tb;

  localparam int Width = 6;
  localparam int Constant = 4;

  logic [Width-1:0] a, b;
  logic [2*Width-1:0] p;
  int want, wrong;

  product_array #(.Width(Width), .Signed(1'b1), .Kept(36'hfffffef00), .Constant(12'(Constant))) dut (.a_i(a), .b_i(b), .p_o(p));

  function automatic int expected(input int x, input int y);
    int cell_sum;
    expected = Constant;
    for (int i = 1; i < Width; i++) begin
      for (int j = 0; j < Width; j++) begin
        cell_sum = i + j >= 3 ? (((x >> i) & (y >> j) & 1) << (i + j)) : 0;
        expected = expected + ((i == Width - 1) != (j == Width - 1) ? -cell_sum : cell_sum);
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
