"""Alignment of views with encoders of their own, and of some outputs of an invertible encoder.

The encoders of the views are one network: view k enters in columns of its own, and an indicator
says which it is, so that the maps of two views are as free of each other as the weights allow.

An invertible encoder can make the aligned outputs as small, or the others as crushed, as it likes,
and so come near the least loss without being near an invertible map that has it. Latents are
uniform, and so the likelihood of uniform outputs is added: it keeps the maps away from singular
ones, and its optimum is one of the claim's.
Source: Daunhawer et al. (2023), Yao et al. (2024), Lyu et al. (2022); von Kügelgen et al. (2021) for
the invertible encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.log_det import value_and_log_det
from sith.numerics.experiments.parts import by_step, nats, pick_encoder
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.experiments.views import ViewLoss, view_loss_of, views_of
from sith.numerics.losses import kernel_entropy, value_and_jacobian
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.theory import Box, Claim, Uniform, UnsupportedCondition, optimum_condition

ALIGNED = 30.0
"""Nats for each unit of E‖u_c − ũ_c‖² of an invertible encoder: 5 for each output that is not aligned."""


@dataclass(frozen=True, slots=True)
class AlignedExperiment:
    """One claim of alignment, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        kind: the loss of a pair of views.
        observe: from the latents of view k to what the encoder sees, one per view.
        drawn: the latents that each view shows, ``(S, n, |S_k|)``, of a number of rows.
        aligned: the outputs that are aligned.
        content: the places of the shared latents among those of each view.
        encoder: untrained.
        behind: held-out latents of each view; the first are those that are tested.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    kind: ViewLoss
    observe: tuple[Mix, ...]
    drawn: Callable[[int, tuple[torch.Generator, ...]], tuple[Tensor, ...]]
    aligned: tuple[int, ...]
    content: tuple[tuple[int, ...], ...]
    encoder: Encoder
    behind: tuple[Tensor, ...]
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...]

    @property
    def extras(self) -> Extras:
        """Nothing is learned beside the encoder."""
        return {}

    @property
    def latents(self) -> Tensor:
        """Held-out latents that the first view shows, ``(S, N, |S_1|)``."""
        return self.behind[0]

    @property
    def mixing(self) -> Mix:
        """What the encoder sees of the first view, of the latents that it shows."""
        return self.observe[0]

    @property
    def whole(self) -> bool:
        """Whether all latents have an output, of which those of the content are aligned."""
        return self.kind.whole

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: the observations of every view."""
        behind = self.drawn(steps * self.batch, self.generators)
        return tuple(by_step(x, steps, self.batch) for x in self._seen(behind))

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the mean over pairs of views of the alignment loss, one value per seed."""
        del extras
        if self.whole:
            aligned, likelihood = self._whole_loss(encode, batch)
            return ALIGNED * aligned + likelihood
        return self._score(self._outputs(encode(torch.cat(batch, 1)), len(batch)))

    def _whole_loss(
        self, encode: Callable[[Tensor], Tensor], batch: Sequence[Tensor]
    ) -> tuple[Tensor, Tensor]:
        """E‖u_c − ũ_c‖² and −E log|det J_u| of the outputs u = σ(h), per seed.

        Where it is not known which outputs change, those that change least are compared.
        """
        h, volume = value_and_log_det(encode, torch.cat(tuple(batch), 1))
        volume = volume + (F.logsigmoid(h) + F.logsigmoid(-h)).sum(-1)
        one, two = self._outputs(h, 2)
        squares = (one - two).square()
        if self.kind.changed:
            squares = squares.sort(-1).values[..., : -self.kind.changed]
        return squares.sum(-1).mean(-1), -volume.mean(-1)

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the first view's representations of the held-out latents, float64."""
        with torch.no_grad():
            return encoder.to(torch.float64)(self.mixing(self.latents).double())

    def base_latents(self) -> Tensor:
        """Return the content, or all latents where all have an output."""
        z = self.latents.double()
        return z if self.whole else z[..., list(self.content[0])]

    def style(self) -> Tensor:
        """Return the latents that the first view shows beside the content; none if all are kept."""
        if self.whole:
            return self.latents[..., :0].double()
        left = [i for i in range(self.latents.shape[-1]) if i not in self.content[0]]
        return self.latents[..., left].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the loss above that of the content itself, and the loss's scale.

        The content in place of every representation is aligned, and uniform where the loss asks for
        it, so that each term has its least value there. The estimate of the entropy is higher for
        mass piled up at the faces of the box; such a gain is not set against a lack of alignment.
        The scale is the loss of views that are independent of each other: 1/6 for each uniform
        output, 2 for each white one, times the weight in the loss of an invertible encoder.
        """
        held = tuple(z[:, :EVALUATION_BATCH] for z in self.behind)
        seen = tuple(x.double() for x in self._seen(held))
        own = zip(held, self.content, strict=True)
        precise = encoder.to(torch.float64)
        best = tuple(z[..., list(c)].double() for z, c in own)
        outputs = len(self.aligned) - self.kind.changed
        if self.whole:
            aligned, likelihood = (v.detach() for v in self._whole_loss(precise, seen))
            z = torch.cat(held, 1).double()
            volume = torch.linalg.slogdet(value_and_jacobian(self.mixing, z)[1]).logabsdet
            least = volume.mean(-1).detach()
            gap = ALIGNED * aligned + likelihood - least
            return gap, nats(gap, outputs) * ALIGNED / 6
        with torch.no_grad():
            trained = self.loss(precise, seen, extras)
            if not self.kind.entropy:
                return trained, nats(trained, 2 * outputs)
            views = self._outputs(precise(torch.cat(seen, 1)), len(held))
            entropy, most = (
                torch.stack([kernel_entropy(h) for h in of]).mean(0) for of in (views, best)
            )
        # Every view is in as many pairs, so that the mean over pairs has the mean entropy.
        return trained + entropy + (most - entropy).clamp_min(0), nats(entropy, outputs) / 6

    def _outputs(self, h: Tensor, views: int) -> tuple[Tensor, ...]:
        """The aligned outputs of each view, of the representations of all views."""
        if self.whole:
            # An order-preserving map of an output stays in the class, and this one bounds it.
            h = torch.sigmoid(h)
        return tuple(v[..., list(self.aligned)] for v in h.chunk(views, 1))

    def _seen(self, behind: Sequence[Tensor]) -> tuple[Tensor, ...]:
        return tuple(look(z) for look, z in zip(self.observe, behind, strict=True))

    def _score(self, views: Sequence[Tensor]) -> Tensor:
        losses = [self.kind.of_pair(a, b) for a, b in combinations(views, 2)]
        return torch.stack(losses).mean(0)


def set_up_aligned(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> AlignedExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: another objective, or a mixing that restricts the encoder.
    """
    optimum_condition(claim.world, claim.objective, claim.encoder)
    kind = view_loss_of(claim.objective)
    views = views_of(claim.world.pairs, claim, seeds, device, smooth=kind.whole)
    notes = list(views.notes)
    if kind.whole:
        if not isinstance(claim.world.space, Box) or not isinstance(claim.world.prior, Uniform):
            raise UnsupportedCondition(
                f"no training of '{claim.objective}' under a {claim.world.prior} prior",
                allowed="the uniform law of a box",
            )
        notes.append("the likelihood of uniform outputs is added: it keeps maps from being crushed")
    first = views.drawn(1024, seed_generators(seeds, "calibration", device))
    calibration = torch.cat([look(z) for look, z in zip(views.observe, first, strict=True)], 1)
    return AlignedExperiment(
        claim=claim,
        kind=kind,
        observe=views.observe,
        drawn=views.drawn,
        aligned=views.content if kind.whole else tuple(range(claim.encoder.output.dim)),
        content=tuple(tuple(view.index(i) for i in views.content) for view in views.shown),
        encoder=pick_encoder(claim, budget, seeds, calibration, coupling=kind.whole),
        behind=views.drawn(budget.held_out, seed_generators(seeds, "held-out", device)),
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
        notes=tuple(notes),
    )
