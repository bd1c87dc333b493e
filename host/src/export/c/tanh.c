/* The hyperbolic tangent. */
static void tanh_all_@math(float *z, size_t count)
{
    size_t output;

    for (output = 0; output < count; output++) {
        z[output] = tanh_@math(z[output]);
    }
}
