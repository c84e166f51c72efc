// Product of two sizes without that of what is left after N + 1 leading ones (Babic, Avramovic and Bulic 2011).
//
//   I_N(a,b) = 2^m b + (a - 2^m) 2^n + I_(N-1)(a - 2^m, b - 2^n)      I_-1 = 0; m, n: places of the leading ones
//
// Latency: combinational. Memory: none.
module size_babic #(
  parameter int Width = 8,
  parameter int N = 1,
  localparam int PlaceWidth = $clog2(Width)
) (
  input  logic [Width-1:0]   a_i,
  input  logic [Width-1:0]   b_i,
  output logic [2*Width-1:0] p_o
);

  function automatic logic [PlaceWidth-1:0] leading(logic [Width-1:0] value);
    leading = '0;
    for (int i = 0; i < Width; i++) begin
      if (value[i]) leading = PlaceWidth'(i);
    end
  endfunction

  logic [Width-1:0] a, b;
  logic [PlaceWidth-1:0] a_place, b_place;

  always_comb begin
    p_o = '0;
    a = a_i;
    b = b_i;
    a_place = '0;
    b_place = '0;
    for (int n = 0; n <= N; n++) begin
      a_place = leading(a);
      b_place = leading(b);
      if (a != '0 && b != '0) begin
        a = a ^ (Width'(1) << a_place);
        p_o = p_o + ((2*Width)'(b) << a_place) + ((2*Width)'(a) << b_place);
        b = b ^ (Width'(1) << b_place);
      end
    end
  end

endmodule
