"""What is made from the contracts: schemas, AsyncAPI, the reference, and the check against what was released."""
