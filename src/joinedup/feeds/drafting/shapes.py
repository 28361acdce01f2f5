"""Shapes of values: what a column holds, told from how its cells are written. RE2 patterns of whole cells.

Sources: postcodes by the UK government's published form; NHS numbers are ten digits; PNC, CRO and prison
numbers as forces and prisons write them; national insurance numbers by HMRC's form; grid references by
Ordnance Survey's.
"""

from __future__ import annotations

from joinedup.records.tokens import CELL
from joinedup.records.tokens import SCHEME as TOKENS

POSTCODE = r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}"
SHAPES = {
    TOKENS: CELL,
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "postcode": POSTCODE,
    "address": rf"(?:.*[^A-Za-z0-9])?{POSTCODE}|[0-9]+[A-Za-z]? [A-Z][A-Za-z' ]+(?:, .*)?",
    "nino": r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
    "pnc": r"(?:[0-9]{2}|[0-9]{4})/[0-9]{1,7}[A-Z]",
    "cro": r"[0-9]{1,6}/[0-9]{2}[A-Z]?",
    "prison": r"[A-Z][0-9]{4}[A-Z]{2}",
    "nhs": r"[0-9]{3}[ -][0-9]{3}[ -][0-9]{4}",
    "phone": r"(?:\+44 ?|0)(?:[0-9][ -]?){9,10}",
    "grid_reference": r"[A-Z]{2} ?[0-9]{2,5} ?[0-9]{2,5}",
    "area_code": r"[EWSNK][0-9]{8}",
    "integer": r"[+-]?[0-9]{1,15}",
    "number": r"[+-]?(?:[0-9]{1,15}\.[0-9]*|\.[0-9]+|[0-9]{1,15})(?:[eE][+-]?[0-9]{1,2})?",
    "leading_zero": r"0[0-9]+",
    "month": r"[0-9]{4}-(?:0[1-9]|1[0-2])",
    "instant": (
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
        r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
    ),
    "clock": r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?",
    "dated": r"[0-9]{1,4}[-/. ](?:[0-9]{1,2}|[A-Za-z]{3,9})[-/. ][0-9]{2,4}(?:[T ].*)?",
}
PERSONAL_SHAPES = (TOKENS, "email", "postcode", "nino", "pnc", "cro", "prison", "nhs", "phone", "address")

# Given names that are common in England and Wales over the last hundred years, for telling a column of people
# from one of categories. A column is judged by how many of its values have one, so the list need not be long.
_GIVEN_NAMES = """
aaron abigail adam adrian ahmed aisha alan albert alex alexander alice alison amanda amelia amy
andrea andrew angela ann anna anne anthony arthur ashley barbara barry ben benjamin bernard beth
brenda brian bruce callum cameron carl carol caroline catherine charles charlie charlotte chloe
chris christine christopher claire clare colin connor craig daisy daniel darren dave david dawn dean
deborah debra denise dennis derek diane donald donna doreen doris dorothy douglas dylan edith edward
eileen elaine elizabeth ella ellie elsie emily emma eric ethan evelyn fatima fiona florence frances
francis frank fred freya gail gareth gary gavin gemma geoffrey george georgia gerald gillian glenn
gordon grace graham hannah harold harry hayley hazel heather helen henry holly howard hugh ian imran
irene isaac isabella jack jackie jacob jacqueline jake james jamie jane janet janice jason jay jean
jeffrey jennifer jessica jill joan joanne joe john jonathan jordan joseph josh joshua joyce judith
julia julian julie june karen karl kate katherine kathleen kayleigh keith kelly kenneth kerry kevin
kim kirsty kyle laura lauren lee leonard lesley leslie lewis liam lily linda lisa logan louis louise
lucas lucy luke lynn malcolm margaret maria marie marion mark martin mary mason matthew maureen max
megan mia michael michelle mike mohamed mohammad mohammed molly muhammad natalie natasha nathan neil
nicholas nicola nigel noah norman oliver olivia oscar owen pamela patricia patrick paul pauline
peter philip phillip phoebe poppy rachel ralph raymond rebecca richard rita robert robin roger
ronald rose roy ruby russell ruth ryan sally sam samantha samuel sandra sara sarah scott sean sharon
shaun sheila shirley simon sophia sophie stacey stanley stella stephanie stephen steve steven
stewart stuart susan suzanne sylvia terence teresa terry thomas tim timothy tina toby tom tony
tracey tracy trevor tyler valerie vera veronica victor victoria vincent wayne wendy william yasmin
yvonne zac zara zoe
"""
GIVEN_NAMES = frozenset(_GIVEN_NAMES.split())
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "mx", "rev", "pc", "sgt", "cllr"})

# Words by which owners say that something is not known, or that a person would not say.
UNKNOWN_WORDS = frozenset(
    {
        "unknown",
        "not known",
        "n/k",
        "nk",
        "not stated",
        "not recorded",
        "not specified",
        "unspecified",
        "unk",
        "?",
        "n/a",
        "not available",
        "not provided",
        "missing",
        "no data",
    }
)
REFUSED_WORDS = frozenset(
    {"refused", "declined", "declined to say", "prefer not to say", "refused to say", "not disclosed"}
)
TRUE_WORDS = frozenset({"y", "yes", "true", "t"})
FALSE_WORDS = frozenset({"n", "no", "false", "f"})
TOTAL_WORDS = frozenset(
    {"total", "totals", "grand total", "sub total", "subtotal", "sub-total", "overall total"}
)
# How lines below a table begin; only these words are ever written into a draft.
FOOTER_WORDS = (
    "source",
    "end of",
    "total",
    "totals",
    "grand total",
    "report",
    "rows",
    "records",
    "printed",
    "generated",
    "produced",
    "exported",
    "extracted",
    "note",
    "notes",
    "official",
    "restricted",
    "count",
    "page",
)
