/* The logistic function, 1 / (1 + e^-z). */
static void sigmoid_@math(float *z, size_t count)
{
    size_t output;

    for (output = 0; output < count; output++) {
        z[output] = 1.0f / (1.0f + exp_@math(-z[output]));
    }
}
