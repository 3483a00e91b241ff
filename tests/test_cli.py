"""The command as people and programs use it: a process of its own, its output and its exit code."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo import ground
from bot.sandbox import Sandbox
from bot.settings import Settings
from store import messages, migrate
from store.database import Database
from store.records import Message, Recipient

NOW = datetime.now(UTC).replace(microsecond=0)
QUOTE = {
    "MessageID": "5b1f0c52-8a77-4c1e-9d0e-2f6f3f0a9e11",
    "MessageStream": "outbound",
    "To": [{"Email": "maria@oakleaf.example", "Name": "Maria Voss"}],
    "Cc": [],
    "Bcc": [],
    "Recipients": ["maria@oakleaf.example"],
    "ReceivedAt": "2026-11-20T09:00:01.1200340-05:00",
    "From": '"Alder Heating" <office@alder.example>',
    "Subject": "Your quote for job 1042",
    "Tag": "quote",
    "Status": "Sent",
    "TrackOpens": True,
    "TrackLinks": "HtmlOnly",
    "Metadata": {"job_id": "1042"},
    "Sandboxed": False,
}
DELIVERY = {
    "RecordType": "Delivery",
    "MessageID": QUOTE["MessageID"],
    "Recipient": "maria@oakleaf.example",
    "DeliveredAt": "2026-11-20T14:00:05Z",
    "Details": "smtp;250 2.0.0 OK",
}
OF_DEMO = "11111111-0000-4000-8000-000000000000"
IDA = Recipient("ida@home.example", "ida@home.example", "Ida Home")
VISIT = {"type": "portal_visit", "reference": "1042", "at": "2026-11-20T16:00:00Z"}


class Seen:
    """Runs ``seen`` in a folder of its own, with nothing set but what the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {"ANSWER_BUDGET": "50"}
        """What is set. Nobody is in a hurry, so that a busy machine changes no answer."""

    @property
    def environment(self) -> Mapping[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
        return {**inherited, "COLUMNS": "100", "NO_COLOR": "1", **self.settings}

    def __call__(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def file(self, *records: object) -> str:
        path = self.folder / "evidence.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        return str(path)


_SETTINGS = {name for field in Settings.model_fields for name in (field.upper(), f"{field.upper()}_FILE")}


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    """The command, in an empty folder."""
    return Seen(tmp_path)


@pytest.fixture
def postmark() -> Iterator[Sandbox]:
    """A Postmark account with a quote that was delivered and clicked."""
    with Sandbox(now=NOW - timedelta(hours=5), servers={"office": "office-token"}) as sandbox:
        quote = sandbox.send(
            '"Maria Voss" <maria@oakleaf.example>',
            "Your quote for job 1042",
            html='<a href="https://portal.alder.example/q/1042">Your quote</a>',
            sender="office@alder.example",
            tag="quote",
            metadata={"job_id": "1042"},
        )
        sandbox.deliver(quote, at=NOW - timedelta(hours=4, minutes=59))
        sandbox.click(quote, "maria@oakleaf.example", at=NOW - timedelta(hours=1))
        sandbox.clock.reach(NOW)
        yield sandbox


def _ask_postmark(seen: Seen, sandbox: Sandbox) -> None:
    seen.settings |= {"POSTMARK_SERVER_TOKEN": "office=office-token", "POSTMARK_API_URL": sandbox.url}


# ── ask ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_ends_with_0(seen: Seen, postmark: Sandbox) -> None:
    """A question about an email that Postmark knows is answered in words, and the command ends with 0."""
    _ask_postmark(seen, postmark)
    ran = seen("ask", "did", "maria@oakleaf.example", "see", "the", "quote?")
    assert ran.returncode == 0, ran.stderr
    assert "Seen. Maria Voss" in ran.stdout
    assert ran.stderr == ""


def test_an_answer_as_json(seen: Seen, postmark: Sandbox) -> None:
    """--json prints one object with the question, how fresh it is, and a trail with its verdict and next step."""
    _ask_postmark(seen, postmark)
    answer: dict[str, Any] = json.loads(seen("ask", "#1042", "--json").stdout)
    assert answer["question"] == {"kind": "reference", "value": "1042"}
    assert answer["postmark"] == "live"
    (trail,) = answer["trails"]
    assert trail["verdict"] == "seen"
    assert trail["recipient"] == "maria@oakleaf.example"
    assert trail["references"] == ["1042"]
    assert trail["next_step"]["code"]


def test_what_postmark_told_is_known_without_it(seen: Seen, postmark: Sandbox) -> None:
    """What was found once is kept: the same question is answered offline."""
    _ask_postmark(seen, postmark)
    seen("ask", "1042")
    answer = json.loads(seen("ask", "1042", "--json", "--offline").stdout)
    assert answer["postmark"] == "offline"
    assert [trail["verdict"] for trail in answer["trails"]] == ["seen"]


def test_an_earlier_moment_knows_less(seen: Seen, postmark: Sandbox) -> None:
    """--at answers as of that moment: the click that came later does not count, nor does an email sent later."""
    _ask_postmark(seen, postmark)
    before = (NOW - timedelta(hours=2)).isoformat()
    answer = json.loads(seen("ask", "1042", "--json", "--at", before).stdout)
    assert [trail["verdict"] for trail in answer["trails"]] == ["no_sign"]
    assert seen("ask", "1042", "--at", (NOW - timedelta(hours=9)).isoformat()).returncode == 3


def test_the_sum_behind_an_answer(seen: Seen, postmark: Sandbox) -> None:
    """--why shows each sign with its worth and the lines of the sum; as JSON they add up to the probability."""
    _ask_postmark(seen, postmark)
    shown = seen("ask", "1042", "--why").stdout
    assert "Seen. Maria Voss" in shown
    assert "The sum behind quote 1042" in shown or "The sum behind the quote for job 1042" in shown
    assert "a click" in shown
    (trail,) = json.loads(seen("ask", "1042", "--why", "--json").stdout)["trails"]
    _check_sum(trail)
    assert "why" not in json.loads(seen("ask", "1042", "--json").stdout)["trails"][0]


def test_nothing_found_ends_with_3(seen: Seen, postmark: Sandbox) -> None:
    """When Postmark was asked and there is nothing, the command says where it looked and ends with 3."""
    _ask_postmark(seen, postmark)
    ran = seen("ask", "nobody@nowhere.example")
    assert ran.returncode == 3
    assert "nobody@nowhere.example" in ran.stdout


@pytest.mark.parametrize("words", [["hello"], ["?"], [" "], ["the", "invoice"]])
def test_a_question_without_a_subject_ends_with_2(seen: Seen, words: list[str]) -> None:
    """What can't be understood is said with an example that works, and the command ends with 2 or finds nobody."""
    ran = seen("ask", "--offline", *words)
    assert ran.returncode in {2, 3}
    assert "seen ask" in ran.stdout + ran.stderr


def test_nobody_to_ask_and_nothing_known_ends_with_4(seen: Seen) -> None:
    """When Postmark can't be reached and the own store knows nothing, the command says so and ends with 4."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        seen.settings |= {
            "POSTMARK_SERVER_TOKEN": "office-token",
            "POSTMARK_API_URL": f"http://127.0.0.1:{closed.getsockname()[1]}",
        }
        ran = seen("ask", "maria@oakleaf.example")
    assert ran.returncode == 4
    assert "Postmark" in ran.stdout


def test_a_postmark_that_hangs_does_not_hold_the_answer_up(seen: Seen, postmark: Sandbox) -> None:
    """With Postmark hanging for minutes, the answer comes from the own store when the budget is spent."""
    _ask_postmark(seen, postmark)
    seen("ask", "1042")
    seen.settings["ANSWER_BUDGET"] = "1.5"
    with postmark.fault("hang"):
        started = time.monotonic()
        ran = seen("ask", "maria@oakleaf.example", "--json")
        took = time.monotonic() - started
    answer = json.loads(ran.stdout)
    assert answer["postmark"] == "unreachable"
    assert [trail["verdict"] for trail in answer["trails"]] == ["seen"]
    assert took < 60


@pytest.mark.parametrize(
    ("name", "value"), [("TIMEZONE", "Berlin"), ("DATABASE_URL", "mysql://x/y"), ("POSTMARK_API_URL", "nowhere")]
)
def test_an_unusable_setting_ends_with_2(seen: Seen, name: str, value: str) -> None:
    """A setting that can't be used is named in one readable sentence, without a traceback."""
    seen.settings |= {name: value, "POSTMARK_SERVER_TOKEN": "t"}
    ran = seen("ask", "1042")
    assert ran.returncode == 2
    assert ran.stderr.startswith("seen: ")
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_a_demo_either_ends_or_stays(seen: Seen) -> None:
    """--once and --web contradict each other, and the demo says so before it begins."""
    ran = seen("demo", "--once", "--web")
    assert ran.returncode == 2
    assert "choose one" in ran.stderr
    assert not ran.stdout


def test_a_time_without_offset_ends_with_2(seen: Seen) -> None:
    """--at needs an offset, and says so."""
    ran = seen("ask", "1042", "--at", "2026-11-23T10:15:00")
    assert ran.returncode == 2
    assert "offset" in ran.stderr


# ── explain ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_explained_line_by_line(seen: Seen) -> None:
    """Explain --json prints one trail a line from webhook bodies, search rows and tracking records in any order."""
    ran = seen("explain", seen.file(VISIT, DELIVERY, QUOTE, DELIVERY), "--json", "--at", "2026-11-21T00:00:00Z")
    assert ran.returncode == 0, ran.stderr
    (trail,) = [json.loads(line) for line in ran.stdout.splitlines()]
    assert trail["verdict"] == "seen"
    assert trail["delivery"]["state"] == "delivered"


def test_the_sum_behind_each_trail_of_a_file(seen: Seen) -> None:
    """Explain --why shows the sum under every trail, made with what the file teaches of habits, as its verdict is."""
    lines = [{**QUOTE, "MessageID": f"m{number}", "Metadata": {}, "Subject": "Hello"} for number in range(20)]
    told = [{**DELIVERY, "MessageID": f"m{number}"} for number in range(20)]
    file = seen.file(QUOTE, DELIVERY, VISIT, *lines, *told)
    ran = seen("explain", file, "--why", "--json", "--at", "2026-11-21T00:00:00Z")
    trails = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(trails) == 21
    for trail in trails:
        _check_sum(trail)
    shown = seen("explain", file, "--why", "--at", "2026-11-21T00:00:00Z").stdout
    assert shown.count("1 / (1 + e^−sum)") == 21


def _check_sum(trail: dict[str, Any]) -> None:
    why = trail["why"]
    total = sum(line["log_odds"] for line in why["sum"])
    assert total == pytest.approx(why["total"], abs=1e-5)
    assert 1 / (1 + math.exp(-total)) == pytest.approx(trail["probability"], abs=1e-3)


def test_a_file_can_come_through_standard_input(seen: Seen) -> None:
    """Explain - reads standard input and prints sentences."""
    lines = "\n".join(json.dumps(record) for record in (QUOTE, DELIVERY, VISIT))
    ran = seen("explain", "-", "--at", "2026-11-21T00:00:00Z", stdin=lines)
    assert ran.returncode == 0
    assert "Seen. Maria Voss" in ran.stdout


def test_unknown_records_are_counted(seen: Seen) -> None:
    """Records of an unknown type and Postmark's test bodies are reported and don't stop the others."""
    test_body = {**DELIVERY, "MessageID": "00000000-0000-0000-0000-000000000000"}
    ran = seen(
        "explain", seen.file({"RecordType": "Novelty"}, {"RecordType": "Novelty"}, test_body, DELIVERY), "--json"
    )
    assert ran.returncode == 0
    assert "2 of a record type I don't know" in ran.stderr
    assert "1 of Postmark's own test bodies" in ran.stderr
    assert len(ran.stdout.splitlines()) == 1


@pytest.mark.parametrize("line", ["{not json", "[1]", '"text"', '{"type": "portal_visit"}'])
def test_an_unusable_line_ends_with_2(seen: Seen, line: str) -> None:
    """A line that is no record ends the command with 2, its number and the reason."""
    ran = seen("explain", "-", stdin=f"{json.dumps(DELIVERY)}\n{line}\n")
    assert ran.returncode == 2
    assert "line 2" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_file_that_is_not_there_ends_with_2(seen: Seen) -> None:
    """A path that can't be read is named."""
    ran = seen("explain", "nowhere.jsonl")
    assert ran.returncode == 2
    assert "nowhere.jsonl" in ran.stderr


def test_an_empty_file_is_no_fault(seen: Seen) -> None:
    """An empty file has no trail: nothing is printed but a word about it, and the command ends with 0."""
    ran = seen("explain", "-", "--json", stdin="\n")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "No record" in ran.stderr


# ── habits, feedback and calibration ─────────────────────────────────────────────────────────────────────────────────


def test_what_is_known_of_a_recipient(seen: Seen, postmark: Sandbox) -> None:
    """Habits shows, for an address or a domain, what came of its emails and what is expected of the next."""
    _ask_postmark(seen, postmark)
    seen("ask", "1042")
    ran = seen("habits", "Maria Voss <maria@oakleaf.example>")
    assert ran.returncode == 0, ran.stderr
    assert "maria@oakleaf.example: 1 email since" in ran.stdout
    assert "quote" in ran.stdout
    told = json.loads(seen("habits", "@oakleaf.example", "--json").stdout)
    assert (told["who"], told["recipients"], told["emails"]) == ("@oakleaf.example", 1, 1)
    assert told["clicked"] > 0.9
    (kind,) = told["kinds"]
    assert kind["kind"] == "quote"
    assert 0 < kind["expected"]["looks"] < 1


def test_nothing_is_known_of_a_stranger(seen: Seen) -> None:
    """Habits of an address nobody has written to ends with 3, and of what is no address with 2."""
    ran = seen("habits", "nobody@nowhere.example")
    assert ran.returncode == 3
    assert "published averages" in ran.stderr
    assert seen("habits", "1042").returncode == 2


def test_without_marks_calibration_says_how_to_give_them(seen: Seen) -> None:
    """While nobody has said anything, calibration shows how to, and its JSON counts nothing."""
    ran = seen("calibration")
    assert ran.returncode == 0
    assert "seen feedback MESSAGE_ID ADDRESS" in ran.stdout
    told = json.loads(seen("calibration", "--json").stdout)
    assert (told["emails"], told["brier"], told["verdicts"]) == (0, None, [])


def test_feedback_is_kept_changed_and_taken_back(seen: Seen, postmark: Sandbox) -> None:
    """What somebody knows of an email is kept with the verdict, changed by saying otherwise, and taken back by undo."""
    _ask_postmark(seen, postmark)
    (trail,) = json.loads(seen("ask", "1042", "--json").stdout)["trails"]
    said = seen("feedback", trail["message_id"], "Maria@Oakleaf.example", "not-seen")
    assert said.returncode == 0, said.stderr
    assert "Maria Voss has not seen" in said.stdout
    told = json.loads(seen("calibration", "--json").stdout)
    assert [(row["verdict"], row["emails"], row["seen"]) for row in told["verdicts"]] == [("seen", 1, 0)]
    assert told["brier"] == pytest.approx(trail["probability"] ** 2, abs=0.01)
    assert told["rules"][0]["rules"] == trail["rules"]

    mark = json.loads(seen("feedback", trail["message_id"], "maria@oakleaf.example", "seen", "--json").stdout)
    assert (mark["seen"], mark["verdict"]) == (True, "seen")
    told = json.loads(seen("calibration", "--json").stdout)
    assert [(row["emails"], row["seen"]) for row in told["verdicts"]] == [(1, 1)]
    assert "Seen" in seen("calibration").stdout

    assert "Taken back" in seen("feedback", trail["message_id"], "maria@oakleaf.example", "undo").stdout
    assert "You had said nothing" in seen("feedback", trail["message_id"], "maria@oakleaf.example", "undo").stdout
    assert json.loads(seen("calibration", "--json").stdout)["emails"] == 0


def test_feedback_on_an_email_that_only_postmark_knows(seen: Seen, postmark: Sandbox) -> None:
    """An email nobody has asked about yet is looked up at Postmark; one that nobody knows ends the command with 3."""
    _ask_postmark(seen, postmark)
    (message_id,) = postmark.server("office").mails
    assert seen("feedback", message_id, "maria@oakleaf.example", "seen").returncode == 0
    other = seen("feedback", message_id, "tom@reed.example", "seen")
    assert other.returncode == 3
    assert "maria@oakleaf.example" in other.stderr
    unknown = seen("feedback", OF_DEMO, "maria@oakleaf.example", "seen")
    assert unknown.returncode == 3
    assert len(unknown.stderr.splitlines()) == 1


def test_feedback_needs_a_word_it_knows(seen: Seen) -> None:
    """Any other word than seen, not-seen and undo ends the command with 2 and names them."""
    ran = seen("feedback", OF_DEMO, "maria@oakleaf.example", "perhaps")
    assert ran.returncode == 2
    assert "not-seen" in ran.stderr


# ── serve and the others ─────────────────────────────────────────────────────────────────────────────────────────


def test_serve_takes_webhooks_and_stops_when_told(seen: Seen) -> None:
    """Serve says what isn't configured, lets nobody in without credentials, and ends cleanly on SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--port", "0"],
        cwd=seen.folder,
        env=seen.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        told = ""
        while "Listening on" not in told:
            line = process.stderr.readline()
            assert line, told
            told += line
        url = next(word for word in told.split() if word.startswith("http://127.0.0.1"))
        assert "POSTMARK_SERVER_TOKEN" in told
        assert "POSTMARK_WEBHOOK_USER" in told
        assert _status(f"{url}/healthz") == 200
        assert _status(f"{url}/readyz") == 200
        assert _status(f"{url}/webhooks/postmark", data=b"{}") == 401
        assert _status(f"{url}/tracking", data=b"[]") == 401
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in {0, -signal.SIGTERM}


def test_a_port_that_is_taken_ends_with_2(seen: Seen) -> None:
    """Serve on a port that somebody else holds says so and how to choose another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = seen("serve", "--port", str(taken.getsockname()[1]))
    assert ran.returncode == 2
    assert "--port" in ran.stderr


def test_migrate_can_be_run_twice(seen: Seen) -> None:
    """Migrate makes the tables, and doing it again changes nothing."""
    for _ in range(2):
        ran = seen("migrate")
        assert ran.returncode == 0
        assert "up to date" in ran.stdout


def test_doctor_names_what_is_wrong(seen: Seen) -> None:
    """Doctor ends with 1 when there is something to mend, and says what and how."""
    ran = seen("doctor")
    assert ran.returncode == 1
    assert "POSTMARK_SERVER_TOKEN" in ran.stdout


# ── The demo's emails and real ones ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def demo_database(seen: Seen) -> Path:
    """The default database, as a demo leaves it behind."""
    path = seen.folder / "seen.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    ground.take(database, seed=1, addresses=[IDA.key], references=["1042"]).put_in(OF_DEMO)
    quote = Message(message_id=OF_DEMO, sent_at=NOW, references=("1042",), recipients=(IDA,))
    with database.write() as connection:
        messages.save(connection, [quote])
    database.dispose()
    return path


@pytest.mark.usefixtures("demo_database")
def test_answers_about_the_demo_say_so(seen: Seen) -> None:
    """After a demo its emails can be asked about, and each answer says whose they are and nothing of missing tokens."""
    ran = seen("ask", "1042")
    assert ran.returncode == 0, ran.stderr
    assert "These are the demo's emails" in ran.stdout
    assert "POSTMARK_SERVER_TOKEN" not in ran.stdout


@pytest.mark.usefixtures("demo_database")
def test_real_mail_never_comes_among_the_demos(seen: Seen, postmark: Sandbox) -> None:
    """With a real Postmark set up, a demo's database is not used: ask and serve end with 2 and the fix."""
    _ask_postmark(seen, postmark)
    for command in (("ask", "1042"), ("serve", "--port", "0")):
        ran = seen(*command)
        assert ran.returncode == 2
        assert "DATABASE_URL" in ran.stderr
        assert len(ran.stderr.splitlines()) == 1
    assert seen("ask", "1042", "--offline").returncode == 0


@pytest.mark.usefixtures("demo_database")
@pytest.mark.parametrize("credentials", [("POSTMARK_WEBHOOK_USER", "POSTMARK_WEBHOOK_PASSWORD"), ("TRACKING_TOKEN",)])
def test_no_door_leads_into_the_demo(seen: Seen, credentials: tuple[str, ...]) -> None:
    """Serve doesn't start on a demo's database when anybody's webhooks or events would be let in."""
    seen.settings |= dict.fromkeys(credentials, "secret")
    assert seen("serve", "--port", "0").returncode == 2


@pytest.mark.usefixtures("demo_database")
def test_the_doctor_finds_a_demo(seen: Seen) -> None:
    """Doctor names a database that holds the demo's emails as a fault, with the setting to change."""
    ran = seen("doctor")
    assert ran.returncode == 1
    assert "It holds the demo's emails" in ran.stdout
    assert "DATABASE_URL" in ran.stdout


def test_debug_shows_where(seen: Seen) -> None:
    """Only --debug prints a traceback."""
    ran = seen("--debug", "explain", "nowhere.jsonl")
    assert "Traceback" in ran.stderr


def _status(url: str, data: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
