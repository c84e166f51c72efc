// Fetches instructions, one field a cycle, while the one before is carried out, and starts each when
// the one before has handed out its last step; one that does not overlap also waits until all that
// went before is written. An instruction whose methods none of which are asked for is skipped: its
// other fields are not fetched.
//
// The program is instructions of Fields words one after another; word 0 is the kind and the flags,
// word 1 the methods. The instruction of kind 0 ends it. Fields lie at [i*FieldBits +: FieldBits];
// the bit at OverlapBit says that an instruction overlaps. run_o comes with the first cycle of
// fields_o, which stay until the next.
//
// TakesTurns    1: an instruction is fetched when all that went before is written, and lies in no
//               other registers than those that it is fetched into
module sequencer #(
    parameter int FieldBits = 16,
    parameter int Fields = 40,
    parameter int OverlapBit = 61,
    parameter int TakesTurns = 0,
    parameter int MethodBits = 8,
    parameter int ProgramDepth = 1024,
    parameter int ProgramBits = 10,
    parameter Image = ""
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic                        start_i,
    input  logic [MethodBits-1:0]       methods_i,
    output logic                        busy_o,
    output logic [Fields*FieldBits-1:0] fields_o,
    output logic                        run_o,
    // all steps are handed out; and all that they write is written
    input  logic                        issued_i,
    input  logic                        settled_i
);
  typedef enum logic [2:0] {Idle, First, Fetch, Ready, Wait, Skip, Ending} state_e;
  state_e state_q;

  logic [ProgramBits-1:0] next_q;
  logic [FieldBits-1:0] word;
  logic [7:0] count_q;
  logic [Fields*FieldBits-1:0] fields_q;
  logic [FieldBits-1:0] first_field;
  logic ends, wanted, free, starts;

  assign busy_o = state_q != Idle;

  // When the second word is there, the first is the last that was shifted in.
  assign first_field = fields_q[(Fields-1)*FieldBits +: FieldBits];
  assign ends        = first_field[2:0] == 3'd0;
  assign wanted      = (word[MethodBits-1:0] & methods_i) != '0;
  assign free        = issued_i && !run_o;
  assign starts      = state_q == Ready && free && (settled_i || fields_q[OverlapBit]);

  ram_1r1w #(
      .Width(FieldBits),
      .Depth(ProgramDepth),
      .AddressBits(ProgramBits),
      .Image(Image)
  ) u_program (
      .clk_i,
      .read_i   (next_q),
      .data_o   (word),
      .write_i  (1'b0),
      .address_i('0),
      .data_i   ('0)
  );

  if (TakesTurns != 0) begin : gen_same
    assign fields_o = fields_q;
  end else begin : gen_held
    logic [Fields*FieldBits-1:0] held_q;
    always_ff @(posedge clk_i) if (starts) held_q <= fields_q;
    assign fields_o = held_q;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      run_o   <= 1'b0;
    end else begin
      run_o <= starts;
      unique case (state_q)
        Idle: if (start_i) state_q <= First;
        First: state_q <= Fetch;
        Fetch: begin
          if (count_q == 8'd1 && ends) state_q <= Ending;
          else if (count_q == 8'd1 && !wanted) state_q <= Skip;
          else if (count_q == 8'(Fields - 1)) state_q <= Ready;
        end
        Ready: if (starts) state_q <= TakesTurns != 0 ? Wait : First;
        Wait: if (free && settled_i) state_q <= First;
        Skip: state_q <= First;
        Ending: if (free && settled_i) state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    unique case (state_q)
      Idle: next_q <= '0;
      First: begin
        next_q  <= next_q + 1'b1;
        count_q <= '0;
      end
      Fetch: begin
        fields_q <= {word, fields_q[Fields*FieldBits-1:FieldBits]};
        count_q  <= count_q + 1'b1;
        // The word after the last is read when the next instruction is fetched.
        if (count_q == 8'd1 && !wanted) next_q <= next_q + ProgramBits'(Fields - 2);
        else if (count_q < 8'(Fields - 1)) next_q <= next_q + 1'b1;
      end
      default: ;
    endcase
  end
endmodule
