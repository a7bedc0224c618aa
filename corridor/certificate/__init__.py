"""The certificate: drives every truck and re-adds every sum of a run folder, trusting nobody."""

from corridor.certificate.certify import certify, write_certificate
from corridor.certificate.manifest import check_manifest, check_on_file
from corridor.certificate.verdict import Certificate, Check

__all__ = [
    "Certificate",
    "Check",
    "certify",
    "check_manifest",
    "check_on_file",
    "write_certificate",
]
