// code_o = saturate(round half to even(sum_i * 2^-shift_i)), in the same cycle; saturated to
// OutBits, or to NarrowBits where narrow_i is set. SumBits is at least OutBits.
module round_shift #(
    parameter int SumBits = 33,
    parameter int OutBits = 16,
    parameter int NarrowBits = 8
) (
    input  logic signed [SumBits-1:0] sum_i,
    input  logic        [4:0]         shift_i,
    input  logic                      narrow_i,
    output logic signed [OutBits-1:0] code_o
);
  logic signed [SumBits-1:0] rounded;
  logic signed [SumBits:0] shifted;
  logic below, up, over_out, over_narrow;
  logic [OutBits-1:0] most;

  // The lowest bit of what is shifted is a half; below says whether there is more than that.
  always_comb begin
    shifted = {sum_i, 1'b0};
    below   = 1'b0;
    for (int k = 0; k < 5; k++) begin
      if (shift_i[k]) begin
        below   = below || (shifted & (SumBits + 1)'((64'd1 << (1 << k)) - 1)) != '0;
        shifted = shifted >>> (1 << k);
      end
    end
  end

  assign up      = shifted[0] && (shifted[1] || below);
  assign rounded = shifted[SumBits:1] + SumBits'({1'b0, up});

  // What fits has copies of its sign above.
  assign over_out    = rounded[SumBits-1:OutBits-1] != {(SumBits-OutBits+1){rounded[SumBits-1]}};
  assign over_narrow =
      rounded[SumBits-1:NarrowBits-1] != {(SumBits-NarrowBits+1){rounded[SumBits-1]}};
  assign most = narrow_i ? OutBits'((1 << (NarrowBits - 1)) - 1) : OutBits'((1 << (OutBits - 1)) - 1);
  assign code_o = !(narrow_i ? over_narrow : over_out) ? OutBits'(rounded)
                : rounded[SumBits-1] ? ~most : most;
endmodule
