"""Which tests a person runs, and which CI runs beside them: markers by file or test.

A prefix of a test's name gets a marker, and the longest prefix counts; what no prefix names is in
the default set. The default set takes at most five minutes on two cores and reaches every layer:
of each suite that runs over the registry it keeps the theorems of `REPRESENTATIVES`.
"""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT = ""
MARKERS = ("book", "train", "registry", "deep")

BY_DEFAULT = " and ".join(f"not {name}" for name in ("slow", *MARKERS))
"""What pytest runs where nothing else is asked for; `pyproject.toml` has the same."""

REPRESENTATIVES = (
    "comon_1994_linear_ica",
    "haochen_2021_spectral",
    "vonkugelgen_2021_content_style",
    "zimmermann_2021_vmf",
)
"""A lemma, a spectrum, a lower bound and a sphere: one theorem of each way of deriving."""

BOOK = ("book/test_book.py::test_the_book_builds", "book/test_book.py::test_a_fault_on_a_page")

TRAIN = (
    "examples/test_examples.py::test_a_trained_check",
    "examples/test_examples.py::test_the_platonic_matrix",
    "examples/test_examples.py::test_latents_of_sprites",
    "examples/test_examples.py::test_own_arrays",
    "cli/test_own_losses_by_verb.py::test_a_long_verb",
    "numerics/test_adversarial.py",
    "numerics/test_audit.py",
    "numerics/test_bad_conditions.py",
    "numerics/test_benchmarks.py::test_a_theorem_that_failed",
    "numerics/test_benchmarks.py::test_one_small_case",
    "numerics/test_benchmarks.py::test_two_theorems",
    "numerics/test_check.py",
    "numerics/test_compiled.py",
    "numerics/test_coupling.py::test_training",
    "numerics/test_design.py",
    "numerics/test_experiments.py",
    "numerics/test_experiments_classes.py",
    "numerics/test_experiments_further.py",
    "numerics/test_gpu_benchmark.py::test_every_part",
    "numerics/test_gpu_benchmark.py::test_a_row_runs",
    "numerics/test_masked_prediction.py",
    "numerics/test_own_networks.py::test_a_network",
    "numerics/test_peers.py::test_a_row_runs",
    "numerics/test_published.py",
    "numerics/test_ring.py",
    "numerics/test_spectral_lines.py::test_training",
    "numerics/test_sprite_study.py",
    "numerics/test_sweeping.py",
    "numerics/test_sweeps_survive.py",
    "numerics/test_told_apart.py",
    "numerics/test_train.py",
    "numerics/test_trained_verdicts.py",
    "numerics/test_within_support.py",
    "studies/test_contract.py::test_a_study_stands",
    "studies/test_gaussian_runs.py",
    "studies/test_reweighted_sam.py",
)

REGISTRY = (
    "cli/test_draft.py::test_the_theorem_compiles",
    "examples/test_examples.py::test_rotations_where",
    "examples/test_examples.py::test_the_registry_agrees",
    "numerics/test_mixing_classes.py::test_given_mixings",
    "repo/test_readme.py::test_the_table_of_theorems",
    "repo/test_recipes.py::test_a_theorem_that_follows",
    "repo/test_recipes.py::test_the_other_kinds",
    "studies/test_contract.py::test_the_stored_measurements",
    "theorems/test_contract.py::test_the_derived_group_agrees",
    "theorems/test_contract.py::test_the_example_runs",
    "theory/test_certificate.py::test_the_certificate_of_every_theorem",
    "theory/test_classify_known.py",
    "theory/test_completeness.py::test_the_bound_in_a_certificate",
    "theory/test_kernel_test.py",
    "theory/test_separate.py",
)

DEEP = (
    "cli/test_completion.py::test_words_are_completed",
    "cli/test_fuzz.py",
    "cli/test_invariants.py",
    "cli/test_streams.py::test_a_closed_or_full",
    "data/test_diagnose.py",
    "cli/test_derive_cost.py",
    "examples/test_ci.py",
    "numerics/test_curves.py",
    "numerics/test_exact.py",
    "numerics/test_exact_auxiliary.py",
    "numerics/test_exact_condition.py::test_a_true_group",
    "numerics/test_exact_condition.py::test_fields_that",
    "numerics/test_exact_condition.py::test_outputs_come_in_any_order",
    "numerics/test_families.py",
    "numerics/test_group_residuals.py",
    "numerics/test_kept.py",
    "numerics/test_measure_disentanglement.py",
    "numerics/test_near_misses.py",
    "numerics/test_own_losses.py::test_the_gap_is_zero",
    "numerics/test_own_losses.py::test_the_integrand_trains",
    "numerics/test_pictures.py::test_the_command_writes",
    "numerics/test_refute.py",
    "numerics/test_refute_figures.py",
    "numerics/test_refute_worlds.py",
    "numerics/test_scales.py",
    "numerics/test_searching_stages.py",
    "numerics/test_sharpness.py",
    "numerics/test_tabular.py",
    "properties",
    "quality/test_audit_table.py::test_a_changed_witness",
    "quality/test_audit_table.py::test_the_audit_gives",
    "quality/test_audit_table.py::test_the_witnesses_hold",
    "quality/test_clocks.py",
    "quality/test_constructed.py",
    "quality/test_falsehoods.py",
    "quality/test_known_answers.py::test_a_slower",
    "quality/test_leaves.py",
    "quality/test_mutations.py",
    "quality/test_mutations_registry.py",
    "quality/test_negative_results.py",
    "quality/test_registry_survives.py",
    "quality/test_same_json.py",
    "quality/test_soundness.py",
    "repo/test_front_door.py::test_only_what_is_needed",
    "quality/test_wrong_groups.py",
    "theorems/test_contract.py::test_an_assumption_can_be_dropped",
    "theory/test_auxiliary.py",
    "theory/test_bounds.py::test_a_symmetry_of_order_three",
    "theory/test_bounds.py::test_equal_blocks_may_be_swapped",
    "theory/test_certificate.py::test_any_changed_number",
    "theory/test_certificate.py::test_one_changed_entry",
    "theory/test_components.py",
    "theory/test_determining.py",
    "theory/test_dynamics.py",
    "theory/test_errata.py",
    "theory/test_invariants.py",
    "theory/test_mixing_classes.py",
    "theory/test_non_vacuity.py",
    "theory/test_nonpolynomial.py",
    "theory/test_own_losses.py::test_examples_of_every_kind",
    "theory/test_partial_support.py",
    "theory/test_structured_mixing.py",
)

KEPT = (
    "cli/test_streams.py::test_a_closed_or_full_stream_is_no_verdict[--version",
    "data/test_diagnose.py::test_bad_input_is_refused",
    "numerics/test_check.py::test_a_true_claim_agrees_and_reports_all_three_layers",
    "numerics/test_own_losses.py::test_the_integrand_trains[lsif",
    "numerics/test_exact.py::test_a_true_claim_agrees[diet",
    "numerics/test_gpu_benchmark.py::test_a_row_runs_on_the_device[agreement-training]",
    "numerics/test_exact_condition.py::test_a_true_group_agrees_and_a_wrong_one_does_not[chen",
    "numerics/test_refute_figures.py::test_a_flat_loss_refutes_nothing",
    "numerics/test_scales.py::test_a_leak_of_style",
    "numerics/test_scales.py::test_a_verdict_on_a_graph",
    "numerics/test_sweeping.py::test_two_drivers",
    "numerics/test_tabular.py::test_losses_are_their_definitions",
    "properties/test_metamorphic.py::test_rotations_are_free_on_the_sphere",
    "quality/test_clocks.py::test_clocks_are_read",
    "quality/test_falsehoods.py::test_the_falsehood_falls_to_a_small_witness[vmf_up_to_permutation]",
    "quality/test_mutations.py::test_the_unchanged_claims_stand",
    "theory/test_structured_mixing.py::test_relabelled_latents_relabel_the_blocks",
    "studies/test_contract.py::test_a_study_stands_under_the_smallest_budget[stepwise]",
    "studies/test_contract.py::test_the_stored_measurements_agree_and_can_be_contradicted[stepwise]",
)
"""What the default set keeps of suites that are marked as a whole, so that it reaches them."""

MARKS: Mapping[str, str] = {
    **dict.fromkeys(BOOK, "book"),
    **dict.fromkeys(TRAIN, "train"),
    **dict.fromkeys(REGISTRY, "registry"),
    **dict.fromkeys(DEEP, "deep"),
    **dict.fromkeys(KEPT, DEFAULT),
}
"""Prefix of a test's name, from the folder of the tests, to its marker."""


def marker(name: str) -> str:
    """Return the marker of a test, "" in the default set; `name` is `folder/file.py::test[case]`."""
    prefixes = [prefix for prefix in MARKS if _begins(name, prefix)]
    found = MARKS[max(prefixes, key=len)] if prefixes else DEFAULT
    case = name.partition("[")[2]
    kept = found == "registry" and any(slug in case for slug in REPRESENTATIVES)
    return DEFAULT if kept else found


def _begins(name: str, prefix: str) -> bool:
    """Whether a name begins with a prefix; a folder or a file counts as a whole."""
    return name.startswith(prefix if "::" in prefix else (f"{prefix}/", f"{prefix}::"))
