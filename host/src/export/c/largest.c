/* The position of the largest output, of equals the first. */
static size_t largest(const float *outputs, size_t count)
{
    float most = from_bits(0xff800000u); /* minus infinity */
    size_t output, best = 0;

    for (output = 0; output < count; output++) {
        if (outputs[output] > most) {
            most = outputs[output];
            best = output;
        }
    }
    return best;
}
