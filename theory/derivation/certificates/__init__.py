"""Certificates: what a derivation writes, and an independent checker reads back exactly."""

from sith.theory.derivation.certificates.digest import checksum as checksum
from sith.theory.derivation.certificates.digest import checksum_of as checksum_of
from sith.theory.derivation.certificates.digest import claim_digest as claim_digest
from sith.theory.derivation.certificates.digest import spectral_digest as spectral_digest
from sith.theory.derivation.certificates.entries import one_line as one_line
from sith.theory.derivation.certificates.entries import polynomial as polynomial
from sith.theory.derivation.certificates.groups import group_data as group_data
from sith.theory.derivation.certificates.groups import read_group as read_group
from sith.theory.derivation.certificates.plain import number_data as number_data
from sith.theory.derivation.certificates.plain import terms_data as terms_data
from sith.theory.derivation.certificates.read import read_certificate as read_certificate
from sith.theory.derivation.certificates.read_evidence import read_spectral as read_spectral
from sith.theory.derivation.certificates.record import FORMAT as FORMAT
from sith.theory.derivation.certificates.record import VERSION as VERSION
from sith.theory.derivation.certificates.record import Certificate as Certificate
from sith.theory.derivation.certificates.record import DegreeRecord as DegreeRecord
from sith.theory.derivation.certificates.record import LevelRecord as LevelRecord
from sith.theory.derivation.certificates.record import SpectralRecord as SpectralRecord
from sith.theory.derivation.certificates.write import Solved as Solved
from sith.theory.derivation.certificates.write import certificate_data as certificate_data
from sith.theory.derivation.certificates.write import evidence as evidence
