/* desktop.c for a Cortex-M without any library: its own start, files of the host by semihosting
   (Arm, "Semihosting for AArch32 and AArch64"). Ends with status 0, or 1 on any fault. */
#include "net.h"

enum { OPEN = 1, CLOSE = 2, WRITE = 5, READ = 6, EXIT = 0x18 };

#define READ_BINARY 1
#define WRITE_BINARY 5
#define APPLICATION_EXIT 0x20026u
#define INTERNAL_ERROR 0x20024u

extern uint32_t stack_top[];
void reset(void);
void fault(void);
void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memset(void *to, int byte, size_t count);

static INPUT inputs[NET_INPUTS];
static float outputs[NET_OUTPUTS];

static uintptr_t host(uintptr_t operation, uintptr_t argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static uintptr_t open_file(const char *name, uintptr_t length, uintptr_t mode)
{
    uintptr_t arguments[3] = { (uintptr_t)name, mode, length };

    return host(OPEN, (uintptr_t)arguments);
}

/* Both give the bytes that were not read or written. */
static uintptr_t transfer(uintptr_t operation, uintptr_t file, const void *bytes, uintptr_t count)
{
    uintptr_t arguments[3] = { file, (uintptr_t)bytes, count };

    return host(operation, (uintptr_t)arguments);
}

void reset(void)
{
    uintptr_t in, out;
    uint32_t class;

#ifdef __ARM_FP
    *(volatile uint32_t *)0xe000ed88u |= 0xf00000u; /* the FPU on: CPACR, CP10 and CP11 */
    __asm__ volatile("dsb\n isb");
#endif
    in = open_file("in", 2, READ_BINARY);
    out = open_file("out", 3, WRITE_BINARY);
    if (net_classes[NET_OUTPUTS - 1] == NULL) {
        fault();
    }
    while (transfer(READ, in, inputs, sizeof inputs) == 0) {
        class = (uint32_t)net_predict(inputs, outputs);
        if (transfer(WRITE, out, outputs, sizeof outputs) != 0
            || transfer(WRITE, out, &class, sizeof class) != 0) {
            fault();
        }
    }
    host(CLOSE, (uintptr_t)&out);
    host(EXIT, APPLICATION_EXIT);
    fault();
}

void fault(void)
{
    for (;;) {
        host(EXIT, INTERNAL_ERROR);
    }
}

/* Compilers call these two by themselves. */
__attribute__((optimize("no-tree-loop-distribute-patterns")))
void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
    unsigned char *target = to;
    const unsigned char *source = from;

    while (count-- > 0) {
        *target++ = *source++;
    }
    return to;
}

__attribute__((optimize("no-tree-loop-distribute-patterns")))
void *memset(void *to, int byte, size_t count)
{
    unsigned char *target = to;

    while (count-- > 0) {
        *target++ = (unsigned char)byte;
    }
    return to;
}

__attribute__((section(".vectors"), used))
static void (*const vectors[16])(void) = {
    (void (*)(void))stack_top, reset, fault, fault, fault, fault, fault, fault,
    fault, fault, fault, fault, fault, fault, fault, fault,
};
