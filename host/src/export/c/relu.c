/* The rectifier, max(z, 0). */
static void relu(float *z, size_t count)
{
    size_t output;

    for (output = 0; output < count; output++) {
        if (z[output] <= 0.0f) {
            z[output] = 0.0f;
        }
    }
}
