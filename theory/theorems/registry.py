"""The registry: an explicit list of theorems, and look-up by slug."""

from __future__ import annotations

from difflib import get_close_matches

from sith.theory.claim import Theorem
from sith.theory.errors import InputError, UnknownName
from sith.theory.theorems import (
    ahuja_2022_mechanisms,
    ahuja_2023_polynomial,
    balestriero_2022_closed_form,
    brady_2023_compositional,
    buchholz_2022_conformal,
    buchholz_2022_volume_preserving,
    buchholz_2023_interventions,
    cabannes_2023_interplay,
    chen_2018_total_correlation,
    comon_1994_linear_ica,
    daunhawer_2023_multimodal,
    gresele_2021_ima,
    haochen_2021_spectral,
    horan_2021_local_isometry,
    hyvarinen_1999_nonidentifiability,
    hyvarinen_2016_tcl,
    hyvarinen_2017_pcl,
    hyvarinen_2019_gcl,
    khemakhem_2020_icebeem,
    khemakhem_2020_ivae,
    klindt_2021_slowvae,
    klindt_2026_anisotropic,
    klindt_2026_converse,
    klindt_2026_lejepa,
    lachapelle_2022_mechanism_sparsity,
    lachapelle_2023_additive,
    laiz_2025_dynamics,
    laiz_2025_nonlinear,
    liu_2024_two_towers,
    locatello_2019_impossibility,
    locatello_2020_weak_supervision,
    lyu_2022_latent_correlation,
    ma_2018_any_negatives,
    marconato_2025_subspace,
    matthes_2023_unified,
    rajendran_2024_concepts,
    reizinger_2025_diet,
    reizinger_2025_supervised,
    roeder_2021_linear_identifiability,
    roeder_2021_two_encoders,
    rusak_2025_aninfonce,
    scherr_2022_efference,
    shu_2020_weak_supervision,
    song_2021_scores,
    sprekeler_2014_slow_features,
    squires_2023_linear_crl,
    vonkugelgen_2021_content_style,
    vonkugelgen_2021_invertible,
    yang_2022_volume_preserving,
    yao_2024_multiview,
    zaliaduonis_2026_diversity,
    zheng_2022_sparsity,
    zimmermann_2021_lp,
    zimmermann_2021_vmf,
)

THEOREMS: tuple[Theorem, ...] = (
    ahuja_2022_mechanisms.THEOREM,
    ahuja_2023_polynomial.THEOREM,
    balestriero_2022_closed_form.THEOREM,
    brady_2023_compositional.THEOREM,
    buchholz_2022_conformal.THEOREM,
    buchholz_2022_volume_preserving.THEOREM,
    buchholz_2023_interventions.THEOREM,
    cabannes_2023_interplay.THEOREM,
    chen_2018_total_correlation.THEOREM,
    comon_1994_linear_ica.THEOREM,
    daunhawer_2023_multimodal.THEOREM,
    gresele_2021_ima.THEOREM,
    haochen_2021_spectral.THEOREM,
    horan_2021_local_isometry.THEOREM,
    hyvarinen_1999_nonidentifiability.THEOREM,
    hyvarinen_2016_tcl.THEOREM,
    hyvarinen_2017_pcl.THEOREM,
    hyvarinen_2019_gcl.THEOREM,
    khemakhem_2020_icebeem.THEOREM,
    khemakhem_2020_ivae.THEOREM,
    klindt_2021_slowvae.THEOREM,
    klindt_2026_anisotropic.THEOREM,
    klindt_2026_converse.THEOREM,
    klindt_2026_lejepa.THEOREM,
    lachapelle_2022_mechanism_sparsity.THEOREM,
    lachapelle_2023_additive.THEOREM,
    laiz_2025_dynamics.THEOREM,
    laiz_2025_nonlinear.THEOREM,
    liu_2024_two_towers.THEOREM,
    locatello_2019_impossibility.THEOREM,
    locatello_2020_weak_supervision.THEOREM,
    lyu_2022_latent_correlation.THEOREM,
    ma_2018_any_negatives.THEOREM,
    marconato_2025_subspace.THEOREM,
    matthes_2023_unified.THEOREM,
    rajendran_2024_concepts.THEOREM,
    reizinger_2025_diet.THEOREM,
    reizinger_2025_supervised.THEOREM,
    roeder_2021_linear_identifiability.THEOREM,
    roeder_2021_two_encoders.THEOREM,
    rusak_2025_aninfonce.THEOREM,
    scherr_2022_efference.THEOREM,
    shu_2020_weak_supervision.THEOREM,
    song_2021_scores.THEOREM,
    sprekeler_2014_slow_features.THEOREM,
    squires_2023_linear_crl.THEOREM,
    vonkugelgen_2021_content_style.THEOREM,
    vonkugelgen_2021_invertible.THEOREM,
    yang_2022_volume_preserving.THEOREM,
    yao_2024_multiview.THEOREM,
    zaliaduonis_2026_diversity.THEOREM,
    zheng_2022_sparsity.THEOREM,
    zimmermann_2021_lp.THEOREM,
    zimmermann_2021_vmf.THEOREM,
)
"""Every registered theorem, by slug."""


def theorem(slug: str) -> Theorem:
    """Return a registered theorem; raises `UnknownName` that suggests the nearest slug.

    Raises `InputError` for anything but a text.
    """
    if not isinstance(slug, str):
        raise InputError(f"the slug {slug!r}", allowed="a text", cure="`sith list` shows all")
    for entry in THEOREMS:
        if entry.slug == slug:
            return entry
    near = get_close_matches(slug, [t.slug for t in THEOREMS], n=1, cutoff=0)
    raise UnknownName(
        f"no theorem has the slug '{slug}'",
        cure=f"did you mean '{near[0]}'? `sith list` shows all" if near else "see `sith list`",
    )
