"""What generated job adverts say, kind by kind, with the facts that they state, amid what real ones say beside: the employer's history,
benefits with figures of their own, words on equal opportunity.

Facts are those of `kinds`; preferredTool is a tool that is welcome and not required (and one of requiresTool too).
"""

from __future__ import annotations

import random
from dataclasses import replace

from tests.benchmarks.kinds import Drawn, Facts, Kind, Section, Words, a, german, named, pay

_ABOUT = ("Founded in {since}, we employ more than {people:,} people at {sites} sites.", "We have served over {people:,} customers since {since}.",
          "Our {area} platform handles {sites} million transactions a day.")
_BENEFITS = ("Medical, dental and vision insurance from day one", "401(k) with a {sites}% match", "{sites} days of paid time off and 11 holidays",
             "Tuition reimbursement", "Hybrid schedule with {few} days a week in the office", "12 weeks of parental leave")
_LEGAL = ("We are an equal opportunity employer and welcome all applicants without regard to race, religion, sex, age, disability or veteran status.",
          "Applicants must be authorized to work in the country without sponsorship.", "Reasonable accommodations are made on request.")
_LEVELS = ("", "", "Senior ", "Lead ")
_INDIAN = ("Bengaluru", "Mumbai", "Pune", "Hyderabad", "Chennai", "Gurugram")


def _beside(drawn: Drawn, choose: random.Random) -> dict[str, object]:
    """Figures that say nothing about the role."""
    return {"since": choose.randint(1921, 2016), "people": choose.randint(3, 90) * 100, "sites": choose.randint(3, 20), "few": choose.randint(2, 3), "area": drawn.area}


def advert(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """An advert of the United States with what is required, what is preferred, and pay for its city."""
    beside, city = _beside(drawn, choose), choose.choice(words.cities)
    required, preferred = drawn.tools[:-1], drawn.tools[-1]
    need = (f"{drawn.years}+ years of {choose.choice(('professional', 'relevant', 'hands-on'))} experience with {required[0]}",
            *(choose.choice(("Proficiency in {}", "Hands-on experience with {}", "Working knowledge of {}")).format(t) for t in required[1:]),
            *(choose.choice(("Strong background in {}", "Demonstrated experience in {}")).format(s) for s in drawn.skills),
            choose.choice(("Bachelor's degree in {} or equivalent experience", "BS in {} or a related field")).format(drawn.field))
    welcome = (choose.choice(("Experience with {} is a plus", "Familiarity with {} preferred", "Exposure to {} is nice to have")).format(preferred),)
    offered = choose.choice(("The base salary range for this position in {city} is ${low:,} - ${high:,} per year.",
                             "Pay range in {city}: ${low:,} to ${high:,} annually.",
                             "In {city}, the expected base pay is ${low:,}–${high:,} a year, depending on experience."))
    benefits = tuple(line.format(**beside) for line in choose.sample(_BENEFITS, 4))
    title = choose.choice(_LEVELS) + drawn.role
    facts = [("role", title), *(("requiresTool", t) for t in drawn.tools), *(("requiresSkill", s) for s in drawn.skills), ("preferredTool", preferred),
             ("minYears", str(drawn.years)), ("yearsIn", f"{drawn.years} {required[0]}"), ("degree", "Bachelor"), ("field", drawn.field),
             pay("USD", drawn.low, drawn.high, city)]
    return title, (
        Section("About Us", sentences=(choose.choice(_ABOUT).format(**beside),)), Section("What You'll Do", drawn.duties),
        Section(choose.choice(("Minimum Qualifications", "Basic Qualifications", "What You Bring")), need),
        Section(choose.choice(("Preferred Qualifications", "Nice to Have")), welcome),
        Section("Compensation", sentences=(offered.format(city=city, low=drawn.low, high=drawn.high),)),
        Section("Benefits", benefits), Section("Equal Opportunity", sentences=tuple(choose.sample(_LEGAL, 2)))), facts


def hourly(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """A short advert in sentences, with pay by the hour."""
    beside, low = _beside(drawn, choose), choose.randint(32, 160) / 2
    high = low + choose.randint(4, 20) / 2
    first, second = drawn.tools[:2]
    intro = (f"We are looking for {a(drawn.role)} to join our {drawn.area} team.", choose.choice(_ABOUT).format(**beside),
             f"You have at least {drawn.years} years of experience.", f"You know {first} and {second} well.",
             f"We also ask for {drawn.skills[0]} and {drawn.skills[1]}.")
    offer = (f"Pay is ${low:.2f} to ${high:.2f} per hour.", choose.choice(_BENEFITS).format(**beside) + ".", choose.choice(_LEGAL))
    tools, skills = named(replace(drawn, duties=drawn.duties[:3]), intro)
    facts = [("role", drawn.role), *(("requiresTool", t) for t in tools), *(("requiresSkill", s) for s in skills), ("minYears", str(drawn.years)),
             ("pay", f"USD hour {low:g} {high:g}")]
    return drawn.role, (Section("The Job", sentences=intro), Section("Responsibilities", drawn.duties[:3]), Section("What We Offer", sentences=offer)), facts


def indian_advert(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """An advert of an Indian job board: fields with their names, pay in lakh a year."""
    city, low, more = choose.choice(_INDIAN), choose.randint(4, 18), choose.randint(2, 5)
    high = low + choose.randint(3, 14)
    head = (f"Location: {city}", f"Experience: {drawn.years} - {drawn.years + more} years", f"Salary: ₹{low} - {high} LPA", f"Openings: {choose.randint(2, 9)}")
    need = (*(f"Hands-on experience in {t}" for t in drawn.tools), *(f"Good knowledge of {s}" for s in drawn.skills), f"Bachelor's degree in {drawn.field}")
    facts = [("role", drawn.role), *(("requiresTool", t) for t in drawn.tools), *(("requiresSkill", s) for s in drawn.skills), ("minYears", str(drawn.years)),
             ("degree", "Bachelor"), ("field", drawn.field), pay("INR", low * 100_000, high * 100_000, city)]
    return f"{drawn.role} - {city}", (Section("Job Details", head), Section("Roles and Responsibilities", drawn.duties), Section("Desired Candidate Profile", need)), facts


ADVERTS: tuple[Kind, ...] = (advert, hourly, german, indian_advert)
