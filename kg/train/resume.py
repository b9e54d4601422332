"""What an interrupted training goes on from."""

import random
from pathlib import Path
from typing import Any

import torch
from torch import nn

__all__ = ["Checkpoint"]


class Checkpoint:
    """The state of a training, kept in a file for the same training to go on from.

    Args:
        file: where it is kept; what another training left there is overwritten.
        key: equal for equal data and settings.
    """

    def __init__(self, file: Path, key: str) -> None:
        self.file = file
        found = torch.load(file, weights_only=True) if file.is_file() else {}
        self._state: dict[str, Any] = found if found.get("key") == key else {"key": key, "steps": {}, "curve": []}

    @property
    def curve(self) -> list[tuple[str, float, float]]:
        """What each epoch reached: its name, its loss a sentence, the F1 of the sentences held out."""
        curve: list[tuple[str, float, float]] = self._state["curve"]
        return curve

    def resume(self, stage: str, learnt: nn.Module, optimizer: Any, rng: random.Random) -> int:
        """Bring everything that a stage changes to where it was left, and say how many steps of it are done."""
        steps: dict[str, int] = self._state["steps"]
        if stage in steps and stage == [*steps][-1]:
            learnt.load_state_dict(self._state["learnt"])
            optimizer.load_state_dict(self._state["optimizer"])
            torch.set_rng_state(self._state["torch"])
            rng.setstate(self._state["random"])
        return steps.get(stage, 0)

    def save(self, stage: str, step: int, learnt: nn.Module, optimizer: Any, rng: random.Random) -> None:
        """Keep where a stage is, after so many of its steps."""
        self._state["steps"][stage] = step
        self._state |= {
            "learnt": learnt.state_dict(),
            "optimizer": optimizer.state_dict(),
            "torch": torch.get_rng_state(),
            "random": rng.getstate(),
        }
        part = self.file.with_suffix(".part")
        torch.save(self._state, part)
        part.replace(self.file)
