"""What only people can say: paragraphs (c) to (g), each with what the data offers beside it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from joinedup.documents.answers import SLOTS, as_markdown, questions
from joinedup.documents.chapters.crime import ASB, CRIME, type_name, types_of
from joinedup.documents.chapters.place import WardRanks
from joinedup.documents.citing import Name, Plain, Sentence, escape, joined, paragraph, say
from joinedup.documents.drafting import Draft
from joinedup.documents.wording import Verdict
from joinedup.terms import Form


def write(draft: Draft) -> str:
    """The chapter: a heading for each question, prompts from the data, then the answer or a ruled box."""
    text = f"# {_('Questions for people')}\n\n"
    text += paragraph(
        say(
            _(
                "Figures cannot say why something changed, what matters most or what residents want. "
                "{rule} asks "
                "for these as well. They stand here as open questions until somebody answers them."
            ),
            rule=Plain("Regulation 7(1)", "law"),
        )
    )
    asked = questions()
    for slot in SLOTS:
        text += f"## ({slot}) {escape(asked[slot])}\n\n" + _slot(draft, slot)
    return text


def _slot(draft: Draft, slot: str) -> str:
    parts = _prompts(draft, slot) + _answer(draft, slot)
    return parts if slot in draft.answers.given else f":::::ask\n\n{parts}:::::\n\n"


def _answer(draft: Draft, slot: str) -> str:
    answer = draft.answers.given.get(slot)
    if answer is None:
        where = f"answers/{draft.answers.path.name}"
        return (
            ":::open-question\n\n"
            f"**{_('Not yet answered')}**\n\n"
            ":::ruled\n:::\n\n"
            + paragraph(say(_("Write the answer in the file {file}, under [{slot}], or ask your analyst."),
                            file=Name(where), slot=Name(slot)))
            + ":::\n\n"
        )  # fmt: skip
    by = ", ".join(part for part in (answer.by, answer.date) if part)
    signed = f"[{escape(by)}]{{.plain kind=signature}}\n\n" if by else ""
    return f"::::answer\n\n{as_markdown(answer.text)}{signed}::::\n\n"


def _prompts(draft: Draft, slot: str) -> str:
    prompts = {"c": _why, "d": _matters, "e": _residents, "f": _plan, "g": _county}[slot](draft)
    if not prompts:
        return ""
    return paragraph(say(_("To think about:"))) + "".join(f"- {prompt}\n" for prompt in prompts) + "\n"


def _clear_types(draft: Draft, wanted: Verdict) -> list[Name]:
    asked = draft.scope.ask(CRIME, Form.CHANGE, by=("type",))
    return [type_name(asked, fact) for fact in types_of(draft) if fact.verdict is wanted]


def _why(draft: Draft) -> list[Sentence]:
    prompts = []
    higher, lower = _clear_types(draft, Verdict.HIGHER), _clear_types(draft, Verdict.LOWER)
    if higher:
        prompts.append(
            say(
                _("What lies behind the rise in {types}: more harm, more reporting, or other recording?"),
                types=joined(higher, _("and")),
            )
        )
    if lower:
        prompts.append(
            say(
                _("What lies behind the fall in {types}: less harm, less reporting, or other recording?"),
                types=joined(lower, _("and")),
            )
        )
    prompts.append(
        say(_("Which operations, projects or closures began or ended in these two years, and where?"))
    )
    return prompts


def _matters(draft: Draft) -> list[Sentence]:
    wards = [WardRanks(draft, measure) for measure in (CRIME, ASB)]
    leading = [{fact.row.area_name for fact in found.facts[:5]} for found in wards]
    both = sorted(leading[0] & leading[1])
    prompts = []
    if both:
        prompts.append(
            say(
                _("{wards} are among the first five wards for both crime and anti-social behaviour."),
                wards=joined([Name(name) for name in both], _("and")),
            )
        )
    higher = _clear_types(draft, Verdict.HIGHER)
    if higher:
        prompts.append(say(_("Clearly higher: {types}."), types=joined(higher, _("and"))))
    prompts.append(
        say(_("A type with few records can matter more than one with many: weigh harm, not number alone."))
    )
    return prompts  # fmt: skip


def _residents(draft: Draft) -> list[Sentence]:
    return [
        say(_("What have surveys, public meetings, councillors and neighbourhood teams heard this year?")),
        say(_("No feed of residents' views is delivered to joinedup yet.")),
    ]


def _plan(draft: Draft) -> list[Sentence]:
    return [
        say(_("Take each priority of last year's plan: what was promised, what was done, what came of it?")),
        say(_("Which actions were not done, and why?")),
    ]


def _county(draft: Draft) -> list[Sentence]:
    return [
        say(
            _("Which problems cross the boundary of the district or need a service that is run for several?")
        ),
        say(_("Where there is no county strategy group, say so.")),
    ]
