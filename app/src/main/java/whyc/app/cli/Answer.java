package whyc.app.cli;

import whyc.tensor.Shape;

/**
 * What a program said about one image.
 *
 * @param values raw attribution
 * @param shape [h,w], or [c,h,w] in input space
 */
record Answer(Wish wish, int classIndex, double score, float[] values, Shape shape) {}
