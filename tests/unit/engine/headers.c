/* SPDX-License-Identifier: Apache-2.0 */
#include "headers.h"

size_t hf_record_headers(const struct hf_record *record, struct hf_header *out_headers, size_t limit)
{
    const struct test_headers *headers = record->message;
    size_t count = headers ? headers->count : 0;
    if (count > limit)
        count = limit;
    for (size_t i = 0; i < count; i++)
        out_headers[i] = headers->headers[i];
    return count;
}
