"""Certificates: what a derivation writes, and an independent checker reads back exactly."""

from theory.derive.certificates.digest import checksum as checksum
from theory.derive.certificates.digest import checksum_of as checksum_of
from theory.derive.certificates.digest import claim_digest as claim_digest
from theory.derive.certificates.digest import spectral_digest as spectral_digest
from theory.derive.certificates.entries import one_line as one_line
from theory.derive.certificates.entries import polynomial as polynomial
from theory.derive.certificates.groups import group_data as group_data
from theory.derive.certificates.groups import read_group as read_group
from theory.derive.certificates.plain import number_data as number_data
from theory.derive.certificates.plain import terms_data as terms_data
from theory.derive.certificates.read import read_certificate as read_certificate
from theory.derive.certificates.read import read_spectral as read_spectral
from theory.derive.certificates.record import FORMAT as FORMAT
from theory.derive.certificates.record import VERSION as VERSION
from theory.derive.certificates.record import Certificate as Certificate
from theory.derive.certificates.record import DegreeRecord as DegreeRecord
from theory.derive.certificates.record import LevelRecord as LevelRecord
from theory.derive.certificates.record import SpectralRecord as SpectralRecord
from theory.derive.certificates.write import Solved as Solved
from theory.derive.certificates.write import certificate_data as certificate_data
from theory.derive.certificates.write import evidence as evidence
