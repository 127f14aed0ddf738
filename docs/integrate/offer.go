// Publishes offer.json and waits for its verdict: go run offer.go
package main

import ("context"; "crypto/rand"; "crypto/tls"; "fmt"; "log"; "os"; "strings"
	"github.com/twmb/franz-go/pkg/kgo"; "github.com/twmb/franz-go/pkg/sasl/scram")

func must(err error) { if err != nil { log.Fatal(err) } }

func main() {
	env, ctx, id := os.Getenv, context.Background(), rand.Text()
	siren := env("PASSERELLE_SIREN")
	options := []kgo.Opt{kgo.SeedBrokers(strings.Split(env("PASSERELLE_KAFKA"), ",")...),
		kgo.SASL(scram.Auth{User: env("PASSERELLE_USER"), Pass: env("PASSERELLE_PASSWORD")}.AsSha512Mechanism()),
		kgo.ConsumeTopics("feedback." + siren), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())}
	if env("PASSERELLE_SECURITY") == "SASL_SSL" { options = append(options, kgo.DialTLSConfig(new(tls.Config))) }
	kafka, err := kgo.NewClient(options...)
	must(err)
	value, _ := os.ReadFile("offer.json")
	record := kgo.Record{Topic: "intake." + siren + ".internships", Key: []byte("STAGE-2030-014"), Value: value}
	for name, text := range map[string]string{"ce_specversion": "1.0", "ce_id": id, "ce_source": "urn:siren:" + siren,
		"ce_type": "fr.passerelle.internships.InternshipOffered.v1", "content-type": "application/json"} {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: name, Value: []byte(text)})
	}
	must(kafka.ProduceSync(ctx, &record).FirstErr())
	for told := kafka.PollFetches(ctx); ; told = kafka.PollFetches(ctx) {
		must(told.Err())
		for _, verdict := range told.Records() { if strings.Contains(string(verdict.Value), id) { fmt.Println(string(verdict.Value)); return } }
	}
}
