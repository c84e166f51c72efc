// Walks through the instruction as the core's own walker does, ahead of it, and says which lines of
// weights each step will want: they are known as soon as the instruction begins.
module weights_ahead #(
    parameter int FieldBits = 16,
    parameter int PlaceBits = 6,
    parameter int TapBits = 4,
    parameter int TapWidth = 88,
    parameter int TapDepth = 16,
    parameter int TapAddress = 4,
    parameter int ClassBits = 10,
    parameter TapImage = ""
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 start_i,

    // the instruction
    input  logic                 computes_i,
    input  logic                 table_i,
    input  logic                 direct_i,
    input  logic                 by_class_i,
    input  logic [FieldBits-1:0] tile_rows_i,
    input  logic [FieldBits-1:0] plane_rows_i,
    input  logic [FieldBits-1:0] groups_in_i,
    input  logic [FieldBits-1:0] groups_out_i,
    input  logic [FieldBits-1:0] weight_i,
    input  logic [FieldBits-1:0] weight_out_i,
    input  logic [FieldBits-1:0] weight_in_i,
    input  logic [FieldBits-1:0] weight_class_i,
    input  logic [FieldBits-1:0] first_tap_i,
    input  logic [FieldBits-1:0] taps_i,
    input  logic [ClassBits-1:0] class_i,

    output logic                 valid_o,
    input  logic                 ready_i,
    output logic [FieldBits-1:0] address_o
);
  logic [TapAddress-1:0] tap_index;
  logic [TapWidth-1:0] tap;
  logic valid, drains, wants;

  assign wants   = drains ? table_i : !direct_i;
  assign valid_o = valid && wants;

  ram_1r1w #(
      .Width(TapWidth),
      .Depth(TapDepth),
      .AddressBits(TapAddress),
      .Image(TapImage)
  ) u_taps (
      .clk_i,
      .read_i   (tap_index),
      .data_o   (tap),
      .write_i  (1'b0),
      .address_i('0),
      .data_i   ('0)
  );

  // What only the core's own walker says.
  logic done, has_residual;
  logic [FieldBits-1:0] parameter_address, address, target, residual;
  logic [7:0] rows, columns, drain_rows;
  logic [PlaceBits-1:0] place;
  logic [TapBits-1:0] number;

  walker #(
      .FieldBits(FieldBits),
      .TapIndexBits(TapAddress),
      .TapBits(TapBits),
      .PlaceBits(PlaceBits),
      .ClassBits(ClassBits)
  ) u_walker (
      .clk_i,
      .rst_ni,
      .start_i,
      .done_o              (done),
      .computes_i,
      .by_class_i,
      .reduces_i           (1'b0),
      .tile_rows_i,
      .plane_rows_i,
      .groups_in_i,
      .groups_out_i,
      .source_i            ('0),
      .source_tile_i       ('0),
      .source_group_i      ('0),
      .target_i            ('0),
      .target_tile_i       ('0),
      .residual_i          ('0),
      .residual_tile_i     ('0),
      .residual_first_i    ('0),
      .residual_groups_i   ('0),
      .weight_i,
      .weight_out_i,
      .weight_in_i,
      .weight_class_i,
      .parameter_i         ('0),
      .parameter_group_i   ('0),
      .first_tap_i,
      .taps_i,
      .class_i,
      .tap_index_o         (tap_index),
      .tap_source_i        ('0),
      .tap_skip_i          ('0),
      .tap_weight_i        (tap[2*FieldBits +: FieldBits]),
      .tap_first_row_i     (tap[3*FieldBits +: 8]),
      .tap_end_row_i       (tap[3*FieldBits+8 +: 8]),
      .tap_columns_i       (tap[3*FieldBits+16 +: 8]),
      .tap_place_i         ('0),
      .tap_place_skip_i    ('0),
      .tap_number_i        ('0),
      .valid_o             (valid),
      .taken_i             (valid && (ready_i || !wants)),
      .drains_o            (drains),
      .weight_o            (address_o),
      .parameter_o         (parameter_address),
      .address_o           (address),
      .rows_o              (rows),
      .columns_o           (columns),
      .place_o             (place),
      .tap_o               (number),
      .drain_rows_o        (drain_rows),
      .drain_target_o      (target),
      .drain_residual_o    (residual),
      .drain_has_residual_o(has_residual)
  );
endmodule
