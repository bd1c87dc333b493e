/* sums[outputs] = biases[outputs] + the sum of pixels[input] / 255 * weights[input][outputs] over
   the pixels that are not 0, by rising input. */
static void layer_of_pixels(const float *weights, const float *biases, const uint8_t *pixels,
                            size_t inputs, float *sums, size_t outputs)
{
    size_t i;

    for (i = 0; i < outputs; i++) {
        sums[i] = biases[i];
    }
    for (i = 0; i < inputs; i++) {
        if (pixels[i] != 0) {
            add_row((float)pixels[i] / 255.0f, weights + i * outputs, sums, outputs);
        }
    }
}
