"""Sounds: their harmonics, formants and loudness are those asked for, and slopes are right."""

import itertools

import pytest
import torch

from sith.numerics.mixings import WAVEFORM_LATENTS, WaveformMixing

LONG = WaveformMixing(samples=4000)  # One second: bins of 1 Hz.


def spectrum(z):
    return torch.fft.rfft(LONG(torch.tensor(z, dtype=torch.float64))).abs() * 2 / LONG.samples


@pytest.mark.parametrize(("u", "hertz"), [(0.0, 100), (1.0, 200)])
def test_the_peaks_are_multiples_of_the_pitch(u, hertz):
    found = spectrum([u, 0.5, 0.5, 1.0])
    peaks = (found > 1e-6).nonzero().flatten().tolist()
    assert peaks == list(range(hertz, peaks[-1] + 1, hertz)) and len(peaks) >= 9


@pytest.mark.parametrize(("coordinate", "near"), [(1, 300), (1, 700), (2, 900), (2, 1600)])
def test_a_formant_lifts_the_harmonics_near_it(coordinate, near):
    ends = {300: 0.0, 700: 1.0, 900: 0.0, 1600: 1.0}
    z = [0.0, 0.5, 0.5, 1.0]
    here, there = [*z], [*z]
    here[coordinate], there[coordinate] = ends[near], 1 - ends[near]
    assert spectrum(here)[near] > 2 * spectrum(there)[near]


def test_loudness_is_in_decibels():
    z = torch.tensor([[0.3, 0.4, 0.6, 0.0], [0.3, 0.4, 0.6, 1.0]], dtype=torch.float64)
    soft, loud = WaveformMixing(decibels=20.0)(z)
    torch.testing.assert_close(10 * soft, loud)


def test_the_slopes_are_right():
    mixing = WaveformMixing(samples=16)
    z = torch.tensor([[0.2, 0.7, 0.4, 0.5]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(mixing, (z,))


def test_a_grid_of_latents_gives_as_many_sounds():
    grid = torch.tensor(list(itertools.product((0.0, 0.5, 1.0), repeat=4)))
    sounds = WaveformMixing()(grid)
    assert sounds.shape == (81, 192)
    apart = torch.cdist(sounds, sounds).fill_diagonal_(torch.inf)
    assert apart.min() > 0.02 * sounds.norm(dim=1).min()


def test_batches_by_seed_keep_their_shape():
    mixing = WaveformMixing()
    assert mixing(torch.rand(2, 5, 4)).shape == (2, 5, mixing.observed_dim)
    assert mixing.dim == len(WAVEFORM_LATENTS)


@pytest.mark.parametrize(
    "bad",
    [
        {"samples": 4},
        {"pitch": (0.0, 100.0)},
        {"first": (700.0, 300.0)},
        {"second": (900.0, 2500.0)},
        {"bandwidth": 0.0},
        {"decibels": -1.0},
    ],
)
def test_bad_settings_are_refused(bad):
    with pytest.raises(ValueError, match="allowed"):
        WaveformMixing(**bad)


def test_other_latents_are_refused():
    with pytest.raises(ValueError, match="pitch, first formant"):
        WaveformMixing()(torch.rand(3, 5))
