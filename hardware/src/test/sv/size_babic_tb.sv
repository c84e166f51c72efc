// All pairs: the product less that of what is left without N + 1 leading ones.
module size_babic_tb;

  localparam int Width = 6;
  localparam int N = 1;

  logic [Width-1:0] a, b;
  logic [2*Width-1:0] p;
  int want, wrong;

  size_babic #(.Width(Width), .N(N)) dut (.a_i(a), .b_i(b), .p_o(p));

  function automatic int place(input int x);
    place = 0;
    while ((x >> (place + 1)) != 0) place = place + 1;
  endfunction

  function automatic int left(input int x);
    left = x;
    for (int n = 0; n <= N; n++) left = left == 0 ? 0 : left - (1 << place(left));
  endfunction

  function automatic int expected(input int x, input int y);
    expected = x * y - left(x) * left(y);
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
