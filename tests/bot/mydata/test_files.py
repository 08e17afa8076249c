"""The files of an export, one by one."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from bot.mydata.calendar_file import Agenda, Mock, PlanWeek, Recurring, calendar_file
from bot.mydata.holdings import KEPT, WRITTEN, lines, sentence
from bot.mydata.log_table import BYTE_ORDER_MARK, HEADINGS, log_table
from bot.mydata.record import Record, everything
from bot.mydata.story_files import StoryText, file_name, markdown, page
from storage import mydata
from tests.builders import NOON

HOSTILE = "<!channel> <script>alert(1)</script> “שלום” 🎉"
AGENDA = Agenda(
    person="T1:U1",
    now=datetime(2030, 3, 20, 12, tzinfo=UTC),
    time_zone="Europe/Lisbon",
    title="Six weeks",
    plan_id=7,
    weeks=[
        PlanWeek(1, "Arrays", date(2030, 3, 18), ["Two Sum", "Heaps; and, more"], "Ten problems"),
        PlanWeek(2, "Graphs", date(2030, 3, 25), ["BFS"], "Five problems"),
    ],
    ends_on=date(2030, 4, 5),
    daily=Recurring((1, 3, 5), 8 * 60 + 30),
    weekly=Recurring((5,), 16 * 60),
    interview_on=date(2030, 4, 5),
    mocks=[Mock(11, date(2030, 3, 19), 4)],
)


def entry(**changes: object) -> dict[str, object]:
    return {
        "local_date": date(2030, 3, 4),
        "activity": "coding",
        "task": None,
        "count": 2,
        "minutes": 45,
        "rating": None,
        "logged_at": NOON,
        **changes,
    }


def table(*entries: dict[str, object], titles: dict[str, str] | None = None) -> list[list[str]]:
    return list(csv.reader(io.StringIO(log_table(entries, titles or {})[1:], newline="")))


def story(**changes: object) -> StoryText:
    parts = {"situation": "It was late.", "task": "", "action": "I asked.", "result": "Done.", "figures": ""}
    return replace(StoryText(title="The migration", parts=parts), **changes)  # type: ignore[arg-type]


def events(agenda: Agenda) -> dict[str, list[dict[str, object]]]:
    """Summary to the properties of each event."""
    found: dict[str, list[dict[str, object]]] = {}
    for event in Calendar.from_ical(calendar_file(agenda).decode()).walk("VEVENT"):
        values = {name: getattr(value, "dt", value) for name, value in event.items()}
        found.setdefault(str(event["SUMMARY"]), []).append(values)
    return found


class TestLog:
    def test_has_headings_titles_and_iso_dates_oldest_first(self) -> None:
        rows = table(
            entry(task="two-sum", local_date=date(2030, 3, 5)), entry(), titles={"two-sum": "Two Sum"}
        )

        assert rows[0] == list(HEADINGS)
        assert rows[1] == ["2030-03-04", "coding", "", "", "2", "45", "", "2030-03-04 12:00:00"]
        assert rows[2][:4] == ["2030-03-05", "coding", "two-sum", "Two Sum"]

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
    def test_makes_no_formula_of_what_was_typed(self, sign: str) -> None:
        [_, row] = table(entry(task=f"{sign}HYPERLINK(0)"))

        assert row[2] == f"'{sign}HYPERLINK(0)"

    def test_is_rfc_4180_in_utf_8_that_a_spreadsheet_recognises(self) -> None:
        written = log_table([entry(task='a "b", c\nd 🎉')], {})

        assert written.startswith(BYTE_ORDER_MARK)
        assert written.endswith("\r\n")
        assert '"a ""b"", c\nd 🎉"' in written
        assert table(entry(task='a "b", c\nd 🎉'))[1][2] == 'a "b", c\nd 🎉'


class TestStories:
    def test_are_markdown_with_what_was_typed_and_no_more(self) -> None:
        text = markdown(
            story(title="Two\nlines", principles=["Ownership"], scope="L6", rehearsals=2, is_archived=True)
        )

        assert text.startswith("# Two lines\n\n- Principles: Ownership\n- Scope: L6\n- Told aloud: 2 times\n")
        assert "## Situation\n\nIt was late." in text
        assert "## Task" not in text
        assert "- Archived" in text

    def test_begin_no_heading_and_no_html_of_their_own(self) -> None:
        parts = {"situation": "# Not a heading\n<b>x</b>"}

        text = markdown(story(title="# Hm", parts=parts))

        assert "# \\# Hm" in text
        assert "\n\\# Not a heading\n\\<b>x\\</b>" in text

    def test_on_the_page_stay_text_and_read_in_their_own_direction(self) -> None:
        shown = page([story(title=HOSTILE, parts={"situation": HOSTILE})])

        assert "<script" not in shown
        assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
        assert '<p dir="auto">' in shown
        assert "default-src 'none'" in shown
        assert "http" not in shown.replace("http-equiv", "")

    def test_make_a_page_also_when_there_are_none(self) -> None:
        assert "0 stories" in page([])

    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("Moved the billing", "07-moved-the-billing.md"),
            ("../../etc/passwd", "07-etc-passwd.md"),
            ("C:\\con:aux|*?", "07-c-con-aux.md"),
            ("قصة النقل", "07-قصة-النقل.md"),
            ("🎉\u202e", "07-story.md"),
            ("x" * 300, f"07-{'x' * 60}.md"),
        ],
    )
    def test_have_names_that_are_safe_in_every_folder(self, title: str, name: str) -> None:
        assert file_name(7, title) == name


class TestCalendar:
    def test_has_the_weeks_as_whole_days(self) -> None:
        [week] = events(AGENDA)["Week 1 of 2: Arrays"]

        assert (week["DTSTART"], week["DTEND"]) == (date(2030, 3, 18), date(2030, 3, 25))
        assert "Two Sum\n- Heaps; and, more" in str(week["DESCRIPTION"])
        assert "Milestone: Ten problems" in str(week["DESCRIPTION"])

    def test_has_what_recurs_on_the_persons_wall_until_the_plan_ends(self) -> None:
        [daily] = events(AGENDA)["Daily minimums"]
        [weekly] = events(AGENDA)["Weekly check-in"]

        assert str(daily["DTSTART"]) == "2030-03-20 08:30:00+00:00"
        assert str(daily["DTEND"]) == "2030-03-20 09:45:00+00:00"
        assert daily["RRULE"]["BYDAY"] == ["MO", "WE", "FR"]  # type: ignore[index]
        assert str(daily["RRULE"]["UNTIL"][0]) == "2030-04-05 22:59:59+00:00"  # type: ignore[index]
        assert str(weekly["DTSTART"]) == "2030-03-22 16:00:00+00:00"

    def test_knows_the_rules_of_the_zone(self) -> None:
        """Lisbon's summer begins on 31 March 2030: the wall time stays."""
        written = calendar_file(AGENDA).decode()

        assert "DTSTART;TZID=Europe/Lisbon:20300320T083000" in written
        assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Lisbon" in written
        assert "BEGIN:DAYLIGHT" in written

    def test_has_the_interview_and_the_mocks(self) -> None:
        found = events(AGENDA)

        assert found["Interview"][0]["DTSTART"] == date(2030, 4, 5)
        assert found["Mock interview, rated 4 of 5"][0]["DTSTART"] == date(2030, 3, 19)

    def test_keeps_its_uids_and_shares_none_with_another_person(self) -> None:
        def uids(agenda: Agenda) -> set[str]:
            return {str(one["UID"]) for same in events(agenda).values() for one in same}

        later = replace(AGENDA, now=datetime(2030, 3, 27, 12, tzinfo=UTC))

        assert len(uids(AGENDA)) == 6
        assert uids(later) == uids(AGENDA)
        assert not uids(replace(AGENDA, person="T1:U2")) & uids(AGENDA)

    def test_of_somebody_without_a_plan_is_a_calendar_all_the_same(self) -> None:
        empty = Agenda(person="T1:U1", now=NOON, time_zone="Pacific/Apia", daily=Recurring((1,), 540))

        assert events(empty) == {}

    def test_begins_nothing_after_the_plan(self) -> None:
        over = replace(AGENDA, now=datetime(2030, 5, 1, 12, tzinfo=UTC))

        assert "Daily minimums" not in events(over)


class TestEverything:
    def test_is_json_with_readable_names_titles_and_iso_dates(self) -> None:
        record = Record(
            exported_at=NOON,
            rows={
                "log_entry": [{"task": "two-sum", "local_date": date(2030, 3, 4), "logged_at": NOON}],
                "review_card": [{"item": "concept:sharding"}],
                "group_member": [{"group_id": 3}],
            },
            elsewhere={WRITTEN: [{"text": HOSTILE}]},
            titles={"two-sum": "Two Sum", "sharding": "Sharding", "unused": "Unused"},
            groups={3: "prep"},
        )

        read = json.loads(everything(record))

        assert read["log"] == [
            {"task": "two-sum", "local_date": "2030-03-04", "logged_at": "2030-03-04T12:00:00Z"}
        ]
        assert read["titles"] == {"sharding": "Sharding", "two-sum": "Two Sum"}
        assert read["study_groups"] == [{"group_id": 3, "group_name": "prep"}]
        assert read["comments_written"] == [{"text": HOSTILE}]
        assert read["about"]["schema"] == 1
        assert read["about"]["kinds"]["log"] == "Practice you did."


class TestHoldings:
    def test_have_words_for_every_table(self) -> None:
        assert set(mydata.owned_tables()) | {WRITTEN} == set(KEPT)

    def test_are_counted_without_the_person(self) -> None:
        counts = {"log_entry": 1095, "learner": 1, "attempt": 1, "new_table": 2}

        assert lines(counts) == ["1 assessment", "1,095 log entries", "2 rows of new table"]
        assert sentence(lines(counts)) == "1 assessment, 1,095 log entries and 2 rows of new table"
        assert sentence([]) == "nothing"
