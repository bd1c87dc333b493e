/* The bits of a number. */
static uint32_t to_bits(float value)
{
    union { float value; uint32_t bits; } both;

    both.value = value;
    return both.bits;
}
