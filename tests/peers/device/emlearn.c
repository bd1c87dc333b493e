/* The network of emlearn's header, with the same weights; its layout is input-major, too. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "eml_net.h"

static struct parameters weights;
static float x[INPUTS], buffers[2][INPUTS];
static EmlNetLayer layers[2];
static EmlNet net = { 2, layers, buffers[0], buffers[1], INPUTS };

void prepare(const struct parameters *given, const uint8_t (*pictures)[INPUTS], int count)
{
    (void)pictures, (void)count;
    weights = *given;
    layers[0] = (EmlNetLayer) { HIDDEN, INPUTS, &weights.w1[0][0], weights.b1, EmlNetActivationLogistic };
    layers[1] = (EmlNetLayer) { OUTPUTS, HIDDEN, &weights.w2[0][0], weights.b2, EmlNetActivationLogistic };
}

int infer(const uint8_t *pixels)
{
    for (int i = 0; i < INPUTS; i++) {
        x[i] = pixels[i] / 255.0f;
    }
    return eml_net_predict(&net, x, INPUTS);
}
