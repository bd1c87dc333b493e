/* 784-HIDDEN-10 of i8, rectifier and linear outputs, as plain C has it: bytes times signed bytes, sums
   of 32 bits, one shift and multiplication a hidden neuron. Weights lie in one row an output; with -DSKIP
   in one row an input, and the row of an input that is 0 is passed over. */
#include <math.h>
#include <string.h>

#include "bench.h"

#ifdef SKIP
#define WEIGHT(w, in, out, i, o) (w)[(i) * (out) + (o)]
#else
#define WEIGHT(w, in, out, i, o) (w)[(o) * (in) + (i)]
#endif

static int8_t w1[INPUTS * HIDDEN], w2[HIDDEN * OUTPUTS];
static int32_t b1[HIDDEN], b2[OUTPUTS], z1[HIDDEN], z2[OUTPUTS];
static uint8_t a1[HIDDEN];
static uint32_t multiplier; /* of a hidden sum, in 2^-24 */

static float largest(const float *values, int count)
{
    float most = 0;

    for (int at = 0; at < count; at++) {
        most = fmaxf(most, fabsf(values[at]));
    }
    return most;
}

/* What the largest hidden output of the pictures is. */
static float range(const struct parameters *given, const uint8_t (*pictures)[INPUTS], int count)
{
    float most = 0;

    for (int at = 0; at < count; at++) {
        for (int h = 0; h < HIDDEN; h++) {
            float z = given->b1[h];

            for (int i = 0; i < INPUTS; i++) {
                z += pictures[at][i] / 255.0f * given->w1[i][h];
            }
            most = fmaxf(most, z);
        }
    }
    return most;
}

void prepare(const struct parameters *given, const uint8_t (*pictures)[INPUTS], int count)
{
    float s1 = largest(&given->w1[0][0], INPUTS * HIDDEN) / 127;
    float s2 = largest(&given->w2[0][0], HIDDEN * OUTPUTS) / 127;
    float hidden = range(given, pictures, count) / 255;

    multiplier = (uint32_t)(s1 / 255 / hidden * (1 << 24));
    for (int h = 0; h < HIDDEN; h++) {
        for (int i = 0; i < INPUTS; i++) {
            WEIGHT(w1, INPUTS, HIDDEN, i, h) = (int8_t)roundf(given->w1[i][h] / s1);
        }
        for (int o = 0; o < OUTPUTS; o++) {
            WEIGHT(w2, HIDDEN, OUTPUTS, h, o) = (int8_t)roundf(given->w2[h][o] / s2);
        }
        b1[h] = (int32_t)roundf(given->b1[h] / s1 * 255);
    }
    for (int o = 0; o < OUTPUTS; o++) {
        b2[o] = (int32_t)roundf(given->b2[o] / s2 / hidden);
    }
}

static inline void sum(int in, int out, const int8_t *restrict w, const int32_t *restrict b,
                       const uint8_t *restrict from, int32_t *restrict z)
{
#ifdef SKIP
    memcpy(z, b, out * sizeof *z);
    for (int i = 0; i < in; i++) {
        if (from[i] != 0) {
            UNROLLED
            for (int o = 0; o < out; o++) {
                z[o] += from[i] * WEIGHT(w, in, out, i, o);
            }
        }
    }
#else
    for (int o = 0; o < out; o++) {
        int32_t all = b[o];

        for (int i = 0; i < in; i++) {
            all += from[i] * WEIGHT(w, in, out, i, o);
        }
        z[o] = all;
    }
#endif
}

int infer(const uint8_t *pixels)
{
    int best = 0;

    sum(INPUTS, HIDDEN, w1, b1, pixels, z1);
    for (int h = 0; h < HIDDEN; h++) {
        int32_t a = z1[h] <= 0 ? 0 : (int32_t)((uint64_t)z1[h] * multiplier >> 24);

        a1[h] = (uint8_t)(a > 255 ? 255 : a);
    }
    sum(HIDDEN, OUTPUTS, w2, b2, a1, z2);
    for (int o = 1; o < OUTPUTS; o++) {
        if (z2[o] > z2[best]) {
            best = o;
        }
    }
    return best;
}
