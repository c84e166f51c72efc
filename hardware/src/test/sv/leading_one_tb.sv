// All numbers of two widths, one of them no power of two: place by counting up.
module leading_one_tb;

  logic [4:0] value5, one5;
  logic [2:0] place5;
  logic [7:0] value8, one8;
  logic [2:0] place8;
  int place, wrong;

  leading_one #(.Width(5)) dut5 (.value_i(value5), .one_o(one5), .place_o(place5));
  leading_one #(.Width(8)) dut8 (.value_i(value8), .one_o(one8), .place_o(place8));

  initial begin
    wrong = 0;
    for (int i = 0; i < 256; i++) begin
      value8 = 8'(i);
      value5 = 5'(i);
      #1;
      place = 0;
      while ((i >> (place + 1)) != 0) place = place + 1;
      if (int'(place8) != place || int'(one8) != (i == 0 ? 0 : 1 << place)) wrong = wrong + 1;
      if (i < 32 && (place5 != place8 || one5 != 5'(one8))) wrong = wrong + 1;
    end
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
