#!/bin/sh
# Publishes offer.json and waits for its verdict: sh kcat.sh
set -eu
id=$(cat /proc/sys/kernel/random/uuid)

kafka() {
  kcat -q -b "$PASSERELLE_KAFKA" -X security.protocol="$PASSERELLE_SECURITY" -X sasl.mechanism=SCRAM-SHA-512 \
    -X sasl.username="$PASSERELLE_USER" -X sasl.password="$PASSERELLE_PASSWORD" "$@"
}

tr -d '\n' < offer.json | kafka -P -t "intake.$PASSERELLE_SIREN.internships" -k STAGE-2030-014 -X acks=all \
  -H ce_specversion=1.0 -H "ce_id=$id" -H "ce_source=urn:siren:$PASSERELLE_SIREN" \
  -H ce_type=fr.passerelle.internships.InternshipOffered.v1 -H content-type=application/json

until kafka -C -e -o beginning -t "feedback.$PASSERELLE_SIREN" -f '%h %s\n' | grep "$id"; do
  sleep 1
done
