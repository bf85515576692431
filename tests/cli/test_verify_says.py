"""`sith verify` says when the file that it is given makes it run code."""

import json

from sith.numerics.cli import main

CLAIM = """
from sith import *
CLAIM = Claim("mine", World(Box(2), Uniform(), ExponentialNorm(1, 2)),
              InfoNCE(NegativeNorm(2)), Encoder(RealSpace(2)), Euclidean(2))
"""


def test_a_certificate_that_names_a_file_is_said_to_run_it(tmp_path, capsys) -> None:
    file, certificate = tmp_path / "mine.py", tmp_path / "mine.json"
    file.write_text(CLAIM)
    claim = f"{file}:CLAIM"
    assert main(["derive", claim, "--certificate", str(certificate), "-q"]) == 0
    capsys.readouterr()
    assert main(["verify", str(certificate), "--json"]) == 0
    out, err = capsys.readouterr()
    assert f"the code of {file} is run" in err
    assert json.loads(out)["code"] == str(file)
    # A claim that the user names is the user's choice.
    assert main(["verify", str(certificate), "--claim", claim]) == 0
    assert "is run" not in capsys.readouterr().err
