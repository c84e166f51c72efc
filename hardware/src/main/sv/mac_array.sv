// Rows x Columns products a cycle and their sums over the rows:
//
//   dot_o[c] = sum over r of product(features_i[r], weight[r][c])      three cycles later
//   dot_o[c] = features_i[c]                                           where direct_i is set
//
// Where MixesProducts is set there are exact multipliers beside those of the module `product`, and
// exact_i chooses them.
//
// Weights have two sets of registers. The waiting one is filled line by line while the other
// multiplies; a feature word with swap_i set is the first that the filled set works on.
// A line is a row, weight[line][0..]; with load_transposed_i it is a column, weight[0..][line]:
// the block of a convolution so becomes that of its transpose.
// Lanes of words and lines: [i*Bits +: Bits].
module mac_array #(
    parameter int Rows = 8,
    parameter int Columns = 8,
    parameter int FeatureBits = 8,
    parameter int WeightBits = 8,
    parameter int DotBits = 24,
    parameter int MixesProducts = 0
) (
    input  logic                           clk_i,

    input  logic                           load_i,
    input  logic                           load_transposed_i,
    input  logic [7:0]                     load_line_i,
    input  logic [Columns*WeightBits-1:0]  load_data_i,

    input  logic [Rows*FeatureBits-1:0]    features_i,
    input  logic                           swap_i,
    input  logic                           direct_i,
    input  logic                           exact_i,

    output logic [Columns*DotBits-1:0]     dot_o
);
  localparam int ProductBits = FeatureBits + WeightBits;

  logic [Rows*Columns*WeightBits-1:0] waiting_q, weight_q;
  logic [Rows*FeatureBits-1:0] features_q, passed_q;
  logic direct_q, passing_q, exact_q;
  logic [Rows*Columns*ProductBits-1:0] products_d, products_q;

  for (genvar r = 0; r < Rows; r++) begin : gen_row
    for (genvar c = 0; c < Columns; c++) begin : gen_column
      localparam int W = (r * Columns + c) * WeightBits;
      localparam int P = (r * Columns + c) * ProductBits;
      localparam int FromLine = (r < Columns ? r : 0) * WeightBits;

      logic signed [ProductBits-1:0] product;

      always_ff @(posedge clk_i) begin
        if (load_i && !load_transposed_i && load_line_i == 8'(r)) begin
          waiting_q[W +: WeightBits] <= load_data_i[c*WeightBits +: WeightBits];
        end
        if (load_i && load_transposed_i && load_line_i == 8'(c)) begin
          waiting_q[W +: WeightBits] <= load_data_i[FromLine +: WeightBits];
        end
      end

      product #(
          .ABits(FeatureBits),
          .BBits(WeightBits)
      ) u_product (
          .a_i(features_q[r*FeatureBits +: FeatureBits]),
          .b_i(weight_q[W +: WeightBits]),
          .p_o(product)
      );

      if (MixesProducts != 0) begin : gen_exact
        logic signed [FeatureBits-1:0] feature;
        logic signed [WeightBits-1:0] weight;
        logic signed [ProductBits-1:0] exact;
        assign feature = features_q[r*FeatureBits +: FeatureBits];
        assign weight  = weight_q[W +: WeightBits];
        assign exact   = feature * weight;
        assign products_d[P +: ProductBits] = exact_q ? exact : product;
      end else begin : gen_one
        assign products_d[P +: ProductBits] = product;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    features_q <= features_i;
    direct_q   <= direct_i;
    exact_q    <= exact_i;
    if (swap_i) weight_q <= waiting_q;
    products_q <= products_d;
    passed_q   <= features_q;
    passing_q  <= direct_q;
  end

  for (genvar c = 0; c < Columns; c++) begin : gen_sum
    logic signed [DotBits-1:0] sum, passed;

    always_comb begin
      sum = '0;
      for (int r = 0; r < Rows; r++) begin
        sum = sum + DotBits'($signed(products_q[(r * Columns + c) * ProductBits +: ProductBits]));
      end
    end

    if (c < Rows) begin : gen_passed
      assign passed = DotBits'($signed(passed_q[c*FeatureBits +: FeatureBits]));
    end else begin : gen_none
      assign passed = '0;
    end

    always_ff @(posedge clk_i) dot_o[c*DotBits +: DotBits] <= passing_q ? passed : sum;
  end
endmodule
