"""Short excerpts of published papers of two community safety partnerships, word for word.

What stands around the numbers matters to the checker, so whole sentences are kept, right and wrong ones.
"""

from __future__ import annotations

MINUTES_OF_A_PANEL = """\
In the current quarter, 32.5% of offenders in Middlesbrough had re-offended at some point within two \
years. There were approximately 3510 people included in the Local Authority area and 1138 had \
re-offended. However, 800 of those were working with Probation, 600 with the Drugs Team and 1200 with \
the Young Offender Team, and the numbers could not be reconciled

However it was highlighted that there were now only two analysts in the team who were required to \
support the data requirements for Drug and Alcohol Treatment Services.

There were fifteen areas in the assessment which included training, education, relationships, emotional \
wellbeing, drug and or alcohol misuse.
"""
"""Middlesbrough Council, Community Safety and Leisure Scrutiny Panel, minutes of 30 October 2013."""

MINUTES_OF_A_PARTNERSHIP = """\
A meeting of Safer Stockton Partnership was held on Tuesday, 27th March, 2012.

(a)  The total number of calls received to the ASB Hotline reporting incidents of ASB from 1st April \
2011 – 29th February 2012  = 4432

Of the 4432 calls received reporting incidents of ASB from members of the public 379 individuals had \
been highlighted as making 3 calls or more to the Hotline.   This accounts for 2208 of the calls made or \
38.1%

Of the 379 individuals identified 215 callers have been identified and highlighted at Multi Agency JAG \
meetings held each month in each of the 4 Police districts for further actions from Partner \
Agencies.  This related to 1632 calls or 28.2%

The criterion for the JAG meetings was 3 calls or more within the JAG period which usually covered a 2 \
month period.

Members were provided with a report that set out the recorded crime figures for April - February 2011/12 \
compared to the same period in 2010/11. A comparison of anti social behaviour incidents was not possible \
this financial year due to a change in recording practices as of 01/04/11.

It was reported that there had been an increase in crime, approximately 90 more crimes this month in \
comparison to last year's monthly figure.  However, it was anticipated that the target of 5% reduction \
in anti social behaviour would be met.

The report suggested a system of population-based contributions, with a maximum of £5,000.  If Durham, \
as the largest authority in the region, were to pay £5,000 then the Stockton share would be \
approximately £1,800.  However, the total yield, if all twelve localities contributed on this basis, \
would be only about £20,000.

In terms of current operational delivery the introduction of a larger cohort, potentially of the order \
of about 250 offenders, would not impact on what was currently delivered.

Members were provided with the 5,222 responses to the Tackling Crime and Disorder Audit consultation \
that was carried out during the summer of 2010, only a third of respondents (1,719) indicated that they \
had read the magazine. Of these, 38% said they felt safer after reading the magazine (652 respondents), \
55% said they felt no difference (952 respondents) and only 4% felt less safe (59 respondents). The \
report provided the full detail to Members.

To date a total of £8,644 has been secured from the following:

- £2,000 contribution from Stockton on Tees PCT
- £2,000 contribution from Cleveland Police
- £2,000 contribution from Durham/Tees Valley Probation Trust
- £2,000 contribution from SBC Community Safety
- £644.00 contribution from 2012/13 SSCF allocation

AGREED that the information be noted.
"""
"""Safer Stockton Partnership (Stockton-on-Tees Borough Council), minutes of 27 March 2012."""

MINUTES_OF_A_COMMITTEE = """\
The Council also received Safer Streets Funding totalling £400,000 to reduce acquisitive crime. The \
funding covered the installation of 12 new static CCTV cameras and 20 new lighting columns both of which \
helped to reduce acquisitive crime.

An internal audit was undertaken with most recent review published in July 2020 with the next one due in \
March 2021.

The CSP also produced the motorbike strategy in conjunction with the Police which led to the creation of \
59 signs in key areas.

A Member commented that part of the process to collect intelligence through AIM was a reliance on the \
101 system.
"""
"""Middlesbrough Council, an agenda item on the Community Safety Partnership, about 2021."""

RECOMMENDATIONS = """\
Agenda Item No: 10 Safer Stockton Partnership 23 March 2009

## Recommendations from the Partnership Strategic Assessment

- 1. Members will recall that the third Partnership Strategic Assessment was presented to the Safer \
Stockton Partnership at our last meeting on 9<sup>th</sup> February 2010. The attached report provides \
details of recommendations from this report.
- 2. In some instances the recommendations are around data quality; 3.21; 3.23; are for the Police, 3.24 \
is for the Acute Trust; 3.25 is for the Council.

Community Safety Analyst 15<sup>th</sup> March 2010
"""
"""Safer Stockton Partnership, recommendations from the strategic assessment, dated 23 March 2009."""

STRATEGIC_ASSESSMENT = """\
## **The Partnership Strategic Assessment 2012**

Attached is a copy of the fifth Partnership Strategic Assessment. The assessment has been prepared by \
the Community Safety team in conjunction with the Police analysts.

Following initial concerns about the increasing number of 18 and 19 year olds in treatment some \
additional analysis has been carried out.

The sixth annual Partnership Strategic Assessment has been jointly produced by analytical staff of the \
Local Authority and Cleveland Police. The assessment centres on six key thematic chapters and looks at a \
12-month strategic period of 01/10/11 – 30/09/12.

Performance management for Stockton shows that total crime has increased by 4% (+415 offences) compared \
to the same strategic period last year. However, it can be noted that from April 2012 crime has been \
following a decreasing trend and crime has reduced by 7.2% and we have seen some good reductions for \
serious violence.

Drug offences have reduced slightly (-1%) and drugs litter has also reduced.

Offences of violence have increased by 11.7%, with violence accounting for 19% of total crime; DV \
offences have increased by 5.3%. Racially or religiously aggravated crime causing intentional alarm or \
distress has seen a significant increase from 7 to 25 in this assessment period which is an increase of \
257%.

The top five wards for crime have remained the same but Parkfield and Oxbridge has risen from 5th worst \
to 2nd. These top five are also the top five for deprivation, and Stockton Town Centre is now the 17th \
most deprived ward in England, falling from 25th previously.
"""
"""Safer Stockton Partnership, report on the Partnership Strategic Assessment 2012."""

ALL = (
    MINUTES_OF_A_PANEL,
    MINUTES_OF_A_PARTNERSHIP,
    MINUTES_OF_A_COMMITTEE,
    RECOMMENDATIONS,
    STRATEGIC_ASSESSMENT,
)
