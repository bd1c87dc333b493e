/* e to the power of x, less 1; here for -0.52 < x <= 20. */
static float expm1_libm(float x)
{
    uint32_t magnitude = to_bits(x) & 0x7fffffffu;
    int k = 0;
    float high, low, half, square, r, t, e, c = 0.0f;

    if (magnitude < 0x33000000u) {
        return x; /* |x| < 2^-25 */
    }
    if (magnitude > 0x3eb17218u) { /* |x| > 0.5 ln 2 */
        if (magnitude >= 0x3f851592u) {
            k = (int)(0x1.715476p+0f * x + 0.5f);
        } else {
            k = x < 0.0f ? -1 : 1;
        }
        high = x - (float)k * 0x1.62e3p-1f;
        low = (float)k * 0x1.2fefa2p-17f;
        x = high - low;
        c = (high - x) - low;
    }
    half = 0.5f * x;
    square = x * half;
    r = 1.0f + square * (-0x1.1110dp-5f + square * 0x1.9e602p-10f);
    t = 3.0f - r * half;
    e = square * ((r - t) / (6.0f - x * t));
    if (k == 0) {
        return x - (x * e - square);
    }
    e = x * (e - c) - c;
    e -= square;
    if (k == -1) {
        return 0.5f * (x - e) - 0.5f;
    }
    if (k == 1) {
        return x < -0.25f ? -2.0f * (e - (x + 0.5f)) : 1.0f + 2.0f * (x - e);
    }
    t = times_power_of_two(1.0f, 0u - (uint32_t)k);
    r = k < 23 ? x - e + (1.0f - t) : x - (e + t) + 1.0f;
    return times_power_of_two(r, (uint32_t)k);
}

/* The hyperbolic tangent of x. */
static float tanh_libm(float x)
{
    uint32_t magnitude = to_bits(x) & 0x7fffffffu;
    uint32_t sign = to_bits(x) & 0x80000000u;
    float t;

    x = from_bits(magnitude);
    if (magnitude > 0x41200000u) { /* |x| > 10, or not a number */
        t = 1.0f + 0.0f / x;
    } else if (magnitude > 0x3f0c9f54u) { /* |x| > ln 3 / 2 */
        t = expm1_libm(2.0f * x);
        t = 1.0f - 2.0f / (t + 2.0f);
    } else if (magnitude > 0x3e82c578u) { /* |x| > ln (5 / 3) / 2 */
        t = expm1_libm(2.0f * x);
        t = t / (t + 2.0f);
    } else if (magnitude >= 0x00800000u) { /* not subnormal */
        t = expm1_libm(-2.0f * x);
        t = -t / (t + 2.0f);
    } else {
        t = x;
    }
    return from_bits(to_bits(t) ^ sign);
}
