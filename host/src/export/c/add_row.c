/* sums[count] += x * row[count] */
static void add_row(float x, const float *restrict row, float *restrict sums, size_t count)
{
    size_t output;

    for (output = 0; output < count; output++) {
        sums[output] += x * row[output];
    }
}
