/* The number of these bits. */
static float from_bits(uint32_t bits)
{
    union { uint32_t bits; float value; } both;

    both.bits = bits;
    return both.value;
}
