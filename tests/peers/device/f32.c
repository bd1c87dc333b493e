/* 784-HIDDEN-10 of f32, sigmoid and quadratic cost, as plain C has it. Weights lie in one row an output;
   with -DSKIP in one row an input, and the row of an input that is 0 is passed over. */
#include <math.h>
#include <string.h>

#include "bench.h"

#define RATE 0.3f

#ifdef SKIP
#define WEIGHT(w, in, out, i, o) (w)[(i) * (out) + (o)]
#else
#define WEIGHT(w, in, out, i, o) (w)[(o) * (in) + (i)]
#endif

static float w1[INPUTS * HIDDEN], b1[HIDDEN], w2[HIDDEN * OUTPUTS], b2[OUTPUTS];
static float x[INPUTS], a1[HIDDEN], a2[OUTPUTS], d1[HIDDEN], d2[OUTPUTS];

void prepare(const struct parameters *given, const uint8_t (*pictures)[INPUTS], int count)
{
    (void)pictures, (void)count;
    for (int h = 0; h < HIDDEN; h++) {
        for (int i = 0; i < INPUTS; i++) {
            WEIGHT(w1, INPUTS, HIDDEN, i, h) = given->w1[i][h];
        }
        for (int o = 0; o < OUTPUTS; o++) {
            WEIGHT(w2, HIDDEN, OUTPUTS, h, o) = given->w2[h][o];
        }
    }
    memcpy(b1, given->b1, sizeof b1);
    memcpy(b2, given->b2, sizeof b2);
}

static inline void forward(int in, int out, const float *restrict w, const float *restrict b,
                           const float *restrict from, float *restrict a)
{
#ifdef SKIP
    memcpy(a, b, out * sizeof *a);
    for (int i = 0; i < in; i++) {
        if (from[i] != 0) {
            UNROLLED
            for (int o = 0; o < out; o++) {
                a[o] += from[i] * WEIGHT(w, in, out, i, o);
            }
        }
    }
#else
    for (int o = 0; o < out; o++) {
        float z = b[o];

        for (int i = 0; i < in; i++) {
            z += from[i] * WEIGHT(w, in, out, i, o);
        }
        a[o] = z;
    }
#endif
    for (int o = 0; o < out; o++) {
        a[o] = 1 / (1 + expf(-a[o]));
    }
}

static inline void update(int in, int out, float *restrict w, float *restrict b,
                          const float *restrict from, const float *restrict d)
{
#ifdef SKIP
    for (int i = 0; i < in; i++) {
        if (from[i] != 0) {
            UNROLLED
            for (int o = 0; o < out; o++) {
                WEIGHT(w, in, out, i, o) -= RATE * d[o] * from[i];
            }
        }
    }
#else
    for (int o = 0; o < out; o++) {
        float rate = RATE * d[o];

        for (int i = 0; i < in; i++) {
            WEIGHT(w, in, out, i, o) -= rate * from[i];
        }
    }
#endif
    for (int o = 0; o < out; o++) {
        b[o] -= RATE * d[o];
    }
}

int infer(const uint8_t *pixels)
{
    int best = 0;

    for (int i = 0; i < INPUTS; i++) {
        x[i] = pixels[i] / 255.0f;
    }
    forward(INPUTS, HIDDEN, w1, b1, x, a1);
    forward(HIDDEN, OUTPUTS, w2, b2, a1, a2);
    for (int o = 1; o < OUTPUTS; o++) {
        if (a2[o] > a2[best]) {
            best = o;
        }
    }
    return best;
}

void step(const uint8_t *pixels, int label)
{
    infer(pixels);
    for (int o = 0; o < OUTPUTS; o++) {
        d2[o] = (a2[o] - (o == label)) * a2[o] * (1 - a2[o]);
    }
    for (int h = 0; h < HIDDEN; h++) {
        float sum = 0;

        for (int o = 0; o < OUTPUTS; o++) {
            sum += d2[o] * WEIGHT(w2, HIDDEN, OUTPUTS, h, o);
        }
        d1[h] = sum * a1[h] * (1 - a1[h]);
    }
    update(INPUTS, HIDDEN, w1, b1, x, d1);
    update(HIDDEN, OUTPUTS, w2, b2, a1, d2);
}
