/* e^z / the sum of all e^z, the largest z subtracted first so that none overflows. */
static void softmax_@math(float *z, size_t count)
{
    size_t output;
    float most = z[0], sum = 0.0f;

    for (output = 1; output < count; output++) {
        if (z[output] > most) {
            most = z[output];
        }
    }
    for (output = 0; output < count; output++) {
        z[output] = exp_@math(z[output] - most);
        sum += z[output];
    }
    for (output = 0; output < count; output++) {
        z[output] /= sum;
    }
}
