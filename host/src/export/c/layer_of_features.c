/* sums[outputs] = biases[outputs] + the sum of x * weights[input][outputs] over the inputs that are
   not 0, by rising input; x is the feature from 0, its least in the training data, to 1. */
static void layer_of_features(const float *weights, const float *biases, const float *features,
                              size_t inputs, float *sums, size_t outputs)
{
    size_t i;
    float x;

    for (i = 0; i < outputs; i++) {
        sums[i] = biases[i];
    }
    for (i = 0; i < inputs; i++) {
        x = ranges[i] == 0.0f ? 0.0f : (features[i] - least[i]) / ranges[i];
        if (x != 0.0f) {
            add_row(x, weights + i * outputs, sums, outputs);
        }
    }
}
