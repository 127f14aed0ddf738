"""What operators do; `access` says who may do what on Kafka, `cluster` asks Kafka, `manifests` asks Kubernetes."""
