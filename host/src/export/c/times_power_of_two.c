/* x 2^n for -150 <= n <= 128, as two factors: the largest and the subnormal results are right
   without a branch. n may be negative, modulo 2^32; it is halved with 256 on top, because what >>
   does to a negative number is the compiler's affair. */
static float times_power_of_two(float x, uint32_t n)
{
    uint32_t half = ((n + 256u) >> 1) - 128u;

    return x * from_bits((half + 127u) << 23) * from_bits((n - half + 127u) << 23);
}
