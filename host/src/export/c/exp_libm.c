/* e to the power of x: 2^k e^r with |r| <= ln 2 / 2. */
static float exp_libm(float x)
{
    uint32_t magnitude = to_bits(x) & 0x7fffffffu;
    int is_negative = magnitude != to_bits(x);
    int k = 0;
    float high, low, square, c;

    if (magnitude > 0x7f800000u) {
        return x; /* not a number */
    }
    if (magnitude >= 0x42b17218u && !is_negative) {
        return x * 0x1p+127f; /* infinity */
    }
    if (magnitude >= 0x42cff1b5u && is_negative) {
        return 0.0f;
    }
    if (magnitude <= 0x39000000u) {
        return 1.0f + x; /* |x| <= 2^-13 */
    }
    if (magnitude > 0x3f851592u) { /* |x| > 1.5 ln 2 */
        k = (int)(0x1.715476p+0f * x + (is_negative ? -0.5f : 0.5f));
    } else if (magnitude > 0x3eb17218u) { /* |x| > 0.5 ln 2 */
        k = is_negative ? -1 : 1;
    }
    high = x - (float)k * 0x1.62e4p-1f;
    low = (float)k * 0x1.7f7d1cp-20f;
    x = high - low;
    square = x * x;
    c = x - square * (0x1.55551ep-3f + square * -0x1.6aa42ap-9f);
    return times_power_of_two(1.0f + (x * c / (2.0f - c) - low + high), (uint32_t)k);
}
