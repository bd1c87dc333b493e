/* sums[outputs] = biases[outputs] + the sum of x[input] * weights[input][outputs] over the inputs
   that are not 0, by rising input. */
static void layer(const float *weights, const float *biases, const float *x, size_t inputs,
                  float *sums, size_t outputs)
{
    size_t i;

    for (i = 0; i < outputs; i++) {
        sums[i] = biases[i];
    }
    for (i = 0; i < inputs; i++) {
        if (x[i] != 0.0f) {
            add_row(x[i], weights + i * outputs, sums, outputs);
        }
    }
}
