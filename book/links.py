"""What belongs to which theorem: the links between pages are written from these tables.

Errata and open problems name their theorem themselves, and witnesses are named by the stored audit.
"""

from collections.abc import Mapping

SPECTRAL, CLOSED, LEJEPA = (
    "haochen_2021_spectral",
    "balestriero_2022_closed_form",
    "klindt_2026_lejepa",
)
SPHERE, SUPERVISED = "zimmermann_2021_vmf", "reizinger_2025_supervised"
CONTENT = "vonkugelgen_2021_content_style"

STUDIES: Mapping[str, tuple[str, ...]] = {
    "batch_size": ("ma_2018_any_negatives", SPHERE),
    "centring": (SPECTRAL, CLOSED),
    "clustering": (SPECTRAL, CLOSED),
    "covariance_operator": (CONTENT,),
    "deep_linear": (SPECTRAL,),
    "diet_classes": ("reizinger_2025_diet", SUPERVISED),
    "dimensional_collapse": (SPECTRAL,),
    "direct_pred": (CLOSED,),
    "efference": ("scherr_2022_efference",),
    "encoder_class": (SPECTRAL,),
    "explaining_away": ("scherr_2022_efference", CONTENT),
    "imbalance": (SUPERVISED, SPECTRAL),
    "implementable_clusters": (SPECTRAL,),
    "information_bound": ("ma_2018_any_negatives", SPHERE),
    "interplay": ("cabannes_2023_interplay",),
    "loss_gap_over_time": (LEJEPA, CLOSED, SPECTRAL),
    "matched_encoder": ("zaliaduonis_2026_diversity", SPHERE),
    "mode_blindness": (),  # no theorem of the registry is about masked prediction
    "optimiser": ("reizinger_2025_diet", "roeder_2021_linear_identifiability"),
    "platonic": (LEJEPA, "roeder_2021_linear_identifiability", "liu_2024_two_towers"),
    "platonic_kernel": (SPHERE, "liu_2024_two_towers"),
    "projector": (LEJEPA, "klindt_2026_anisotropic"),
    "reweighted_sam": (SUPERVISED,),
    "sample_size": (LEJEPA,),
    "self_prediction": (CLOSED,),
    "sigreg_directions": (LEJEPA,),
    "similarity_graph": (SPECTRAL, CLOSED),
    "soft_diversity": (SPHERE, "zaliaduonis_2026_diversity"),
    "stepwise": (CLOSED,),
    "sterile_dichotomy": (LEJEPA, "klindt_2026_anisotropic"),
    "training_time": (LEJEPA,),
    "waveform": ("cabannes_2023_interplay", CONTENT),
}
"""Each study, and the theorems whose optimum it starts from or departs from."""

FALSEHOODS: Mapping[str, tuple[str, ...]] = {
    "barlow_twins_solutions": (CLOSED,),
    "close_classifiers": ("roeder_2021_linear_identifiability",),
    "diet_twice_d_classes": ("reizinger_2025_diet",),
    "gaussian_outputs_any_speeds": (LEJEPA, "klindt_2026_anisotropic"),
    "infonce_few_negatives": ("ma_2018_any_negatives",),
    "ivae_any_family": ("khemakhem_2020_ivae",),
    "linear_ica_any_sources": ("comon_1994_linear_ica",),
    "only_gaussian_latents": ("klindt_2026_converse",),
    "sigreg_fixed_directions": (LEJEPA,),
    "sphere_partly_kept": (SPHERE, "zaliaduonis_2026_diversity"),
    "vmf_any_temperature": (SPHERE,),
    "vmf_up_to_permutation": (SPHERE,),
    "whitening_any_speeds": ("klindt_2026_anisotropic", LEJEPA),
}
"""Each planted falsehood, and the theorems that a reader could take it from."""
