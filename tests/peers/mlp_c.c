/* The same work as a good C programmer writes it: dense loops the compiler can vectorise, one thread.
 * One hidden layer. With -DSKIP it passes over zero pixels, as the sparsest plain C would.
 * cc -O3 -march=native -ffast-math -DHIDDEN=30 -DBATCH=10 mlp_c.c -o mlp_c -lm
 * usage: mlp_c DATA_DIR ETA EPOCHS     (DATA_DIR holds the four IDX files, not compressed)
 * prints peer,layers,batch,seconds_per_epoch,test_accuracy a line an epoch */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifndef HIDDEN
#define HIDDEN 30
#endif
#ifndef BATCH
#define BATCH 10
#endif
#ifdef SKIP
#define PEER "c-skip"
#define SKIP_ZERO(value) if ((value) == 0) continue;
#else
#define PEER "c"
#define SKIP_ZERO(value)
#endif
enum { IN = 784, OUT = 10 };
static float w1[IN][HIDDEN], b1[HIDDEN], w2[HIDDEN][OUT], b2[OUT];
static float g1[IN][HIDDEN], h1[HIDDEN], g2[HIDDEN][OUT], h2[OUT];

static uint8_t *idx(const char *dir, const char *name, int header, int bytes) {
    char path[4096]; snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb"); if (!f) { perror(path); exit(1); }
    uint8_t *v = malloc(bytes), skip[16];
    if (fread(skip, 1, header, f) != (size_t)header || fread(v, 1, bytes, f) != (size_t)bytes) { fprintf(stderr, "%s: cut short\n", path); exit(1); }
    fclose(f); return v;
}
static float uniform(void) { return (rand() + 1.0f) / (RAND_MAX + 2.0f); }
static float normal(void) { return sqrtf(-2 * logf(uniform())) * cosf(6.2831853f * uniform()); }
static float sigmoid(float z) { return 1 / (1 + expf(-z)); }
static void forward(const float *restrict x, float *restrict a1, float *restrict a2) {
    memcpy(a1, b1, sizeof b1);
    for (int i = 0; i < IN; i++) { SKIP_ZERO(x[i]) for (int h = 0; h < HIDDEN; h++) a1[h] += x[i] * w1[i][h]; }
    for (int h = 0; h < HIDDEN; h++) a1[h] = sigmoid(a1[h]);
    memcpy(a2, b2, sizeof b2);
    for (int h = 0; h < HIDDEN; h++) for (int o = 0; o < OUT; o++) a2[o] += a1[h] * w2[h][o];
    for (int o = 0; o < OUT; o++) a2[o] = sigmoid(a2[o]);
}
int main(int argc, char **argv) {
    if (argc < 4) return 2;
    float eta = atof(argv[2]); int epochs = atoi(argv[3]), n = 60000, nt = 10000;
    uint8_t *px = idx(argv[1], "train-images-idx3-ubyte", 16, n * IN), *y = idx(argv[1], "train-labels-idx1-ubyte", 8, n);
    uint8_t *pt = idx(argv[1], "t10k-images-idx3-ubyte", 16, nt * IN), *yt = idx(argv[1], "t10k-labels-idx1-ubyte", 8, nt);
    float *x = malloc(sizeof(float) * n * IN), *xt = malloc(sizeof(float) * nt * IN);
    for (int i = 0; i < n * IN; i++) x[i] = px[i] / 255.0f;
    for (int i = 0; i < nt * IN; i++) xt[i] = pt[i] / 255.0f;
    for (int i = 0; i < IN; i++) for (int h = 0; h < HIDDEN; h++) w1[i][h] = normal() / 28;
    for (int h = 0; h < HIDDEN; h++) { b1[h] = normal(); for (int o = 0; o < OUT; o++) w2[h][o] = normal() / sqrtf(HIDDEN); }
    int *order = malloc(sizeof(int) * n); for (int i = 0; i < n; i++) order[i] = i;
    for (int e = 0; e < epochs; e++) {
        struct timespec s, t; clock_gettime(CLOCK_MONOTONIC, &s);
        for (int i = n - 1; i > 0; i--) { int j = rand() % (i + 1), k = order[i]; order[i] = order[j]; order[j] = k; }
        for (int k = 0; k + BATCH <= n; k += BATCH) { /* a last short batch is left out */
            memset(g1, 0, sizeof g1); memset(g2, 0, sizeof g2); memset(h1, 0, sizeof h1); memset(h2, 0, sizeof h2);
            for (int q = 0; q < BATCH; q++) {
                const float *v = x + (size_t)order[k + q] * IN; float a1[HIDDEN], a2[OUT], d1[HIDDEN], d2[OUT];
                forward(v, a1, a2);
                for (int o = 0; o < OUT; o++) d2[o] = (a2[o] - (y[order[k + q]] == o)) * a2[o] * (1 - a2[o]);
                for (int h = 0; h < HIDDEN; h++) {
                    float g = 0; for (int o = 0; o < OUT; o++) { g += w2[h][o] * d2[o]; g2[h][o] += a1[h] * d2[o]; }
                    d1[h] = g * a1[h] * (1 - a1[h]); h1[h] += d1[h];
                }
                for (int o = 0; o < OUT; o++) h2[o] += d2[o];
                for (int i = 0; i < IN; i++) { SKIP_ZERO(v[i]) for (int h = 0; h < HIDDEN; h++) g1[i][h] += v[i] * d1[h]; }
            }
            float r = eta / BATCH;
            for (int i = 0; i < IN; i++) for (int h = 0; h < HIDDEN; h++) w1[i][h] -= r * g1[i][h];
            for (int h = 0; h < HIDDEN; h++) { b1[h] -= r * h1[h]; for (int o = 0; o < OUT; o++) w2[h][o] -= r * g2[h][o]; }
            for (int o = 0; o < OUT; o++) b2[o] -= r * h2[o];
        }
        clock_gettime(CLOCK_MONOTONIC, &t);
        int hits = 0;
        for (int k = 0; k < nt; k++) { float a1[HIDDEN], a2[OUT]; forward(xt + (size_t)k * IN, a1, a2); int m = 0; for (int o = 1; o < OUT; o++) if (a2[o] > a2[m]) m = o; hits += m == yt[k]; }
        printf(PEER ",784-%d-10,%d,%.4f,%.4f\n", HIDDEN, BATCH, (t.tv_sec - s.tv_sec) + (t.tv_nsec - s.tv_nsec) * 1e-9, hits / (double)nt);
        fflush(stdout);
    }
}
