// Publishes offer.json and waits for its verdict: java -cp 'libs/*' Offer.java
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.*;

class Offer {
  public static void main(String[] arguments) throws Exception {
    var env = System.getenv(); var siren = env.get("PASSERELLE_SIREN"); var id = UUID.randomUUID().toString();
    var kafka = new HashMap<String, Object>(Map.of("bootstrap.servers", env.get("PASSERELLE_KAFKA"),
        "security.protocol", env.get("PASSERELLE_SECURITY"), "sasl.mechanism", "SCRAM-SHA-512", "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(env.get("PASSERELLE_USER"), env.get("PASSERELLE_PASSWORD")),
        "group.id", "company." + siren + ".java", "auto.offset.reset", "earliest"));
    var offer = new ProducerRecord<>("intake." + siren + ".internships", "STAGE-2030-014", Files.readString(Path.of("offer.json")));
    Map.of("ce_specversion", "1.0", "ce_id", id, "ce_source", "urn:siren:" + siren, "content-type", "application/json",
        "ce_type", "fr.passerelle.internships.InternshipOffered.v1").forEach((n, v) -> offer.headers().add(n, v.getBytes()));
    try (var producer = new KafkaProducer<>(kafka, new StringSerializer(), new StringSerializer())) { producer.send(offer).get(); }
    try (var consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("feedback." + siren));
      while (true) for (var told : consumer.poll(Duration.ofSeconds(1))) if (told.value().contains(id)) {
        System.out.println(new String(told.headers().lastHeader("ce_type").value()) + " " + told.value()); return;
      }
    }
  }
}
