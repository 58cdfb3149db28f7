// SPDX-License-Identifier: Apache-2.0
package headframe.bench;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/** Decides which events are passed on: those whose id was not seen before. An id is never forgotten. */
final class Deduplicator extends ContextualFixedKeyProcessor<Bytes, Event, Event> {
    static final String STORE = "seen";
    private static final byte[] SEEN = {};

    private KeyValueStore<Bytes, byte[]> seen;

    @Override
    public void init(FixedKeyProcessorContext<Bytes, Event> context) {
        super.init(context);
        seen = context.getStateStore(STORE);
    }

    @Override
    public void process(FixedKeyRecord<Bytes, Event> record) {
        if (seen.putIfAbsent(record.value().eventId, SEEN) == null) {
            context().forward(record);
        }
    }
}
