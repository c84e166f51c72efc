package whyc.rtl;

/**
 * What instructions are made with.
 *
 * @param array by which the core multiplies
 * @param taps of all instructions, {@code parameters} likewise
 */
record Making(
    Layout layout,
    CoreShape core,
    ArrayProduct array,
    Runs<Tap> taps,
    Runs<Program.Parameter> parameters) {}
