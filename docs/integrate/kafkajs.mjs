// Publishes offer.json and waits for its verdict: npm install kafkajs && node kafkajs.mjs
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Kafka } from "kafkajs";

const { PASSERELLE_KAFKA, PASSERELLE_SECURITY, PASSERELLE_USER, PASSERELLE_PASSWORD, PASSERELLE_SIREN } = process.env;
const kafka = new Kafka({
  brokers: PASSERELLE_KAFKA.split(","),
  ssl: PASSERELLE_SECURITY === "SASL_SSL",
  sasl: { mechanism: "scram-sha-512", username: PASSERELLE_USER, password: PASSERELLE_PASSWORD },
});
const value = readFileSync("offer.json");
const headers = { ce_specversion: "1.0", ce_id: randomUUID(), ce_source: `urn:siren:${PASSERELLE_SIREN}`,
  ce_type: "fr.passerelle.internships.InternshipOffered.v1", "content-type": "application/json" };
const producer = kafka.producer();
await producer.connect();
await producer.send({ topic: `intake.${PASSERELLE_SIREN}.internships`,
  messages: [{ key: JSON.parse(value).reference, value, headers }] });
const consumer = kafka.consumer({ groupId: `company.${PASSERELLE_SIREN}.kafkajs` });
await consumer.connect();
await consumer.subscribe({ topic: `feedback.${PASSERELLE_SIREN}`, fromBeginning: true });
await consumer.run({ eachMessage: async ({ message }) => {
  if (JSON.parse(message.value).submission_id !== headers.ce_id) return;
  console.log(message.headers.ce_type.toString(), message.value.toString());
  setImmediate(() => Promise.all([producer.disconnect(), consumer.disconnect()]));
} });
