package whyc.rtl;

/** The generated top: a core behind AXI. */
final class AxiText {
  static final String MODULE = "whyc_axi";

  private AxiText() {}

  static String of(Program p) {
    int lanes = p.core().lanes();
    Plane in = new Plane(p.input().rows(), p.input().columns(), p.input().channels(), lanes);
    return TEXT.replace("@PORTS@\n", StreamText.masterPorts(p))
        .replace("@READER@\n", StreamText.master(p))
        .replace("@STREAM@\n", StreamText.read(p))
        .replace("@FEATURES@", String.valueOf(lanes * p.core().codeBits()))
        .replace("@RESULTS@", String.valueOf(lanes * p.core().resultBits()))
        .replace("@FIELD@", String.valueOf(p.fieldBits()))
        .replace("@METHODS@", String.valueOf(p.methods().size()))
        .replace("@CLASS@", String.valueOf(CoreText.CLASS_BITS))
        .replace("@ADDRESS@", String.valueOf(p.input().address()))
        .replace("@WORDS@", String.valueOf(in.words()));
  }

  private static final String TEXT =
      """
      // whyc_core behind AXI; core_axi.sv says what its registers are.
      // Folder    where the memories' files lie
      module whyc_axi #(
          parameter Folder = "."
      ) (
          input  logic         clk_i,
          input  logic         rst_ni,
          input  logic [4:0]   s_axi_awaddr_i,
          input  logic         s_axi_awvalid_i,
          output logic         s_axi_awready_o,
          input  logic [31:0]  s_axi_wdata_i,
          input  logic         s_axi_wvalid_i,
          output logic         s_axi_wready_o,
          output logic [1:0]   s_axi_bresp_o,
          output logic         s_axi_bvalid_o,
          input  logic         s_axi_bready_i,
          input  logic [4:0]   s_axi_araddr_i,
          input  logic         s_axi_arvalid_i,
          output logic         s_axi_arready_o,
          output logic [31:0]  s_axi_rdata_o,
          output logic [1:0]   s_axi_rresp_o,
          output logic         s_axi_rvalid_o,
          input  logic         s_axi_rready_i,
      @PORTS@
          input  logic [@FEATURES@-1:0] s_axis_tdata_i,
          input  logic         s_axis_tvalid_i,
          output logic         s_axis_tready_o,
          output logic [@RESULTS@-1:0] m_axis_tdata_o,
          output logic         m_axis_tvalid_o,
          output logic         m_axis_tlast_o,
          input  logic         m_axis_tready_i
      );
        logic start, class_given, busy, step, load, failed;
        logic [63:0] base;
        logic [@METHODS@-1:0] methods;
        logic [@CLASS@-1:0] asked_class, found_class;
        logic [@FIELD@-1:0] load_address, read;
        logic [@FEATURES@-1:0] load_data;
        logic [@RESULTS@-1:0] result;
      @READER@

        core_axi #(
            .FeatureWidth(@FEATURES@),
            .ResultWidth(@RESULTS@),
            .FieldBits(@FIELD@),
            .MethodBits(@METHODS@),
            .ClassBits(@CLASS@),
            .ImageAddress(@ADDRESS@),
            .ImageWords(@WORDS@)
        ) u_axi (
            .clk_i,
            .rst_ni,
            .s_axi_awaddr_i,
            .s_axi_awvalid_i,
            .s_axi_awready_o,
            .s_axi_wdata_i,
            .s_axi_wvalid_i,
            .s_axi_wready_o,
            .s_axi_bresp_o,
            .s_axi_bvalid_o,
            .s_axi_bready_i,
            .s_axi_araddr_i,
            .s_axi_arvalid_i,
            .s_axi_arready_o,
            .s_axi_rdata_o,
            .s_axi_rresp_o,
            .s_axi_rvalid_o,
            .s_axi_rready_i,
            .s_axis_tdata_i,
            .s_axis_tvalid_i,
            .s_axis_tready_o,
            .m_axis_tdata_o,
            .m_axis_tvalid_o,
            .m_axis_tlast_o,
            .m_axis_tready_i,
            .start_o       (start),
            .methods_o     (methods),
            .class_given_o (class_given),
            .class_o       (asked_class),
            .busy_i        (busy),
            .class_i       (found_class),
            .base_o        (base),
            .error_i       (failed),
            .load_o        (load),
            .load_address_o(load_address),
            .load_data_o   (load_data),
            .read_o        (read),
            .result_i      (result)
        );

        whyc_core #(.Folder(Folder)) u_core (
            .clk_i,
            .rst_ni,
            .start_i              (start),
            .methods_i            (methods),
            .class_given_i        (class_given),
            .class_i              (asked_class),
            .busy_o               (busy),
            .class_o              (found_class),
            .step_o               (step),
            .load_i               (load),
            .load_address_i       (load_address),
            .load_data_i          (load_data),
            .weight_load_i        (1'b0),
            .weight_load_address_i('0),
            .weight_load_data_i   ('0),
      @STREAM@
            .read_i               (read),
            .result_o             (result)
        );
      endmodule
      """;
}
