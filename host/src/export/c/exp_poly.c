/* e to the power of x: 2^n e^r with n = x log2 e, rounded, so that |r| <= ln 2 / 2.

   The polynomial for e^r and the two parts of ln 2 are those of expf in the Cephes library
   (S. L. Moshier). 1.5 2^23 added to a number rounds it and leaves it in the low bits. */
static float exp_poly(float x)
{
    float shifted, n, r, p;

    if (x > 89.0f) {
        x = 89.0f;
    }
    if (x < -104.0f) {
        x = -104.0f;
    }
    shifted = x * 0x1.715476p+0f + 0x1.8p+23f;
    n = shifted - 0x1.8p+23f;
    r = (x - n * 0x1.63p-1f) - n * -0x1.bd0106p-13f;
    p = 0x1.a0d2cep-13f;
    p = p * r + 0x1.6e879ep-10f;
    p = p * r + 0x1.11121p-7f;
    p = p * r + 0x1.555382p-5f;
    p = p * r + 0x1.555554p-3f;
    p = p * r + 0x1p-1f;
    p = p * (r * r) + r + 1.0f;
    return times_power_of_two(p, to_bits(shifted) - 0x4b400000u);
}
