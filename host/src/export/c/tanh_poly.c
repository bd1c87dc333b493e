/* The hyperbolic tangent of x: an odd polynomial (tanhf of the Cephes library) below 0.625, above
   it 1 - 2 / (e^2x + 1). */
static float tanh_poly(float x)
{
    uint32_t sign = to_bits(x) & 0x80000000u;
    float magnitude = from_bits(to_bits(x) & 0x7fffffffu);
    float square, p;

    if (magnitude < 0x1.4p-1f) {
        square = x * x;
        p = -0x1.75e1d4p-8f;
        p = p * square + 0x1.52269ep-6f;
        p = p * square - 0x1.b83c5ap-5f;
        p = p * square + 0x1.110726p-3f;
        p = p * square - 0x1.555532p-2f;
        return p * square * x + x;
    }
    p = 1.0f - 2.0f / (exp_poly(magnitude + magnitude) + 1.0f);
    return from_bits((to_bits(p) & 0x7fffffffu) | sign);
}
