/* SPDX-License-Identifier: Apache-2.0 */
/* headframe: the operator's command line. */
#include "command.h"

int main(int argc, char **argv)
{
    return hf_command_main(argc, argv);
}
