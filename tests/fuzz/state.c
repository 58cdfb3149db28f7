/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes records of the state topics: the first byte chooses production or costs, the rest is the record. What was
 * decoded is taken by a ledger; and what stands, what does not, and the control record are the same when they are encoded
 * and decoded again. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "headframe/calendar.h"
#include "headframe/reference.h"
#include "headframe/state_codec.h"

/* A fact of two bytes on the wire takes protobuf-c a struct of 120 and hf_fact one of 96, twice. */
const struct fuzz_limits fuzz_limits = {1 << 20, 400};

/* What a record says. */
struct state {
    GPtrArray *mines; /* of char *, by number */
    GArray *facts;    /* of struct hf_fact, but for the absent ones */
    GArray *absent;   /* of struct hf_fact_id */
    enum hf_state_record record;
    size_t announced; /* facts, absent ones included */
    struct hf_control control;
    int has_control;
};

static void on_begin(void *context, enum hf_state_record record, size_t facts)
{
    struct state *state = context;
    HOLD(state->announced == 0 && state->facts->len == 0 && state->absent->len == 0);
    state->record = record;
    state->announced = facts;
}

static uint32_t on_mine(void *context, const char *mine_id)
{
    const struct state *state = context;
    HOLD(hf_is_identifier(mine_id, strlen(mine_id)));
    for (guint i = 0; i < state->mines->len; i++)
        if (strcmp(g_ptr_array_index(state->mines, i), mine_id) == 0)
            return i;
    g_ptr_array_add(state->mines, g_strdup(mine_id));
    return state->mines->len - 1;
}

static void on_fact(void *context, const struct hf_fact *fact)
{
    const struct state *state = context;
    if (fact->status == HF_FACT_ABSENT) {
        HOLD(state->record == HF_STATE_SEGMENT);
        g_array_append_val(state->absent, fact->id);
        return;
    }
    HOLD(fact->mine < state->mines->len && fact->effect.line < HF_LINE_LIMIT);
    HOLD(fact->effect.days <= HF_SPREAD_LIMIT && hf_date_is_bookable(fact->effect.date));
    HOLD(fact->effect.amount <= hf_amount_limit() && fact->effect.amount >= -hf_amount_limit());
    HOLD(hf_date_is_bookable(fact->latest) && fact->status >= HF_FACT_STANDING && fact->status <= HF_FACT_DECIDED);
    g_array_append_val(state->facts, *fact);
}

static void on_control(void *context, const struct hf_control *control, unsigned format)
{
    struct state *state = context;
    HOLD(format <= HF_STATE_FORMAT);
    state->control = *control;
    state->has_control = 1;
}

static struct state state_new(void)
{
    return (struct state){
        .mines = g_ptr_array_new_with_free_func(g_free),
        .facts = g_array_new(FALSE, FALSE, sizeof(struct hf_fact)),
        .absent = g_array_new(FALSE, FALSE, sizeof(struct hf_fact_id)),
    };
}

static void state_fini(struct state *state)
{
    g_ptr_array_unref(state->mines);
    g_array_unref(state->facts);
    g_array_unref(state->absent);
}

static int decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, struct state *out,
                  struct hf_error *error)
{
    const struct hf_state_reader reader = {
        .mine = on_mine, .fact = on_fact, .control = on_control, .begin = on_begin, .context = out};
    int result = hf_state_decode(bytes, length, kind, &reader, error);
    HOLD(result != HF_OK || out->announced == out->facts->len + out->absent->len);
    return result;
}

static const char *mine_id(void *context, uint32_t mine)
{
    const struct state *state = context;
    return g_ptr_array_index(state->mines, mine);
}

static int is_same_fact(const struct state *state, const struct hf_fact *left, const struct state *again, guint i)
{
    const struct hf_fact *right = &g_array_index(again->facts, struct hf_fact, i);
    return left->id.high == right->id.high && left->id.low == right->id.low && left->digest == right->digest &&
           left->revision == right->revision && left->voided == right->voided &&
           left->effect.amount == right->effect.amount && left->effect.date == right->effect.date &&
           left->effect.days == right->effect.days && left->effect.line == right->effect.line &&
           left->latest == right->latest && left->status == right->status &&
           strcmp(g_ptr_array_index(state->mines, left->mine), g_ptr_array_index(again->mines, right->mine)) == 0;
}

/* Encodes the facts that stand, or those that do not, and decodes them again. */
static void hold_facts(struct state *state, enum hf_line_kind kind, int are_standing)
{
    struct state again = state_new();
    struct hf_error error = {0};
    g_autoptr(GArray) facts = g_array_new(FALSE, FALSE, sizeof(struct hf_fact));
    uint8_t *bytes;
    size_t length;
    for (guint i = 0; i < state->facts->len && facts->len < HF_SEGMENT_FACTS; i++) {
        struct hf_fact fact = g_array_index(state->facts, struct hf_fact, i);
        if ((fact.status == HF_FACT_STANDING) == are_standing && fact.status != HF_FACT_DECIDED)
            g_array_append_val(facts, fact);
    }
    const struct hf_fact *first = (const struct hf_fact *)(const void *)facts->data;
    if (are_standing)
        hf_segment_encode(first, facts->len, (const struct hf_fact_id *)(const void *)state->absent->data,
                          state->absent->len, kind, mine_id, state, &bytes, &length);
    else
        hf_held_encode(first, facts->len, kind, mine_id, state, &bytes, &length);
    HOLD(decode(bytes, length, kind, &again, &error) == HF_OK);
    HOLD(again.record == (are_standing ? HF_STATE_SEGMENT : HF_STATE_HELD));
    HOLD(again.facts->len == facts->len && again.absent->len == (are_standing ? state->absent->len : 0));
    for (guint i = 0; i < facts->len; i++)
        HOLD(is_same_fact(state, &first[i], &again, i));
    HOLD(again.absent->len == 0 ||
         memcmp(again.absent->data, state->absent->data, again.absent->len * sizeof(struct hf_fact_id)) == 0);
    free(bytes);
    state_fini(&again);
}

static void hold_control(const struct state *state, enum hf_line_kind kind)
{
    struct state again = state_new();
    struct hf_error error = {0};
    uint8_t *bytes;
    size_t length;
    hf_state_encode_control(&state->control, &bytes, &length);
    HOLD(decode(bytes, length, kind, &again, &error) == HF_OK && again.has_control);
    HOLD(again.control.input_offset == state->control.input_offset &&
         again.control.input_partitions == state->control.input_partitions &&
         again.control.hash_seed == state->control.hash_seed);
    free(bytes);
    state_fini(&again);
}

/* A ledger takes whatever the decoder lets through, and remembers what stands last. */
static void take(const struct state *state)
{
    struct hf_ledger *ledger = hf_ledger_new(1);
    for (guint i = 0; i < state->facts->len; i++) {
        const struct hf_fact *fact = &g_array_index(state->facts, struct hf_fact, i);
        struct hf_fact standing;
        hf_ledger_put(ledger, fact);
        enum hf_verdict verdict = hf_ledger_judge(ledger, fact, &standing, NULL);
        HOLD(fact->status == HF_FACT_DECIDED || verdict == HF_VERDICT_DUPLICATE || verdict == HF_VERDICT_SUPERSEDED);
    }
    HOLD(hf_ledger_size(ledger) <= state->facts->len);
    hf_ledger_free(&ledger);
}

void fuzz_one(struct fuzz_input *input)
{
    enum hf_line_kind kind = fuzz_byte(input) & 1 ? HF_LINES_COST : HF_LINES_PRODUCTION;
    struct hf_text record = fuzz_rest(input);
    struct state state = state_new();
    struct hf_error error = {0};
    if (decode((const uint8_t *)record.data, record.length, kind, &state, &error) == HF_OK) {
        hold_facts(&state, kind, 1);
        hold_facts(&state, kind, 0);
        if (state.has_control)
            hold_control(&state, kind);
        take(&state);
    } else {
        fuzz_hold_error(&error);
    }
    state_fini(&state);
}
