// All pairs: the product of K bits from the leading ones on, the last of them set where others follow.
module size_drum_tb;

  localparam int Width = 6;
  localparam int K = 3;

  logic [Width-1:0] a, b;
  logic [2*Width-1:0] p;
  int want, wrong;

  size_drum #(.Width(Width), .K(K)) dut (.a_i(a), .b_i(b), .p_o(p));

  function automatic int place(input int x);
    place = 0;
    while ((x >> (place + 1)) != 0) place = place + 1;
  endfunction

  function automatic int kept(input int x);
    int cut;
    cut = place(x) - K + 1;
    kept = cut <= 0 ? x : ((x >> cut) | 1) << cut;
  endfunction

  function automatic int expected(input int x, input int y);
    expected = kept(x) * kept(y);
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
