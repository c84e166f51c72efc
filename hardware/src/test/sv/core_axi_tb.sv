// A core that takes 20 cycles and whose results are the words of the image, turned over. An image
// goes in, a run is started and waited for, results come out with pauses, twice. Then what users do
// besides: a run is started while results stream, registers are written during a run, an image is
// broken off, and a run is asked for twice.
module core_axi_tb;

  localparam int Words = 6;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic [4:0] awaddr, araddr;
  logic awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;
  logic [31:0] wdata, rdata;
  logic [1:0] bresp, rresp;
  logic [15:0] in_data, out_data, load_data, result;
  logic in_valid, in_ready, out_valid, out_last, out_ready;
  logic start, given, busy, load;
  logic [63:0] base;
  logic failed;
  logic [2:0] methods;
  logic [3:0] asked, found;
  logic [7:0] load_address, read;
  logic [15:0] memory[32];
  logic [15:0] held;
  logic [2:0] runs_for;
  logic [3:0] runs_class;
  logic offered, wrote;
  int left, wrong, got, starts;

  core_axi #(
      .FeatureWidth(16), .ResultWidth(16), .FieldBits(8), .MethodBits(3), .ClassBits(4),
      .ImageAddress(8), .ImageWords(Words)
  ) dut (
      .clk_i(clk), .rst_ni(rst_n),
      .s_axi_awaddr_i(awaddr), .s_axi_awvalid_i(awvalid), .s_axi_awready_o(awready),
      .s_axi_wdata_i(wdata), .s_axi_wvalid_i(wvalid), .s_axi_wready_o(wready),
      .s_axi_bresp_o(bresp), .s_axi_bvalid_o(bvalid), .s_axi_bready_i(bready),
      .s_axi_araddr_i(araddr), .s_axi_arvalid_i(arvalid), .s_axi_arready_o(arready),
      .s_axi_rdata_o(rdata), .s_axi_rresp_o(rresp), .s_axi_rvalid_o(rvalid),
      .s_axi_rready_i(rready),
      .s_axis_tdata_i(in_data), .s_axis_tvalid_i(in_valid), .s_axis_tready_o(in_ready),
      .m_axis_tdata_o(out_data), .m_axis_tvalid_o(out_valid), .m_axis_tlast_o(out_last),
      .m_axis_tready_i(out_ready),
      .start_o(start), .methods_o(methods), .class_given_o(given), .class_o(asked),
      .busy_i(busy), .class_i(found),
      .base_o(base), .error_i(failed), .load_o(load), .load_address_o(load_address),
      .load_data_o(load_data), .read_o(read), .result_i(result));

  assign busy  = left != 0;
  assign found = given ? asked : 4'd9;

  always_ff @(posedge clk) begin
    if (load) memory[load_address[4:0]] <= load_data;
    // The memory of results is the core's while it runs.
    result <= busy ? 16'hdead : ~memory[read[4:0]];
    if (start) left <= 20;
    else if (left != 0) left <= left - 1;
    if (start) starts <= starts + 1;
    if (busy && (methods != runs_for || asked != runs_class)) wrong = wrong + 1;
    if (start) begin
      runs_for   <= methods;
      runs_class <= asked;
    end
    // Nothing that is offered may change before it is taken.
    if (offered && !(out_valid && out_data == held)) wrong = wrong + 1;
    offered <= out_valid && !out_ready;
    held  <= out_data;
  end

  task automatic tick;
    #1 wrote = awvalid && awready;
    clk = 1'b1;
    #1 clk = 1'b0;
  endtask

  task automatic write(input logic [4:0] address, input logic [31:0] value);
    awaddr  = address;
    wdata   = value;
    awvalid = 1'b1;
    wvalid  = 1'b1;
    bready  = 1'b1;
    tick;
    while (!wrote) tick;
    awvalid = 1'b0;
    wvalid  = 1'b0;
    while (!bvalid) tick;
    tick;
  endtask

  task automatic status(input logic [4:0] address);
    araddr  = address;
    arvalid = 1'b1;
    rready  = 1'b0;
    tick;
    arvalid = 1'b0;
    while (!rvalid) tick;
    rready = 1'b1;
    tick;
    rready = 1'b0;
  endtask

  task automatic image(input int first, input int words);
    for (int w = 0; w < words; w++) begin
      in_data  = 16'(first + w);
      in_valid = 1'b1;
      while (!in_ready) tick;
      tick;
    end
    in_valid = 1'b0;
  endtask

  task automatic idle;
    status(5'h00);
    while (rdata[0]) status(5'h00);
  endtask

  // Takes results, with pauses.
  task automatic results(input int first, input int words);
    got = 0;
    for (int t = 0; t < 100 && got < words; t++) begin
      out_ready = t % 3 == 0;
      if (out_valid && out_ready) begin
        if (out_data != ~16'(first + got)) wrong = wrong + 1;
        if (out_last != (got == words - 1)) wrong = wrong + 1;
        got = got + 1;
      end
      tick;
    end
    if (got != words) wrong = wrong + 1;
    out_ready = 1'b0;
  endtask

  initial begin
    wrong = 0;
    left = 0;
    starts = 0;
    offered = 1'b0;
    runs_for = '0;
    runs_class = '0;
    failed = 1'b0;
    {awvalid, wvalid, bready, arvalid, rready, in_valid, out_ready} = '0;
    tick;
    rst_n = 1'b1;
    for (int run = 0; run < 2; run++) begin
      image(100 * run, Words);
      write(5'h04, 32'd5);
      write(5'h08, run == 0 ? 32'd0 : 32'h80000003);
      write(5'h00, 32'd1);
      idle;
      if (methods != 3'd5) wrong = wrong + 1;
      status(5'h0c);
      if (rdata != 32'd21) wrong = wrong + 1;
      status(5'h08);
      if (rdata != (run == 0 ? 32'd9 : 32'd3)) wrong = wrong + 1;
      write(5'h18, 32'h10000 + run);
      write(5'h1c, 32'd9);
      if (base != {32'd9, 32'h10000 + run}) wrong = wrong + 1;
      status(5'h18);
      if (rdata != 32'h10000 + run) wrong = wrong + 1;
      failed = run == 1;
      status(5'h00);
      if (rdata[2] != failed) wrong = wrong + 1;
      write(5'h10, 32'd8);
      write(5'h14, Words);
      results(100 * run, Words);
    end

    // A run that is started while results are wanted begins when they have gone.
    write(5'h10, 32'd8);
    write(5'h14, Words);
    write(5'h00, 32'd1);
    if (starts != 2) wrong = wrong + 1;
    results(100, Words);
    for (int t = 0; t < 4; t++) tick;
    if (starts != 3) wrong = wrong + 1;

    // What is written during a run is for the next; asked for twice, it is done once.
    write(5'h04, 32'd2);
    write(5'h08, 32'h80000007);
    write(5'h00, 32'd1);
    write(5'h00, 32'd1);
    write(5'h00, 32'd0);
    idle;
    if (starts != 4 || methods != 3'd2 || asked != 4'd7) wrong = wrong + 1;

    // An image that is broken off, and another from its beginning.
    image(700, 2);
    write(5'h00, 32'd2);
    image(300, Words);
    write(5'h00, 32'd1);
    idle;
    write(5'h10, 32'd8);
    write(5'h14, Words);
    results(300, Words);
    if (wrong == 0) $display("PASS");
    else $display("FAIL %0d", wrong);
    $finish;
  end

endmodule
