/* sums[outputs] = biases[outputs] + the sum of weights[input][outputs] over the pixels that are
   ink, @threshold or more, by rising input. */
static void layer_of_pixels(const float *weights, const float *biases, const uint8_t *pixels,
                            size_t inputs, float *sums, size_t outputs)
{
    size_t i;

    for (i = 0; i < outputs; i++) {
        sums[i] = biases[i];
    }
    for (i = 0; i < inputs; i++) {
        if (pixels[i] >= @threshold) {
            add_row(1.0f, weights + i * outputs, sums, outputs);
        }
    }
}
