"""The summary, and what the assessment is and how it answers regulation 7."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.documents.answers import SLOTS, questions
from joinedup.documents.chapters.districts import CRIME
from joinedup.documents.citing import Marked, Name, Plain, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft
from joinedup.documents.residents import base_sentence
from joinedup.documents.tables import Column, table
from joinedup.terms import Period


def summary(draft: Draft) -> str:
    """The key findings, as the chapters stated them, and how much is still open."""
    findings = "".join(f"- {finding}\n" for finding in draft.findings)
    return (
        f"# {_('Summary')} {{.new-page}}\n\n"
        + paragraph(
            say(
                _("{area}, {period}, set against {before}."),
                area=draft.here,
                period=draft.period,
                before=draft.before,
            )
        )
        + _recorded(draft)
        + f":::findings\n\n{findings}\n:::\n\n"
        + _cautions(draft)
        + _still_open(draft)
    )


def _cautions(draft: Draft) -> str:
    """What to bear in mind with the findings, as the chapters stated it."""
    if not draft.cautions:
        return ""
    return ":::caution\n\n" + paragraph(*draft.cautions) + ":::\n\n"


def _recorded(draft: Draft) -> str:
    """A warning where the records do not hold the whole of the period."""
    recorded, period = draft.scope.recorded, draft.scope.period
    if recorded is not None and recorded.start <= period.start and period.end <= recorded.end:
        return ""
    held = Period(max(recorded.start, period.start), min(recorded.end, period.end)) if recorded else period
    return paragraph(
        say(
            _(
                "**The records do not hold the whole of this period.** Every count and rate below is of "
                "{held} "
                "only."
            ),
            held=Plain(held.words, "period"),
        )
    )


def _still_open(draft: Draft) -> str:
    left, every = len(draft.answers.open_slots), len(SLOTS)
    words: dict[str, Marked] = {
        "left": Plain(str(left), "questions"),
        "all": Plain(str(every), "questions"),
        "rule": Plain("regulation 7(1)", "law"),
    }
    if left == 0:
        return paragraph(
            say(_("All {all} questions of {rule} that need people have an answer."), all=words["all"],
                rule=words["rule"])
        )  # fmt: skip
    if left == every:
        said = say(
            _(
                "**This assessment is not complete.** None of the {all} questions of {rule} that "
                "only people can "
                "answer is answered yet."
            ),
            all=words["all"],
            rule=words["rule"],
        )
    else:
        said = say(
            ngettext(
                "**This assessment is not complete.** {left} of the {all} questions of {rule} that "
                "only people can "
                "answer is not answered yet.",
                "**This assessment is not complete.** {left} of the {all} questions of {rule} that "
                "only people can "
                "answer are not answered yet.",
                left,
            ),
            **words,
        )
    return paragraph(said)


def about(draft: Draft) -> str:
    """What the assessment covers, how to read it, and where each statutory paragraph is answered."""
    return (
        f"# {_('About this assessment')}\n\n"
        + paragraph(
            say(
                _(
                    "{law} asks the strategy group of a community safety partnership for a strategic "
                    "assessment. This one "
                    "covers "
                    "{area} in "
                    "{period} and compares it with {before}. It rests on what was delivered to joinedup "
                    "and known on "
                    "the date on the cover."
                ),
                law=Plain("Regulation 7 of SI 2007/1830", "law"),
                area=draft.here,
                period=draft.period,
                before=draft.before,
            )
        )
        + _statute(draft)
        + f"## {_('How to read it')}\n\n"
        + _reading(draft)
    )


def _statute(draft: Draft) -> str:
    asked = questions()
    rows: list[list[Marked | None]] = [
        [
            phrase("(a)"),
            phrase(_("The levels and patterns of crime, disorder and substance misuse")),
            phrase(
                _(
                    "Made from figures; substance misuse only as drug offences, which follow police "
                    "activity more "
                    "than drug use"
                )
            ),
        ],
        [
            phrase("(b)"),
            phrase(_("The changes since the previous assessment")),
            phrase(
                _(
                    "Partly: compares with the twelve months before. If your last assessment covered "
                    "other months, "
                    "say what changed since it."
                )
            ),
        ],
    ]
    for slot in SLOTS:
        answered = slot in draft.answers.given
        state = phrase(_("Answered")) if answered else phrase(_("**Not yet answered**"))
        rows.append([phrase(f"({slot})"), phrase(asked[slot]), state])
    columns = [
        Column(_("Paragraph"), 10),
        Column(_("What the regulation asks"), 46),
        Column(_("Where it stands"), 34),
    ]
    return table(_("What the regulation asks, and where it stands"), columns, rows) + paragraph(
        say(
            _("Re-offending and serious violence ({section}) are not covered by this data."),
            section=Plain("section 6(1)(c) and (d) of the Crime and Disorder Act 1998", "law"),
        )
    )


def _reading(draft: Draft) -> str:
    based = base_sentence(draft, CRIME, referenced=False)
    points = [
        say(
            _(
                "**Every number has its workings.** A mark such as {mark} after a sentence leads to the "
                "appendix, "
                "which says what was counted, from which deliveries, and the command that counts it again."
            ),
            mark=Plain("F12", "example"),
        ),
        say(
            _(
                "**A {level} interval** is the range of values that fit the count if crimes came by chance "
                "at a steady "
                "rate. A change is called clear only when the whole range is on one side of no change."
            ),
            level=INTERVAL,
        ),
        say(
            _(
                "**Crimes come in series**, such as one person's sprees, so the true uncertainty is "
                "wider than the "
                "intervals show."
            )
        ),
        *([say(_("**Whose rate.** {based}"), based=based)] if based else []),
        say(
            _(
                "**Small numbers** are given as they are, such as “{example}”, and not as a percentage; "
                "they are "
                "never put in an order."
            ),
            example=Plain("7 to 25", "example"),
        ),
        say(
            _(
                "**Recorded is not the same as happened.** What people report and what the police record "
                "both "
                "change, and the figures change with them."
            )
        ),
    ]
    return "".join(f"- {point}\n" for point in points) + "\n"


__all__ = ["Name", "about", "summary"]
