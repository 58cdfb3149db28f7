// SPDX-License-Identifier: Apache-2.0
package headframe.bench;

import java.io.FileReader;
import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;

/**
 * Decides how the sums of a mine's days are made with Kafka Streams: events are deduplicated by id, then summed in
 * windows of a day of event time in UTC. Arguments: a file of properties, the input topic, the output topic, "memory" or
 * "rocksdb" (where state is held), and properties as KEY=VALUE. Prints "running" once it begins to read.
 */
public final class DayTotals {
    private static final Duration DAY = Duration.ofDays(1);
    /** So that no event of a year is ever late: none of the daemon's are. */
    private static final Duration KEPT = Duration.ofDays(400);
    private static final Totals NOTHING = new Totals(new byte[0]);

    private static final Serde<Event> EVENTS =
            Serdes.serdeFrom((topic, event) -> event.bytes(), (topic, bytes) -> new Event(bytes));
    private static final Serde<Totals> TOTALS = Serdes.serdeFrom(
            (topic, totals) -> totals == null ? null : totals.bytes(),
            (topic, bytes) -> bytes == null ? null : new Totals(bytes));

    private DayTotals() {}

    private static KeyValueBytesStoreSupplier seen(boolean inMemory) {
        return inMemory
                ? Stores.inMemoryKeyValueStore(Deduplicator.STORE)
                : Stores.persistentKeyValueStore(Deduplicator.STORE);
    }

    private static WindowBytesStoreSupplier days(boolean inMemory) {
        return inMemory
                ? Stores.inMemoryWindowStore("days", KEPT, DAY, false)
                : Stores.persistentTimestampedWindowStore("days", KEPT, DAY, false);
    }

    private static Topology topology(String input, String output, boolean inMemory, Properties properties) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(Stores.keyValueStoreBuilder(seen(inMemory), Serdes.Bytes(), Serdes.ByteArray()));
        builder.stream(input, Consumed.with(Serdes.Bytes(), EVENTS)
                        .withTimestampExtractor((record, time) -> ((Event) record.value()).occurredAtMs))
                .processValues(Deduplicator::new, Deduplicator.STORE)
                .groupByKey(Grouped.with(Serdes.Bytes(), EVENTS))
                .windowedBy(TimeWindows.ofSizeAndGrace(DAY, KEPT.minus(DAY)))
                .aggregate(
                        () -> NOTHING,
                        (mine, event, totals) -> totals.plus(event),
                        Materialized.<Bytes, Totals>as(days(inMemory))
                                .withKeySerde(Serdes.Bytes())
                                .withValueSerde(TOTALS))
                .toStream()
                .to(output, Produced.with(
                        new WindowedSerdes.TimeWindowedSerde<>(Serdes.Bytes(), DAY.toMillis()), TOTALS));
        return builder.build(properties);
    }

    private static Properties properties(String[] arguments) throws IOException {
        Properties properties = new Properties();
        try (Reader file = new FileReader(arguments[0])) {
            properties.load(file);
        }
        for (int i = 4; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            properties.setProperty(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        return properties;
    }

    public static void main(String[] arguments) throws IOException {
        Properties properties = properties(arguments);
        boolean inMemory = arguments[3].equals("memory");
        KafkaStreams streams =
                new KafkaStreams(topology(arguments[1], arguments[2], inMemory, properties), properties);
        streams.setStateListener((next, previous) -> {
            if (next == KafkaStreams.State.RUNNING) {
                System.out.println("running");
            }
        });
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(10))));
        streams.start();
    }
}
