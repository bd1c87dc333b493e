/* Counts the instructions of a peer on an emulated Cortex-M: of each picture's inference, of one of a
   picture without a zero, and of each training step.

   Reads `model` (a gradito model image, whose end are the parameters), `pictures` and `labels` (raw
   bytes) by semihosting. Prints lines of a word and a number. */
#include <stdio.h>
#include <string.h>

#include "bench.h"

enum { PICTURES = 20, CALIBRATION = 1000000 };

void reset(void);
extern void _start(void);
extern uint32_t __stack[];

static struct parameters parameters;
static uint8_t pictures[PICTURES][INPUTS], labels[PICTURES], white[INPUTS];

/* Timer 0 of the board counts down, one in 40 instructions. */
static volatile uint32_t *const timer = (volatile uint32_t *)0x40000000;

static uint32_t now(void) { return ~timer[1]; }

/* Ticks of a loop of so many instructions. */
__attribute__((noinline)) static uint32_t spin(uint32_t instructions)
{
    uint32_t start = now(), turns = instructions / 2;

    __asm__ volatile("1: subs %0, #1\n bne 1b" : "+r"(turns) : : "cc");
    return now() - start;
}

static double each; /* instructions a tick */

static void say(const char *what, uint32_t ticks)
{
    printf("%s %lu\n", what, (unsigned long)(ticks * each + 0.5));
}

/* The last bytes of a file; 0 if there are not so many. */
static int read_end(const char *name, void *to, size_t length)
{
    FILE *file = fopen(name, "rb");
    int done = file != NULL && fseek(file, -(long)length, SEEK_END) == 0
        && fread(to, length, 1, file) == 1;

    if (!done) {
        printf("missing %s\n", name);
    }
    return done;
}

int main(void)
{
    uint32_t start, ticks;
    int class;

    timer[2] = timer[1] = UINT32_MAX;
    timer[0] = 1;
    ticks = spin(CALIBRATION);
    each = (double)CALIBRATION / (spin(2 * CALIBRATION) - ticks);
    if (!read_end("model", &parameters, sizeof parameters)
        || !read_end("pictures", pictures, sizeof pictures)
        || !read_end("labels", labels, sizeof labels)) {
        return 1;
    }
    memset(white, 255, sizeof white);
    prepare(&parameters, pictures, PICTURES);
    for (int at = 0; at < PICTURES; at++) {
        start = now();
        class = infer(pictures[at]);
        ticks = now() - start;
        say("infer", ticks);
        printf("recognised %d\n", class == labels[at]);
    }
    start = now();
    class = infer(white);
    say("white", now() - start);
#ifdef TRAINS
    for (int at = 0; at < PICTURES; at++) {
        start = now();
        step(pictures[at], labels[at]);
        say("step", now() - start);
    }
    /* That it learns, and forgets nothing: nearly all of them are known then. */
    for (int pass = 0; pass < 20; pass++) {
        for (int at = 0; at < PICTURES; at++) {
            step(pictures[at], labels[at]);
        }
    }
    for (int at = 0; at < PICTURES; at++) {
        printf("learnt %d\n", infer(pictures[at]) == labels[at]);
    }
#endif
    return 0;
}

void reset(void)
{
    *(volatile uint32_t *)0xe000ed88u |= 0xf00000u; /* the FPU on: CPACR, CP10 and CP11 */
    __asm__ volatile("dsb\n isb");
    _start();
}

static void fault(void)
{
    for (;;) {
        /* Semihosting: exit with a runtime error. */
        register uint32_t r0 __asm__("r0") = 0x18, r1 __asm__("r1") = 0x20023;
        __asm__ volatile("bkpt 0xab" : : "r"(r0), "r"(r1));
    }
}

__attribute__((section(".vectors"), used))
static void (*const vectors[16])(void) = {
    (void (*)(void))__stack, reset, fault, fault, fault, fault, fault,
};
