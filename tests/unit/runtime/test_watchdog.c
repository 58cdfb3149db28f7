/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the process ends, and says in which call, where one does not come back. Each case is a process. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../kafka/mock.h"
#include "../unit.h"
#include "headframe/daemon.h"
#include "headframe/log.h"

enum { PATIENCE_S = 20 };

/* Runs work in a process of its own; returns its exit code and what it logged. */
static int run_apart(void (*work)(void), char *text, size_t capacity)
{
    int ends[2], status;
    size_t length = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        hf_log_init("test", HF_LOG_INFO);
        work();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t count; length < capacity - 1 && (count = read(ends[0], text + length, capacity - 1 - length)) > 0;)
        length += (size_t)count;
    text[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void hang_inside(void)
{
    hf_watchdog_arm("outer", 60000);
    hf_watchdog_arm("inner", 100);
    sleep(PATIENCE_S);
}

static void hang_outside(void)
{
    hf_watchdog_arm("outer", 300);
    hf_watchdog_arm("inner", 60000);
    hf_watchdog_disarm();
    sleep(PATIENCE_S);
}

static void come_back(void)
{
    hf_watchdog_arm("outer", 100);
    hf_watchdog_arm("inner", 100);
    hf_watchdog_disarm();
    hf_watchdog_disarm();
    usleep(500000);
}

static void stop_too_slowly(void)
{
    hf_watchdog_start();
    hf_watchdog_stop_requested();
    hf_watchdog_arm("consumer_close", 60000);
    sleep(PATIENCE_S);
}

static void watch_soon(void *context, const char *call, int timeout_ms)
{
    (void)context;
    if (call)
        hf_watchdog_arm(call, timeout_ms + 2000); /* its own time is up by then */
    else
        hf_watchdog_disarm();
}

/* The coordinator takes the offsets and does not answer: the call does not look at its timeout. */
static void send_offsets_to_a_silent_coordinator(void)
{
    static struct mock mock;
    struct hf_membership *membership = NULL;
    struct hf_producer *producer = NULL;
    struct hf_error error = {0};
    mock_open(&mock);
    if (mock_join(&mock, &membership, &error) != HF_OK || mock_start(&mock, &producer, &error) != HF_OK)
        return;
    rd_kafka_mock_broker_push_request_error_rtts(mock.cluster, 1, TXN_OFFSET_COMMIT, (size_t)1,
                                                 RD_KAFKA_RESP_ERR_NO_ERROR, 60000);
    mock.settings.on_wait = watch_soon;
    (void)mock_commit(producer, membership, &error); /* does not come back in time */
}

static void a_call_that_hangs_ends_the_process_and_is_named(void **state)
{
    static const struct {
        void (*work)(void);
        int code;
        const char *words;
    } cases[] = {
        {hang_inside, HF_EXIT_HANGING, "event=watchdog call=inner "},
        {hang_outside, HF_EXIT_HANGING, "event=watchdog call=outer "},
        {come_back, 0, ""},
        {stop_too_slowly, HF_EXIT_HANGING, "event=watchdog call=consumer_close during=stop "},
        {send_offsets_to_a_silent_coordinator, HF_EXIT_HANGING, "event=watchdog call=send_offsets_to_transaction "},
    };
    char text[4096];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int code = run_apart(cases[i].work, text, sizeof text);
        if (code != cases[i].code || !strstr(text, cases[i].words))
            fail_msg("case %zu: exit code %d, expected %d: \"%s\"", i, code, cases[i].code, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_call_that_hangs_ends_the_process_and_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
