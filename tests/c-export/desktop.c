/* Reads samples from standard input, writes their outputs and class to standard output: bytes as
   they lie in memory. INPUT is the type of an input. */
#include <stdio.h>

#include "net.h"

int main(void)
{
    static INPUT inputs[NET_INPUTS];
    static float outputs[NET_OUTPUTS];
    uint32_t class;

    if (net_classes[NET_OUTPUTS - 1] == NULL) {
        return 2;
    }
    while (fread(inputs, sizeof inputs, 1, stdin) == 1) {
        class = (uint32_t)net_predict(inputs, outputs);
        if (fwrite(outputs, sizeof outputs, 1, stdout) != 1
            || fwrite(&class, sizeof class, 1, stdout) != 1) {
            return 1;
        }
    }
    return 0;
}
