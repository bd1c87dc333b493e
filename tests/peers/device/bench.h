/* What a peer has to have, and what it is given. */
#ifndef BENCH_H
#define BENCH_H
#include <stdint.h>

enum { INPUTS = 784, OUTPUTS = 10 };

/* Before a loop over a row: with -DUNROLL its sums stay in registers, as far as there are any. */
#ifdef UNROLL
#define UNROLLED _Pragma("GCC unroll 32")
#else
#define UNROLLED
#endif

/* Parameters as gradito stores them: input-major. */
struct parameters {
    float w1[INPUTS][HIDDEN], b1[HIDDEN];
    float w2[HIDDEN][OUTPUTS], b2[OUTPUTS];
};

/* Not counted: lays the parameters out as the peer wants them. Pictures are there to find ranges. */
void prepare(const struct parameters *given, const uint8_t (*pictures)[INPUTS], int count);

/* Counted: from the pixels to the class. */
int infer(const uint8_t *pixels);

#ifdef TRAINS
/* Counted: forward, backward and update for one sample. */
void step(const uint8_t *pixels, int label);
#endif

#endif
