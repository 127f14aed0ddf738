# Publishes offer.json and waits for its verdict: pip install confluent-kafka && python confluent.py
import json
from os import environ as env
from pathlib import Path
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, Producer

siren, event_id, value = env["PASSERELLE_SIREN"], str(uuid4()), Path("offer.json").read_bytes()
kafka = {"bootstrap.servers": env["PASSERELLE_KAFKA"], "security.protocol": env["PASSERELLE_SECURITY"]}
kafka |= {"sasl.username": env["PASSERELLE_USER"], "sasl.password": env["PASSERELLE_PASSWORD"]}
kafka |= {"sasl.mechanism": "SCRAM-SHA-512", "group.id": f"company.{siren}.confluent", "auto.offset.reset": "earliest"}
headers = {"ce_specversion": "1.0", "ce_id": event_id, "ce_source": f"urn:siren:{siren}"}
headers |= {"ce_type": "fr.passerelle.internships.InternshipOffered.v1", "content-type": "application/json"}

refused = []
producer = Producer({name: kafka[name] for name in kafka if name not in {"group.id", "auto.offset.reset"}})
topic, key = f"intake.{siren}.internships", json.loads(value)["reference"]
producer.produce(topic, value, key, headers=headers, on_delivery=lambda error, _: refused.append(error))
producer.flush()
if refused[0]:
    raise KafkaException(refused[0])
consumer = Consumer(kafka)
consumer.subscribe([f"feedback.{siren}"])
while event_id not in str((told := consumer.poll(1)) and told.value()):
    if told and told.error():
        raise KafkaException(told.error())
print(told.value().decode())
