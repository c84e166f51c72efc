// A classifier and its explanations on one array of multipliers, by a program that was fixed when
// the model was compiled.
//
// While busy_o is clear, features are loaded (load_*) and results are read (read_i, result_o one
// cycle later). start_i runs the program for the methods asked for; class_o is the class that is
// explained: class_i where class_given_i is set, else that of the largest score.
// A word of features holds Lanes channels of one position, the next word the next channels.
//
// TakesTurns    0: passes, drains and the fetch of the next instruction run beside each other
//               1: one after the other, on a memory of features with one port; nothing is held twice
// Loaded        1: weights do not lie there from the start, but are loaded (weight_load_*) before
// Streamed      1: weights are read from a memory outside (weight_read_*, weight_data_*, which
//               weight_stream.sv explains) while the core works, as far ahead as Waiting lines
// OwnLines      of the lines of weights the last ones, which the core writes itself
module explain_core #(
    parameter int Lanes = 8,
    parameter int CodeBits = 8,
    parameter int WeightBits = 8,
    parameter int DotBits = 19,
    parameter int SumBits = 32,
    parameter int FactorBits = 16,
    parameter int PairBits = 34,
    parameter int LeftBits = 5,
    parameter int ResultBits = 16,
    parameter int Places = 64,
    parameter int PlaceBits = 6,
    parameter int TapBits = 4,
    parameter int MixesProducts = 0,
    parameter int ScalesMaps = 0,
    parameter int HasMax = 1,
    parameter int FieldBits = 16,
    parameter int MethodBits = 8,
    parameter int ClassBits = 10,
    parameter int TakesTurns = 0,
    parameter int Loaded = 0,
    parameter int Streamed = 0,
    parameter int PortBits = 32,
    parameter int Waiting = 32,
    parameter int WaitingBits = 5,
    parameter int OwnLines = 0,
    parameter int FeatureDepth = 1024,
    parameter int FeatureAddress = 10,
    parameter int MaskDepth = 1024,
    parameter int MaskAddress = 10,
    parameter int SwitchDepth = 2,
    parameter int SwitchAddress = 1,
    parameter int ResultDepth = 64,
    parameter int ResultAddress = 6,
    parameter int WeightDepth = 1024,
    parameter int WeightAddress = 10,
    parameter int ParameterDepth = 64,
    parameter int ParameterAddress = 6,
    parameter int TapDepth = 16,
    parameter int TapAddress = 4,
    parameter int ProgramDepth = 64,
    parameter int ProgramAddress = 6,
    parameter WeightImage = "",
    parameter ParameterImage = "",
    parameter TapImage = "",
    parameter ProgramImage = ""
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,

    input  logic                        start_i,
    input  logic [MethodBits-1:0]       methods_i,
    input  logic                        class_given_i,
    input  logic [ClassBits-1:0]        class_i,
    output logic                        busy_o,
    output logic [ClassBits-1:0]        class_o,
    // a pulse as each instruction begins, for whoever counts cycles
    output logic                        step_o,

    input  logic                        load_i,
    input  logic [FieldBits-1:0]        load_address_i,
    input  logic [Lanes*CodeBits-1:0]   load_data_i,

    input  logic                        weight_load_i,
    input  logic [FieldBits-1:0]        weight_load_address_i,
    input  logic [Lanes*WeightBits-1:0] weight_load_data_i,

    output logic                        weight_read_valid_o,
    input  logic                        weight_read_ready_i,
    output logic [FieldBits-1:0]        weight_read_address_o,
    output logic [7:0]                  weight_read_lines_o,
    input  logic                        weight_data_valid_i,
    input  logic [PortBits-1:0]         weight_data_i,

    input  logic [FieldBits-1:0]        read_i,
    output logic [Lanes*ResultBits-1:0] result_o
);
  localparam int Fields = 36;
  localparam int TapWidth = 3 * FieldBits + 24 + 2 * PlaceBits + TapBits;

  // The instruction.
  localparam int Flags = 0;
  localparam int Shifts = 2;
  localparam int MoreShifts = 3;
  localparam int TileRows = 4;
  localparam int PlaneRows = 5;
  localparam int PlaneColumns = 6;
  localparam int GroupsIn = 7;
  localparam int GroupsOut = 8;
  localparam int Source = 9;
  localparam int SourceTile = 10;
  localparam int SourceGroup = 11;
  localparam int SourceRow = 12;
  localparam int SourceColumn = 13;
  localparam int Target = 14;
  localparam int TargetTile = 15;
  localparam int TargetRow = 16;
  localparam int TargetColumn = 17;
  localparam int Residual = 18;
  localparam int ResidualTile = 19;
  localparam int ResidualRow = 20;
  localparam int ResidualColumn = 21;
  localparam int ResidualFirst = 22;
  localparam int ResidualGroups = 23;
  localparam int Mask = 24;
  localparam int Switch = 25;
  localparam int Weight = 26;
  localparam int WeightOut = 27;
  localparam int WeightIn = 28;
  localparam int WeightClass = 29;
  localparam int WeightLines = 30;
  localparam int Parameter = 31;
  localparam int ParameterGroup = 32;
  localparam int FirstTap = 33;
  localparam int Taps = 34;
  localparam int Ceiling = 35;

  localparam logic [2:0] Compute = 3'd1;
  localparam logic [2:0] Sweep = 3'd2;
  localparam logic [2:0] Table = 3'd3;
  localparam logic [2:0] Largest = 3'd4;
  localparam logic [2:0] Scale = 3'd5;

  // Of the instruction whose steps are handed out, and of that whose sums are being drained.
  logic [Fields*FieldBits-1:0] f, d;
  logic [2:0] kind, drain_kind;
  logic direct, exact, by_class, transposed, reduces, max, gates_by_switch;
  logic has_residual, relu, gate, writes_mask, to_results, writes_switch, clips, to_lines;
  logic run, sequencer_busy, walker_done, streamer_idle, drainer_idle, argmax_done, scaler_done, emptying;
  logic walks, pass_begins, drain_begins;

  assign kind            = f[Flags*FieldBits +: 3];
  assign max             = f[Flags*FieldBits+8];
  assign transposed      = f[Flags*FieldBits+9];
  assign by_class        = f[Flags*FieldBits+10];
  assign reduces         = f[Flags*FieldBits+11];
  assign gates_by_switch = f[Flags*FieldBits+12];
  assign direct          = f[Flags*FieldBits+15];
  assign exact           = f[MoreShifts*FieldBits+14];

  assign drain_kind    = d[Flags*FieldBits +: 3];
  assign has_residual  = d[Flags*FieldBits+3];
  assign relu          = d[Flags*FieldBits+4];
  assign gate          = d[Flags*FieldBits+5];
  assign writes_mask   = d[Flags*FieldBits+6];
  assign to_results    = d[Flags*FieldBits+7];
  assign writes_switch = d[Flags*FieldBits+13];
  assign clips         = d[Flags*FieldBits+14];
  assign to_lines      = d[MoreShifts*FieldBits+12];

  if (TakesTurns != 0) begin : gen_same
    assign d = f;
  end else begin : gen_held
    logic [Fields*FieldBits-1:0] d_q;
    always_ff @(posedge clk_i) if (drain_begins) d_q <= f;
    assign d = d_q;
  end

  sequencer #(
      .FieldBits(FieldBits),
      .Fields(Fields),
      .OverlapBit(MoreShifts * FieldBits + 13),
      .TakesTurns(TakesTurns),
      .MethodBits(MethodBits),
      .ProgramDepth(ProgramDepth),
      .ProgramBits(ProgramAddress),
      .Image(ProgramImage)
  ) u_sequencer (
      .clk_i,
      .rst_ni,
      .start_i  (start_i && !emptying),
      .methods_i,
      .busy_o   (sequencer_busy),
      .fields_o (f),
      .run_o    (run),
      .issued_i (walker_done && argmax_done && scaler_done),
      .settled_i(streamer_idle && drainer_idle)
  );

  assign walks  = run && kind != Largest && kind != Scale;
  assign busy_o = sequencer_busy || emptying;
  assign step_o = run;

  // Taps.
  logic [TapAddress-1:0] tap_index;
  logic [TapWidth-1:0] tap;

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

  // Steps.
  logic weight_request, weight_line, parameter_request, parameters_there;
  logic [FieldBits-1:0] weight_address, parameter_address;
  logic step_there, step_taken, step_valid, step_ready, step_drains, pass_ready, drain_ready;
  logic streamer_ready;
  logic [FieldBits-1:0] step_address, step_target, step_residual;
  logic [7:0] step_rows, step_columns, step_drain_rows;
  logic [PlaceBits-1:0] step_place;
  logic [TapBits-1:0] step_tap;
  logic step_has_residual;
  logic [ClassBits-1:0] found_class;

  assign class_o = class_given_i ? class_i : found_class;

  walker #(
      .FieldBits(FieldBits),
      .TapIndexBits(TapAddress),
      .TapBits(TapBits),
      .PlaceBits(PlaceBits),
      .ClassBits(ClassBits)
  ) u_walker (
      .clk_i,
      .rst_ni,
      .start_i             (walks),
      .done_o              (walker_done),
      .computes_i          (kind == Compute),
      .by_class_i          (by_class),
      .reduces_i           (reduces),
      .tile_rows_i         (f[TileRows*FieldBits +: FieldBits]),
      .plane_rows_i        (f[PlaneRows*FieldBits +: FieldBits]),
      .groups_in_i         (f[GroupsIn*FieldBits +: FieldBits]),
      .groups_out_i        (f[GroupsOut*FieldBits +: FieldBits]),
      .source_i            (f[Source*FieldBits +: FieldBits]),
      .source_tile_i       (f[SourceTile*FieldBits +: FieldBits]),
      .source_group_i      (f[SourceGroup*FieldBits +: FieldBits]),
      .target_i            (f[Target*FieldBits +: FieldBits]),
      .target_tile_i       (f[TargetTile*FieldBits +: FieldBits]),
      .residual_i          (f[Residual*FieldBits +: FieldBits]),
      .residual_tile_i     (f[ResidualTile*FieldBits +: FieldBits]),
      .residual_first_i    (f[ResidualFirst*FieldBits +: FieldBits]),
      .residual_groups_i   (f[ResidualGroups*FieldBits +: FieldBits]),
      .weight_i            (f[Weight*FieldBits +: FieldBits]),
      .weight_out_i        (f[WeightOut*FieldBits +: FieldBits]),
      .weight_in_i         (f[WeightIn*FieldBits +: FieldBits]),
      .weight_class_i      (f[WeightClass*FieldBits +: FieldBits]),
      .parameter_i         (f[Parameter*FieldBits +: FieldBits]),
      .parameter_group_i   (f[ParameterGroup*FieldBits +: FieldBits]),
      .first_tap_i         (f[FirstTap*FieldBits +: FieldBits]),
      .taps_i              (f[Taps*FieldBits +: FieldBits]),
      .class_i             (class_o),
      .tap_index_o         (tap_index),
      .tap_source_i        (tap[0 +: FieldBits]),
      .tap_skip_i          (tap[FieldBits +: FieldBits]),
      .tap_weight_i        (tap[2*FieldBits +: FieldBits]),
      .tap_first_row_i     (tap[3*FieldBits +: 8]),
      .tap_end_row_i       (tap[3*FieldBits+8 +: 8]),
      .tap_columns_i       (tap[3*FieldBits+16 +: 8]),
      .tap_place_i         (tap[3*FieldBits+24 +: PlaceBits]),
      .tap_place_skip_i    (tap[3*FieldBits+24+PlaceBits +: PlaceBits]),
      .tap_number_i        (tap[3*FieldBits+24+2*PlaceBits +: TapBits]),
      .valid_o             (step_there),
      .taken_i             (step_taken),
      .drains_o            (step_drains),
      .weight_o            (weight_address),
      .parameter_o         (parameter_address),
      .address_o           (step_address),
      .rows_o              (step_rows),
      .columns_o           (step_columns),
      .place_o             (step_place),
      .tap_o               (step_tap),
      .drain_rows_o        (step_drain_rows),
      .drain_target_o      (step_target),
      .drain_residual_o    (step_residual),
      .drain_has_residual_o(step_has_residual)
  );

  issuer #(
      .Ahead(Streamed != 0 ? 0 : 2)
  ) u_issuer (
      .clk_i,
      .rst_ni,
      .table_i            (kind == Table),
      .direct_i           (direct),
      .weight_lines_i     (f[WeightLines*FieldBits +: 8]),
      .step_valid_i       (step_there),
      .step_drains_i      (step_drains),
      .step_taken_o       (step_taken),
      .weight_request_o   (weight_request),
      .weight_line_i      (weight_line),
      .parameter_request_o(parameter_request),
      .parameters_there_i (parameters_there),
      .valid_o            (step_valid),
      .ready_i            (step_ready)
  );

  assign step_ready   = step_drains ? drain_ready : pass_ready;
  assign pass_ready   = streamer_ready && (TakesTurns == 0 || drain_ready);
  assign pass_begins  = step_valid && !step_drains && pass_ready;
  assign drain_begins = step_valid && step_drains && drain_ready;

  // While one bank of places is drained, the passes of the next block fill the other.
  localparam int MarkBits = TapBits + 5;
  logic bank_q, drain_bank_q;
  logic [FieldBits-1:0] pass_switch_q, pass_read, drain_read, gate_read, write_address;
  logic drain_reads, pass_reads, streaming, swap, sum_valid, draining, residual_there, writes;
  logic [MarkBits-1:0] step_mark, word_mark, sum_mark;
  logic [TapBits-1:0] word_tap, sum_tap;
  logic [PlaceBits-1:0] sum_place, drain_place;
  logic word_direct, word_routes, word_exact, sum_max, sum_bank;

  assign step_mark = {bank_q, max, exact, gates_by_switch, direct, step_tap};
  assign word_tap  = word_mark[0 +: TapBits];
  assign {word_exact, word_routes, word_direct} = word_mark[TapBits +: 3];
  assign sum_tap   = sum_mark[0 +: TapBits];
  assign {sum_bank, sum_max} = sum_mark[TapBits+3 +: 2];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) bank_q <= 1'b0;
    else if (drain_begins) bank_q <= TakesTurns == 0 && !bank_q;
  end

  always_ff @(posedge clk_i) begin
    if (drain_begins) drain_bank_q <= bank_q;
    if (pass_begins) pass_switch_q <= f[Switch*FieldBits +: FieldBits];
  end

  streamer #(
      .FieldBits(FieldBits),
      .PlaceBits(PlaceBits),
      .MarkBits(MarkBits)
  ) u_streamer (
      .clk_i,
      .rst_ni,
      .idle_o         (streamer_idle),
      .stall_i        (drain_reads),
      .reduces_i      (reduces),
      .plane_columns_i(f[PlaneColumns*FieldBits +: FieldBits]),
      .source_row_i   (f[SourceRow*FieldBits +: FieldBits]),
      .source_column_i(f[SourceColumn*FieldBits +: FieldBits]),
      .valid_i        (pass_begins),
      .ready_o        (streamer_ready),
      .streaming_o    (streaming),
      .address_i      (step_address),
      .rows_i         (step_rows),
      .columns_i      (step_columns),
      .place_i        (step_place),
      .mark_i         (step_mark),
      .reads_o        (pass_reads),
      .read_o         (pass_read),
      .swap_o         (swap),
      .word_mark_o    (word_mark),
      .sum_valid_o    (sum_valid),
      .sum_place_o    (sum_place),
      .sum_mark_o     (sum_mark)
  );

  drainer #(
      .FieldBits(FieldBits),
      .PlaceBits(PlaceBits),
      .TakesTurns(TakesTurns)
  ) u_drainer (
      .clk_i,
      .rst_ni,
      .idle_o           (drainer_idle),
      .streaming_i      (streaming),
      .sweeps_i         (kind == Sweep),
      .reduces_i        (reduces),
      .with_residual_i  (f[Flags*FieldBits+3]),
      .plane_columns_i  (f[PlaneColumns*FieldBits +: FieldBits]),
      .target_row_i     (f[TargetRow*FieldBits +: FieldBits]),
      .target_column_i  (f[TargetColumn*FieldBits +: FieldBits]),
      .residual_row_i   (f[ResidualRow*FieldBits +: FieldBits]),
      .residual_column_i(f[ResidualColumn*FieldBits +: FieldBits]),
      .valid_i          (step_valid && step_drains),
      .ready_o          (drain_ready),
      .rows_i           (step_drain_rows),
      .target_i         (step_target),
      .residual_i       (step_residual),
      .has_residual_i   (step_has_residual),
      .reads_o          (drain_reads),
      .read_o           (drain_read),
      .drain_o          (draining),
      .drain_place_o    (drain_place),
      .residual_there_o (residual_there),
      .gate_o           (gate_read),
      .write_o          (writes),
      .write_address_o  (write_address)
  );

  // Memories.
  logic [Lanes*CodeBits-1:0] feature, routed, narrow_codes;
  logic [Lanes*ResultBits-1:0] codes;
  logic [Lanes-1:0] gate_bits, mask_bits;
  logic [Lanes*TapBits-1:0] winners, switches;
  logic [FieldBits-1:0] argmax_read, scaler_read, scaler_address;
  logic [ResultBits-1:0] scaled, most;
  logic scaler_writes;

  feature_memory #(
      .Width(Lanes * CodeBits),
      .Depth(FeatureDepth),
      .AddressBits(FeatureAddress),
      .OnePort(TakesTurns)
  ) u_features (
      .clk_i,
      .read_i         (drain_reads || pass_reads),
      .read_address_i (FeatureAddress'(drain_reads ? drain_read : pass_read)),
      .data_o         (feature),
      .write_i        (sequencer_busy ? writes && !to_results && !to_lines : load_i),
      .write_address_i(FeatureAddress'(sequencer_busy ? write_address : load_address_i)),
      .data_i         (sequencer_busy ? narrow_codes : load_data_i)
  );

  ram_1r1w #(
      .Width(Lanes),
      .Depth(MaskDepth),
      .AddressBits(MaskAddress)
  ) u_masks (
      .clk_i,
      .read_i   (MaskAddress'(gate_read + d[Mask*FieldBits +: FieldBits])),
      .data_o   (gate_bits),
      .write_i  (writes && writes_mask),
      .address_i(MaskAddress'(write_address + d[Mask*FieldBits +: FieldBits])),
      .data_i   (mask_bits)
  );

  ram_1r1w #(
      .Width(Lanes * ResultBits),
      .Depth(ResultDepth),
      .AddressBits(ResultAddress)
  ) u_results (
      .clk_i,
      .read_i   (ResultAddress'(!sequencer_busy ? read_i
                                : scaler_done ? argmax_read : scaler_read)),
      .data_o   (result_o),
      .write_i  (scaler_writes || (writes && to_results)),
      .address_i(ResultAddress'(scaler_writes ? scaler_address : write_address)),
      .data_i   (scaler_writes ? (Lanes*ResultBits)'({most, scaled}) : codes)
  );

  if (HasMax != 0) begin : gen_switches
    logic [7*Lanes*TapBits-1:0] winners_q;
    always_ff @(posedge clk_i) winners_q <= {winners_q[6*Lanes*TapBits-1:0], winners};

    ram_1r1w #(
        .Width(Lanes * TapBits),
        .Depth(SwitchDepth),
        .AddressBits(SwitchAddress)
    ) u_switches (
        .clk_i,
        .read_i   (SwitchAddress'(pass_read + pass_switch_q)),
        .data_o   (switches),
        .write_i  (writes && writes_switch),
        .address_i(SwitchAddress'(write_address + d[Switch*FieldBits +: FieldBits])),
        .data_i   (winners_q[6*Lanes*TapBits +: Lanes*TapBits])
    );
  end else begin : gen_no_switches
    assign switches = '0;
  end

  for (genvar i = 0; i < Lanes; i++) begin : gen_route
    assign routed[i*CodeBits +: CodeBits] =
        word_routes && switches[i*TapBits +: TapBits] != word_tap
            ? '0 : feature[i*CodeBits +: CodeBits];
    assign narrow_codes[i*CodeBits +: CodeBits] = codes[i*ResultBits +: CodeBits];
  end

  logic [Lanes*WeightBits-1:0] weight_data, line_data_q, table_q;
  logic [Lanes*WeightBits-1:0] line_codes;

  for (genvar i = 0; i < Lanes; i++) begin : gen_line
    assign line_codes[i*WeightBits +: WeightBits] =
        WeightBits'($signed(codes[i*ResultBits +: CodeBits]));
  end
  logic [7:0] line_q;

  logic line_write;
  logic [FieldBits-1:0] line_write_address;
  logic [Lanes*WeightBits-1:0] line_write_data;

  assign line_write         = sequencer_busy ? writes && to_lines : weight_load_i;
  assign line_write_address = sequencer_busy ? write_address : weight_load_address_i;
  assign line_write_data    = sequencer_busy ? line_codes : weight_load_data_i;

  if (Streamed != 0) begin : gen_streamed
    logic ahead_valid, ahead_ready;
    logic [FieldBits-1:0] ahead_address;

    weights_ahead #(
        .FieldBits(FieldBits),
        .PlaceBits(PlaceBits),
        .TapBits(TapBits),
        .TapWidth(TapWidth),
        .TapDepth(TapDepth),
        .TapAddress(TapAddress),
        .ClassBits(ClassBits),
        .TapImage(TapImage)
    ) u_ahead (
        .clk_i,
        .rst_ni,
        .start_i       (walks),
        .computes_i    (kind == Compute),
        .table_i       (kind == Table),
        .direct_i      (direct),
        .by_class_i    (by_class),
        .tile_rows_i   (f[TileRows*FieldBits +: FieldBits]),
        .plane_rows_i  (f[PlaneRows*FieldBits +: FieldBits]),
        .groups_in_i   (f[GroupsIn*FieldBits +: FieldBits]),
        .groups_out_i  (f[GroupsOut*FieldBits +: FieldBits]),
        .weight_i      (f[Weight*FieldBits +: FieldBits]),
        .weight_out_i  (f[WeightOut*FieldBits +: FieldBits]),
        .weight_in_i   (f[WeightIn*FieldBits +: FieldBits]),
        .weight_class_i(f[WeightClass*FieldBits +: FieldBits]),
        .first_tap_i   (f[FirstTap*FieldBits +: FieldBits]),
        .taps_i        (f[Taps*FieldBits +: FieldBits]),
        .class_i       (class_o),
        .valid_o       (ahead_valid),
        .ready_i       (ahead_ready),
        .address_o     (ahead_address)
    );

    weight_stream #(
        .LineBits(Lanes * WeightBits),
        .Depth(WeightDepth),
        .OwnLines(OwnLines),
        .FieldBits(FieldBits),
        .PortBits(PortBits),
        .Waiting(Waiting),
        .WaitingBits(WaitingBits)
    ) u_weights (
        .clk_i,
        .rst_ni,
        .ahead_valid_i  (ahead_valid),
        .ahead_ready_o  (ahead_ready),
        .ahead_address_i(ahead_address),
        .request_i      (weight_request),
        .address_i      (weight_address),
        .lines_i        (f[WeightLines*FieldBits +: 8]),
        .line_o         (weight_line),
        .data_o         (weight_data),
        .write_i        (line_write),
        .write_address_i(line_write_address),
        .write_data_i   (line_write_data),
        .read_valid_o   (weight_read_valid_o),
        .read_ready_i   (weight_read_ready_i),
        .read_address_o (weight_read_address_o),
        .read_lines_o   (weight_read_lines_o),
        .data_valid_i   (weight_data_valid_i),
        .data_i         (weight_data_i)
    );
  end else begin : gen_kept
    weight_memory #(
        .LineBits(Lanes * WeightBits),
        .Depth(WeightDepth),
        .OwnLines(OwnLines),
        .AddressBits(WeightAddress),
        .FieldBits(FieldBits),
        .Loaded(Loaded),
        .Image(WeightImage)
    ) u_weights (
        .clk_i,
        .rst_ni,
        .request_i      (weight_request),
        .address_i      (weight_address),
        .lines_i        (f[WeightLines*FieldBits +: 8]),
        .line_o         (weight_line),
        .data_o         (weight_data),
        .write_i        (line_write),
        .write_address_i(line_write_address),
        .write_data_i   (line_write_data)
    );

    assign weight_read_valid_o   = 1'b0;
    assign weight_read_address_o = '0;
    assign weight_read_lines_o   = '0;
  end

  always_ff @(posedge clk_i) begin
    if (weight_request) line_q <= '0;
    else if (weight_line) line_q <= line_q + 1'b1;
    if (weight_line) line_data_q <= weight_data;
    // The next line may come while this one is drained.
    if (drain_begins) table_q <= line_data_q;
  end

  // Sums.
  logic [Lanes*DotBits-1:0] dots;
  logic [Lanes*SumBits-1:0] drained, sums, bias;
  logic [Lanes*FactorBits-1:0] factor;

  mac_array #(
      .Rows(Lanes),
      .Columns(Lanes),
      .FeatureBits(CodeBits),
      .WeightBits(WeightBits),
      .DotBits(DotBits),
      .MixesProducts(MixesProducts)
  ) u_array (
      .clk_i,
      .load_i           (weight_line),
      .load_transposed_i(transposed),
      .load_line_i      (line_q),
      .load_data_i      (weight_data),
      .features_i       (routed),
      .swap_i           (swap),
      .direct_i         (word_direct),
      .exact_i          (word_exact),
      .dot_o            (dots)
  );

  accumulator #(
      .Columns(Lanes),
      .DotBits(DotBits),
      .SumBits(SumBits),
      .Places(Places),
      .PlaceBits(PlaceBits),
      .TapBits(TapBits),
      .HasMax(HasMax),
      .Banks(TakesTurns != 0 ? 1 : 2)
  ) u_accumulator (
      .clk_i,
      .rst_ni,
      .busy_o       (emptying),
      .early_valid_i(sum_valid),
      .early_place_i(sum_place),
      .early_bank_i (sum_bank),
      .max_i        (sum_max),
      .tap_i        (sum_tap),
      .dot_i        (dots),
      .drain_i      (draining),
      .drain_place_i(drain_place),
      .drain_bank_i (drain_bank_q),
      .drained_o    (drained),
      .winner_o     (winners)
  );

  parameter_loader #(
      .Lanes(Lanes),
      .SumBits(SumBits),
      .FactorBits(FactorBits),
      .FieldBits(FieldBits),
      .Depth(ParameterDepth),
      .AddressBits(ParameterAddress),
      .Image(ParameterImage)
  ) u_parameters (
      .clk_i,
      .rst_ni,
      .request_i(parameter_request),
      .address_i(parameter_address),
      .there_o  (parameters_there),
      .take_i   (drain_begins),
      .bias_o   (bias),
      .factor_o (factor)
  );

  for (genvar i = 0; i < Lanes; i++) begin : gen_sums
    assign sums[i*SumBits +: SumBits] =
        drain_kind == Sweep ? SumBits'($signed(feature[i*CodeBits +: CodeBits]))
        : drain_kind == Table ? SumBits'($signed(table_q[i*WeightBits +: WeightBits]))
                              : drained[i*SumBits +: SumBits];
  end

  drain #(
      .Lanes(Lanes),
      .SumBits(SumBits),
      .FactorBits(FactorBits),
      .CodeBits(CodeBits),
      .ResultBits(ResultBits),
      .PairBits(PairBits),
      .LeftBits(LeftBits)
  ) u_drain (
      .clk_i,
      .shift_i         (d[Shifts*FieldBits +: 5]),
      .wide_i          (to_results),
      .with_residual_i (has_residual),
      .own_left_i      (d[Shifts*FieldBits+5 +: 5]),
      .residual_left_i (d[Shifts*FieldBits+10 +: 5]),
      .residual_right_i(d[MoreShifts*FieldBits+5 +: 5]),
      .own_minus_i     (d[MoreShifts*FieldBits+10]),
      .residual_minus_i(d[MoreShifts*FieldBits+11]),
      .sum_shift_i     (d[MoreShifts*FieldBits +: 5]),
      .relu_i          (relu),
      .gate_i          (gate),
      .clip_i          (clips),
      .ceiling_i       (CodeBits'(d[Ceiling*FieldBits +: FieldBits])),
      .sums_i          (sums),
      .bias_i          (bias),
      .factor_i        (factor),
      .residual_i      (residual_there ? feature : '0),
      .bits_i          (gate_bits),
      .codes_o         (codes),
      .mask_o          (mask_bits)
  );

  // The class.
  argmax #(
      .Lanes(Lanes),
      .Bits(ResultBits),
      .FieldBits(FieldBits),
      .ClassBits(ClassBits)
  ) u_argmax (
      .clk_i,
      .rst_ni,
      .start_i  (run && kind == Largest),
      .done_o   (argmax_done),
      .address_i(f[Source*FieldBits +: FieldBits]),
      .count_i  (f[GroupsIn*FieldBits +: FieldBits]),
      .read_o   (argmax_read),
      .word_i   (result_o),
      .class_o  (found_class)
  );

  // The map.
  if (ScalesMaps != 0) begin : gen_scaler
    map_scaler #(
        .Bits(ResultBits),
        .FieldBits(FieldBits)
    ) u_scaler (
        .clk_i,
        .rst_ni,
        .start_i  (run && kind == Scale),
        .done_o   (scaler_done),
        .address_i(f[Source*FieldBits +: FieldBits]),
        .count_i  (f[GroupsIn*FieldBits +: FieldBits]),
        .read_o   (scaler_read),
        .word_i   (result_o[0 +: ResultBits]),
        .write_o  (scaler_writes),
        .address_o(scaler_address),
        .code_o   (scaled),
        .most_o   (most)
    );
  end else begin : gen_no_scaler
    assign scaler_done    = 1'b1;
    assign scaler_read    = '0;
    assign scaler_writes  = 1'b0;
    assign scaler_address = '0;
    assign scaled         = '0;
    assign most           = '0;
  end
endmodule
