"""The command: what each verb says of itself, and how each ends."""

import errno
import signal
import subprocess

import pytest

from newpip_book import cli
from newpip_book.authoring.notebooks import ChapterError
from newpip_book.project import ROOT
from tests.helpers import words


@pytest.fixture
def ends(monkeypatch):
    """Let a verb end with an error."""

    def ends(error):
        def fails(chosen):
            """Fail."""
            raise error

        monkeypatch.setitem(cli.VERBS, "key", (fails,))
        return cli.main(["key"])

    return ends


def test_every_verb_has_one_sentence_and_a_help_of_its_own(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    for verb, (function, *_) in cli.VERBS.items():
        sentence = function.__doc__.strip().splitlines()[0]
        assert sentence.endswith(".") and f"{verb} {sentence}" in told
        with pytest.raises(SystemExit, match="0"):
            cli.main([verb, "--help"])
        assert sentence in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("given", [[], ["biuld"], ["build", "--fast"], ["figures"]])
def test_words_that_are_not_understood_are_named(given, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(given)
    assert capsys.readouterr().err.count("error:") == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/a"), "/a: the disk is full; make room there and try again"),
        (ChapterError("a.ipynb: cell 1 failed"), "a.ipynb: cell 1 failed"),
        (ModuleNotFoundError(name="sphinx.ext"), "newpip key: sphinx.ext is not installed; "),
    ],
)
def test_what_a_reader_can_mend_is_one_line_and_ends_with_2(error, said, ends, capsys):
    assert ends(error) == 2
    told = capsys.readouterr().err
    assert told.startswith(said) and told.count("\n") == 1


@pytest.mark.parametrize("error", [KeyError("a"), RecursionError(), ModuleNotFoundError(name="newpip_book.attic")])
def test_a_fault_of_the_code_is_not_hidden(error, ends):
    with pytest.raises(type(error)):
        ends(error)


def test_an_interrupted_verb_ends_with_130(ends):
    assert ends(KeyboardInterrupt()) == 130


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_verb_that_runs_chapters_says_that_it_was_stopped(number, code):
    """It waits, when the signal comes, for the lock that nobody gives."""
    wait = (
        "import sys; from newpip_book import cli; from newpip_book.build import lock, pipeline; import time\n"
        "pipeline.preflight = lambda verb: [print('ready', flush=True), time.sleep(600)]\n"
        "cli.main(['refresh'])"
    )
    asked = words(ROOT) | {"args": [words(ROOT)["args"][0], "-c", wait]}
    with subprocess.Popen(**asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(60) == code and "stopped" in process.stderr.read()
