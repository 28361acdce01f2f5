"""Digits and number words that count nothing: dates, years, times, references, telephone numbers, ages…"""

from __future__ import annotations

import re

from joinedup.documents.claims import number_words
from joinedup.documents.claims.phrases import MONTH

_MONTH = rf"{MONTH}\b\.?"
_YEAR = r"(?:19|20)\d\d"
_DASH = r"[-–—/]"
_NTH = r"(?:st|nd|rd|th)?"
_MEASURED = (
    r"(?:minute|hour|day|night|weekend|week|fortnight|month|year|mile|metre|kilometre|km|kg|gram|bed|"
    r"working[ ]day|times|x|m|mm|cm|ml|mph)"
)
_LABELS = (
    r"(?:no|nos|number|item|agenda[ ]item(?:[ ]no)?|section|sections|paragraph|para|page|pages|pp?|table|"
    r"figure|fig|chart|map|appendix|annex|chapter|option|phase|stage|tier|level|grade|quarter|part|ref|reference|"
    r"objective|priority|recommendation|recommendations|step|version|band|article|schedule|group|iom|room|unit|"
    r"indicator|ni|cohort|operation|management|theme|category|schedule|act|regulation|footnote|note|question|"
    r"item[ ]numbers?|ward|zone|junction|size|covid)"
)

_WHAT = (
    # links, addresses of mail, postcodes
    r"(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,255}|\b[A-Z]{1,2}\d[\dA-Z]?[ ]\d[A-Z]{2}\b",
    # dates
    rf"\b\d{{1,2}}{_NTH}(?:[ ]of)?[ ]{_MONTH},?(?:[ ]{_YEAR}\b)?",
    rf"\b{_MONTH}[ ]\d{{1,2}}(?:(?:st|nd|rd|th)\b(?:,?[ ]{_YEAR}\b)?|,?[ ]{_YEAR}\b)",
    rf"\b{_MONTH},?[ ]?(?:{_YEAR}|['’]\d\d)\b(?:{_DASH}(?:{_YEAR}|\d\d)\b)?",
    r"\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}(?:-\d{2})?\b",
    rf"\b{_YEAR}[ ]?{_DASH}[ ]?(?:{_YEAR}|\d\d)\b|['’]\d\ds?\b|\b{_YEAR}s\b",
    # times
    r"\b\d{1,2}(?:[.:]\d\d)?[ ]?(?:a\.?m\b\.?|p\.?m\b\.?|noon\b|o['’]clock\b)",
    r"\b\d{1,2}:\d\d\b|\b\d{4}[ ](?:hrs|hours)\b",
    # telephone numbers, and those that one dials
    r"\+\d{2}[\d ]{8,}|\b0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}\b",
    r"\b(?:101|111|999|112)[ ](?:system|service|number|line|call|calls|hotline|operator)\b",
    r"\b(?:via|dial|dialling|dialled|call|calling|ring|ringing|on)[ ](?:101|111|999|112)\b",
    # references, numbered things, the number before a paragraph
    rf"\b(?i:{_LABELS})\b[.:]?[ ]?\(?[A-Z]?\d+(?:\.\d+)*"
    rf"(?:[ ]?(?:,|;|and|&|to|{_DASH})[ ]?\d+(?:\.\d+)*)*\b(?![,.]?\d)"
    r"(?!\s*(?:%|per[ ]?cent|of\b))",
    r"\b\d+(?:\.\d+){2,}\b|(?<![£\w.,])\d+\.\d+(?=\s*[;:)]|\s+(?:and|is|are)\b)",
    r"^\s*(?:[-–•*·]\s*)?\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)](?:\s|$)",
    # ages
    r"\b(?:aged?|ages)(?:[ ]of)?(?:[ ](?:between|under|over))?[ ]\d{1,3}"
    r"(?:[ ]?(?:to|and|or|,|[-–])[ ]?\d{1,3})*\b",
    r"\b\d{1,3}(?:[ ]?(?:and|&|to|or|[-–])[ ]?\d{1,3})?[ -]years?[ -]olds?\b|\b(?:under|over)[- ]\d{1,2}s\b",
    r"\b(?:under|over)[ ]\d{1,2}(?=[ ]*(?:[(.,;:]|$|and\b|or\b|years?\b))",
    r"\b\d{1,2}[-–]\d{1,2}s?[ ](?:age|year)\b",
    # what lies between things, or is said of each
    rf"(?<![\d£.,])(?:\b\d+(?:\.\d+)?(?:[ ]?(?:to|and|or|[-–])[ ]?\d+)?|\b{number_words.COUNT})"
    rf"[ -]?{_MEASURED}s?\b",
    r"\bper[ ]\d[\d,]*\b",
    r"\b\d[\d,.]*[ ](?:per|for[ ]every|a)[ ](?:head|day|week|month|year|\d[\d,]*|thousand|1,000)\b",
    r"\b\d+(?:\.\d+)?[ ]?(?:%|per[ ]?cent)[ ](?:confidence|CI|interval|limits?|level)\b",
    r"\b\d+(?:\.\d+)?[ ](?:percentage[ ])?points?\b|\b\d+(?:\.\d+)?[ ]?pp\b",
    r"\b(?:first|second|latter|last|other)[ ]half\b|\b24/7\b|\b50[/-]50\b",
    r"\b(?:half|third|quarter|quarters)[ ](?:of[ ])?an?[ ](?:million|billion|dozen|hundred|thousand)\b",
    r"\bhalf[ -](?:way|year|yearly|term|hour)\b",
    r"\b(?:number|no)[ ](?:one|two|three)\b",
    r"\bone\b(?![ -](?:in|out|third|quarter|fifth|sixth|tenth|hundred|half)\b)",
    # a line with nothing but a number: of a page, or of an item
    r"^\s*\d+\s*$",
    # letters and digits in one word, and what stands in a row
    r"\b\d+(?:st|nd|rd|th)s?\b|\b[A-Za-z]+[-–]?\d[\w-]*\b|(?<![£\d.,])\b\d[\d,.]*[A-Za-jl-z]+\b",
)
_NOISE = [re.compile(pattern, re.IGNORECASE) for pattern in _WHAT]
_NOISE[0] = re.compile(_WHAT[0])
_LONE_YEAR = re.compile(rf"(?<![\d£,.+]){_YEAR}\b(?!,\d|\.\d)(?!\s*(?:%|per[ ]?cent))", re.IGNORECASE)
_TELLS_A_YEAR = re.compile(
    r"(?:\b(?:in|since|by|from|of|until|till|during|to|before|after|the|this|that|for|year|years|early|late|mid|"
    r"summer|spring|autumn|winter|and|or|between|with|assessment|census|survey|act|plan|than|christmas|on)|"
    rf"{_YEAR}[ ,]*|[(&,–-]|^)\s*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s+(?:[a-z]+ly\s+)?(?:[a-z-]+s|people|children|women|men)\b|\s+of\s+(?:the|these|those)\b"
)


def blanked(sentence: str) -> str:
    """The sentence with ``~`` in place of whatever counts nothing; every character keeps its place."""
    for pattern in _NOISE:
        sentence = pattern.sub(_blank, sentence)
    return _LONE_YEAR.sub(_blank_year, sentence)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\s().,;:]", "~", match[0])


def _blank_year(match: re.Match[str]) -> str:
    """A number from 1900 to 2099 is a year, unless things are counted with it."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    counts = _COUNTED.match(after) and not _TELLS_A_YEAR.search(before)
    return match[0] if counts else _blank(match)
