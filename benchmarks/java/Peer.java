// The same work in Java: kafka-clients, Jackson and JDBC, one batch a transaction, a relay in a thread of its own.

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class Peer {
    static final ObjectMapper JSON = new ObjectMapper().configure(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, true);
    static final UUID OFFERS = UUID.fromString("1d9a3f60-6a0c-5f3e-8a44-0b6c5f1e7d21");
    static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]");
    static final Pattern DEPARTEMENT = Pattern.compile("0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-46]");
    static final Set<String> TRADES = Set.of("fibre", "data-centre", "telecom", "radio", "cybersecurity", "software", "works", "management");
    static final ZoneId PARIS = ZoneId.of("Europe/Paris");
    static final String NAME = System.getenv("PEER");
    static final Semaphore RUNG = new Semaphore(0);

    static final String CLAIM = "INSERT INTO inbox (source, event_id, digest) "
        + "SELECT s, e, '' FROM unnest(?::text[], ?::text[]) AS new (s, e) ON CONFLICT DO NOTHING RETURNING event_id";
    static final String SAVE = """
        WITH new AS (
            SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::jsonb[], ?::text[], ?::timestamptz[])
                AS new (offer_id, siren, reference, version, terms, changed_by, due_at)
        ), saved AS (
            INSERT INTO offer (offer_id, siren, reference, version, terms, state, said, due_at)
            SELECT offer_id, siren, reference, version, terms, 'posted', 'offer', due_at FROM new
            ON CONFLICT (offer_id) DO UPDATE SET version = excluded.version, terms = excluded.terms, state = 'posted',
                said = 'offer', due_at = excluded.due_at
            WHERE offer.version < excluded.version
            RETURNING offer_id
        )
        INSERT INTO offer_history (offer_id, state, version, trigger, actor, changed_at, changed_by)
        SELECT offer_id, 'posted', version, 'offer', 'company', now(), changed_by FROM new JOIN saved USING (offer_id)
        """;
    static final String TELL = "INSERT INTO outbox (topic, key, type, payload) "
        + "SELECT t, k, y, convert_to(p, 'UTF8') FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS new (t, k, y, p)";
    static final String WAITING = "SELECT id, event_id::text, topic, key, type, payload, created_at FROM outbox ORDER BY id LIMIT 1000";

    public static void main(String[] arguments) throws Exception {
        Thread relay = new Thread(() -> {
            try {
                relay();
            } catch (Exception error) {
                error.printStackTrace();
                System.exit(1);
            }
        });
        relay.setDaemon(true);
        relay.start();
        consume();
    }

    static Properties kafka() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", System.getenv("PASSERELLE_KAFKA"));
        properties.put("security.protocol", System.getenv("PASSERELLE_KAFKA_SECURITY"));
        properties.put("sasl.mechanism", "SCRAM-SHA-512");
        properties.put("sasl.jaas.config", String.format(
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";",
            System.getenv("PASSERELLE_KAFKA_USER"), System.getenv("PASSERELLE_KAFKA_PASSWORD")));
        return properties;
    }

    static Connection postgres() throws Exception {
        java.net.URI address = java.net.URI.create(System.getenv("PASSERELLE_DATABASE"));
        String[] user = address.getUserInfo().split(":");
        return DriverManager.getConnection(
            "jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + address.getPath(), user[0], user[1]);
    }

    static void consume() throws Exception {
        Properties properties = kafka();
        properties.put("group.id", NAME);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("max.poll.records", "1000");
        properties.put("isolation.level", "read_committed");
        Connection database = postgres();
        database.setAutoCommit(false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(Pattern.compile("^bench\\." + NAME + "\\.intake\\.[0-9]+$"));
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(10));
                if (records.isEmpty()) {
                    continue;
                }
                store(database, records);
                RUNG.release();
                Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    ends.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
                }
                consumer.commitSync(ends);
            }
        }
    }

    record Offered(JsonNode event, String id, UUID offer) {}

    static void store(Connection database, ConsumerRecords<byte[], byte[]> records) throws Exception {
        List<Offered> events = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            JsonNode event = JSON.readTree(record.value());
            check(event);
            String id = new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
            sources.add("urn:siren:" + event.get("siren").textValue());
            ids.add(id);
            events.add(new Offered(event, id, offerId(event)));
        }
        Set<String> fresh = new HashSet<>();
        try (PreparedStatement claim = database.prepareStatement(CLAIM)) {
            bind(claim, "text", sources, "text", ids);
            try (ResultSet rows = claim.executeQuery()) {
                while (rows.next()) {
                    fresh.add(rows.getString(1));
                }
            }
        }
        events.removeIf(one -> !fresh.contains(one.id()));
        save(database, events);
        tell(database, events);
        database.commit();
    }

    static void save(Connection database, List<Offered> events) throws Exception {
        List<Object> offers = new ArrayList<>(), sirens = new ArrayList<>(), references = new ArrayList<>();
        List<Object> versions = new ArrayList<>(), terms = new ArrayList<>(), by = new ArrayList<>(), due = new ArrayList<>();
        for (Offered one : events) {
            ObjectNode kept = one.event().deepCopy();
            kept.remove(List.of("siren", "reference", "version"));
            offers.add(one.offer());
            sirens.add(one.event().get("siren").textValue());
            references.add(one.event().get("reference").textValue());
            versions.add(one.event().get("version").longValue());
            terms.add(JSON.writeValueAsString(kept));
            by.add(one.id());
            due.add(due(one.event()));
        }
        try (PreparedStatement save = database.prepareStatement(SAVE)) {
            bind(save, "uuid", offers, "text", sirens, "text", references, "bigint", versions, "text", terms, "text", by, "text", due);
            save.executeUpdate();
        }
    }

    /** The first reminder, at nine in Paris: a week before the last day, a day before it, or its end. */
    static String due(JsonNode event) {
        LocalDate last = LocalDate.parse(event.get(event.hasNonNull("valid_through") ? "valid_through" : "ends_on").textValue());
        ZonedDateTime now = ZonedDateTime.now(PARIS);
        for (int before : new int[] {7, 1}) {
            ZonedDateTime at = last.minusDays(before).atTime(9, 0).atZone(PARIS);
            if (at.isAfter(now)) {
                return at.toOffsetDateTime().toString();
            }
        }
        return last.plusDays(1).atStartOfDay(PARIS).toOffsetDateTime().toString();
    }

    static void tell(Connection database, List<Offered> events) throws Exception {
        List<Object> topics = new ArrayList<>(), keys = new ArrayList<>(), types = new ArrayList<>(), payloads = new ArrayList<>();
        for (Offered one : events) {
            ObjectNode posted = one.event().deepCopy();
            posted.put("offer_id", one.offer().toString());
            topics.add("bench." + NAME + ".offers");
            keys.add(one.offer().toString());
            types.add("fr.passerelle.internships.InternshipPosted.v1");
            payloads.add(JSON.writeValueAsString(posted));
            ObjectNode accepted = JSON.createObjectNode();
            accepted.put("company", one.event().get("siren").textValue());
            accepted.put("submission_id", one.id());
            accepted.put("submission_type", "fr.passerelle.internships.InternshipOffered.v1");
            accepted.put("reference", one.event().get("reference").textValue());
            accepted.put("accepted_as", one.offer().toString());
            topics.add("bench." + NAME + ".feedback." + one.event().get("siren").textValue());
            keys.add(one.id());
            types.add("fr.passerelle.feedback.SubmissionAccepted.v1");
            payloads.add(JSON.writeValueAsString(accepted));
        }
        try (PreparedStatement tell = database.prepareStatement(TELL)) {
            bind(tell, "text", topics, "text", keys, "text", types, "text", payloads);
            tell.executeUpdate();
        }
    }

    static void bind(PreparedStatement statement, Object... columns) throws Exception {
        for (int at = 0; at < columns.length; at += 2) {
            Array array = statement.getConnection().createArrayOf((String) columns[at], ((List<?>) columns[at + 1]).toArray());
            statement.setArray(at / 2 + 1, array);
        }
    }

    /** The contract's rules that an offer of the benchmark touches. */
    static void check(JsonNode event) {
        line(event, "title", 140);
        line(event, "description", 8000);
        line(event, "company_name", 140);
        line(event, "reference", 80);
        line(event.get("place"), "city", 140);
        must(luhn(event.get("siren").textValue()), "siren");
        must(DEPARTEMENT.matcher(event.get("place").get("departement").textValue()).matches(), "place.departement");
        LocalDate starts = LocalDate.parse(event.get("starts_on").textValue());
        LocalDate ends = LocalDate.parse(event.get("ends_on").textValue());
        must(!ends.isBefore(starts) && ChronoUnit.DAYS.between(starts, ends) <= 366 && !ends.isBefore(LocalDate.now()), "ends_on");
        must(event.get("version").isIntegralNumber() && event.get("version").longValue() >= 1, "version");
        must(event.get("level").isInt() && event.get("level").intValue() >= 3 && event.get("level").intValue() <= 8, "level");
        must(TRADES.contains(event.get("trade").textValue()), "trade");
        must(new java.math.BigDecimal(event.get("hourly_pay").asText()).scale() <= 2, "hourly_pay");
    }

    static void line(JsonNode event, String field, int longest) {
        String text = event.get(field).textValue();
        must(!text.isBlank() && text.length() <= longest && !CONTROL.matcher(text).find(), field);
    }

    static void must(boolean holds, String field) {
        if (!holds) {
            throw new IllegalArgumentException(field);
        }
    }

    static boolean luhn(String digits) {
        int sum = 0;
        for (int at = 0; at < digits.length(); at++) {
            int digit = digits.charAt(digits.length() - 1 - at) - '0';
            sum += at % 2 == 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
        }
        return digits.length() == 9 && sum % 10 == 0;
    }

    static UUID offerId(JsonNode event) throws Exception {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(ByteBuffer.allocate(16).putLong(OFFERS.getMostSignificantBits()).putLong(OFFERS.getLeastSignificantBits()).array());
        sha1.update((event.get("siren").textValue() + "/" + event.get("reference").textValue()).getBytes(StandardCharsets.UTF_8));
        ByteBuffer hash = ByteBuffer.wrap(sha1.digest());
        long most = hash.getLong() & ~0xF000L | 0x5000L;
        long least = hash.getLong() & ~(0xC000L << 48) | 0x8000L << 48;
        return new UUID(most, least);
    }

    static void relay() throws Exception {
        Properties properties = kafka();
        properties.put("enable.idempotence", "true");
        properties.put("batch.size", Integer.toString(256 << 10));
        properties.put("linger.ms", "1");
        Connection database = postgres();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            while (true) {
                List<Long> sent = new ArrayList<>();
                try (PreparedStatement waiting = database.prepareStatement(WAITING); ResultSet rows = waiting.executeQuery()) {
                    while (rows.next()) {
                        sent.add(rows.getLong(1));
                        producer.send(record(rows), (where, error) -> {
                            if (error != null) {
                                error.printStackTrace();
                                System.exit(1);
                            }
                        });
                    }
                }
                if (sent.isEmpty()) {
                    RUNG.acquire();
                    RUNG.drainPermits();
                    continue;
                }
                producer.flush();
                try (PreparedStatement published = database.prepareStatement("DELETE FROM outbox WHERE id = ANY(?)")) {
                    published.setArray(1, database.createArrayOf("bigint", sent.toArray()));
                    published.executeUpdate();
                }
            }
        }
    }

    static ProducerRecord<byte[], byte[]> record(ResultSet row) throws Exception {
        byte[] key = row.getString(4).getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(row.getString(3), key, row.getBytes(6));
        record.headers()
            .add("ce_specversion", "1.0".getBytes(StandardCharsets.UTF_8))
            .add("ce_id", row.getString(2).getBytes(StandardCharsets.UTF_8))
            .add("ce_source", "urn:passerelle:internships".getBytes(StandardCharsets.UTF_8))
            .add("ce_type", row.getString(5).getBytes(StandardCharsets.UTF_8))
            .add("ce_subject", key)
            .add("ce_time", row.getObject(7, java.time.OffsetDateTime.class).toString().getBytes(StandardCharsets.UTF_8))
            .add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
