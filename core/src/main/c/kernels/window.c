/* How a window slides over an image [height, width]. */
struct window {
  int height, width, stride_y, stride_x, top, left, dilation_y, dilation_x;
};
